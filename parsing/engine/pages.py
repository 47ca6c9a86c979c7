"""Kernels that lay out columns as pages of Parquet hold them (Apache Parquet, Encodings.md).

Source that `ahead` compiles.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from parsing.compiler.tables import HASH_MULTIPLIER
from parsing.engine.layout import FREE
from parsing.engine.pointers import u8, u32, u64

_ZERO, _ONE, _TWO, _THREE, _FOUR = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
_SEVEN, _EIGHT, _SIXTEEN, _TWENTY_FOUR, _HALF = np.uint64(7), np.uint64(8), np.uint64(16), np.uint64(24), np.uint64(32)
_EIGHTH = np.uint64(3)  # bits to shift by
_FREE = np.uint32(FREE)
_BYTE, _MORE, _LOW_SEVEN = np.uint64(0xFF), np.uint64(0x80), np.uint64(0x7F)
_WORD_BYTES = np.uint64(8)
_SHORTEST_RUN = np.uint64(16)
"""Equal codes from which a run of them takes less room than as many packed ones."""

_DECIMAL_BYTES = np.uint64(9)
_TOP_BYTE = np.uint64(56)


def number_words(
    rows: Any, at_at: Any, table_at: Any, numbers_at: Any, words_at: Any, known_at: Any, codes_at: Any
) -> None:
    """`codes` u32[rows] of the words `table[at]` u32: numbers in the order in which words come up. `numbers` u32 by
    word, all ones before, and `words` u32 by number go from call to call, with `known` u64[1] of them.
    """
    at, table, numbers, words, codes = u32(at_at), u32(table_at), u32(numbers_at), u32(words_at), u32(codes_at)
    known = u64(known_at)[0]
    for row in range(np.uint64(rows)):
        word = np.uint64(table[np.uint64(at[row])])
        if numbers[word] == _FREE:
            numbers[word] = known
            words[known] = word
            known += _ONE
        codes[row] = numbers[word]
    u64(known_at)[0] = known


def number_bits(
    rows: Any, size: Any, column_at: Any, signal_at: Any, last_words_at: Any, last_codes_at: Any, places_at: Any,
    shift: Any, last: Any, words_at: Any, known_at: Any, most: Any, codes_at: Any,
) -> None:  # fmt: skip
    """As `number_words`, of what `column` holds: u64[rows], u32[rows] where `size` is 4. `places` u32[last + 1], all
    ones before, is a hash table of numbers. Mostly a row has what the one before it of the same `signal` u32 had, which
    `last_words` u64 and `last_codes` u32, all ones before, remember by signal. Where there are more than `most` words,
    `known` becomes that number and one more, and `codes` are not finished.
    """
    places, words, codes, known = u32(places_at), u64(words_at), u32(codes_at), u64(known_at)
    wide, narrow, signal = u64(column_at), u32(column_at), u32(signal_at)
    last_words, last_codes = u64(last_words_at), u32(last_codes_at)
    for row in range(np.uint64(rows)):
        word, of = wide[row] if size == _WORD_BYTES else np.uint64(narrow[row]), np.uint64(signal[row])
        code = last_codes[of]
        if code == _FREE or last_words[of] != word:
            code = _find(word, places, shift, last, words, known, most)
            if code == _FREE:
                known[0] = most + _ONE
                return
            last_words[of], last_codes[of] = word, code
        codes[row] = code


@njit(inline="always")
def _find(word: Any, places: Any, shift: Any, last: Any, words: Any, known: Any, most: Any) -> Any:
    """Number of the word, FREE where no more may be numbered."""
    # The halves fall together first, so that numbers as f64, whose lower halves are zeros, are spread too.
    place = ((word ^ (word >> _HALF)) * HASH_MULTIPLIER) >> shift
    while places[place] != _FREE:
        if words[np.uint64(places[place])] == word:
            return places[place]
        place = (place + _ONE) & last
    if known[0] >= most:
        return _FREE
    code = np.uint32(known[0])
    words[known[0]] = word
    places[place] = code
    known[0] += _ONE
    return code


def pack_codes(rows: Any, codes_at: Any, bits: Any, target_at: Any, size_at: Any) -> None:
    """`target` u8 becomes the codes u32 of up to `bits` bits, 24 at most, as runs of equal ones and packed ones, `size`
    u64[1] bytes (RLE_DICTIONARY without its first byte).
    """
    codes, target, size = u32(codes_at), u8(target_at), u64(size_at)
    rows, end = np.uint64(rows), _ZERO
    pending = start = _ZERO
    while start + _SHORTEST_RUN <= rows:
        if not _is_run(codes, start):
            start += _EIGHT  # packed codes come by eights
            continue
        stop = start + _SHORTEST_RUN
        while stop < rows and codes[stop] == codes[start]:
            stop += _ONE
        end = _pack(codes, pending, start, bits, target, end)
        end = _write_varint(target, end, (stop - start) << _ONE)
        for shift in range(_ZERO, bits, _EIGHT):
            target[end] = (np.uint64(codes[start]) >> shift) & _BYTE
            end += _ONE
        pending = start = stop
    size[0] = _pack(codes, pending, rows, bits, target, end)


@njit(inline="always")
def _is_run(codes: Any, start: Any) -> Any:
    first = codes[start]
    if codes[start + _ONE] != first or codes[start + _SHORTEST_RUN - _ONE] != first:
        return False
    differences = np.uint32(0)
    for place in range(start, start + _SHORTEST_RUN):
        differences |= codes[place] ^ first
    return differences == 0


@njit(inline="always")
def _pack(codes: Any, start: Any, stop: Any, bits: Any, target: Any, end: Any) -> Any:
    """Codes by eights, the last filled up with zeros, the lowest bits first; returns where they end."""
    eights = (stop - start + _SEVEN) >> _EIGHTH
    if eights == _ZERO:
        return end
    end = _write_varint(target, end, (eights << _ONE) | _ONE)
    stopped = end + eights * bits
    held = count = _ZERO
    for row in range(start, stop):
        held |= np.uint64(codes[row]) << count
        count += bits
        if count >= _HALF:
            target[end], target[end + _ONE] = held & _BYTE, (held >> _EIGHT) & _BYTE
            target[end + _TWO], target[end + _THREE] = (held >> _SIXTEEN) & _BYTE, (held >> _TWENTY_FOUR) & _BYTE
            held >>= _HALF
            count -= _HALF
            end += _FOUR
    while end < stopped:
        target[end] = held & _BYTE
        held >>= _EIGHT
        end += _ONE
    return stopped


@njit(inline="always")
def _write_varint(target: Any, end: Any, number: Any) -> Any:
    while number > _LOW_SEVEN:
        target[end] = (number & _LOW_SEVEN) | _MORE
        number >>= _SEVEN
        end += _ONE
    target[end] = number
    return end + _ONE


def write_decimals(rows: Any, raw_at: Any, signal_at: Any, unsigned_at: Any, target_at: Any) -> None:
    """`target` u8[rows, 9] becomes the `raw` numbers, the highest byte first: signed, unless `unsigned` u8 says of the
    row's `signal` u32 that all 64 bits count.
    """
    raw, signal, unsigned, target = u64(raw_at), u32(signal_at), u8(unsigned_at), u8(target_at)
    for row in range(np.uint64(rows)):
        number, at = raw[row], np.uint64(row) * _DECIMAL_BYTES
        negative = number >> np.uint64(63) and not unsigned[np.uint64(signal[row])]
        target[at] = _BYTE if negative else _ZERO
        for place in range(_EIGHT):
            target[at + place + _ONE] = (number >> (_TOP_BYTE - (place << np.uint64(3)))) & _BYTE
