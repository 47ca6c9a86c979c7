"""Values and qualities of all groups' rows: a loop a signal, over rows that lie side by side.

Source of a kernel that `ahead` compiles. Signs are extended in unsigned arithmetic, which wraps: signed overflow is
undefined to the compiler.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import carray, njit

from parsing.compiler.tables import Judgement, Kind, Layout
from parsing.definitions import PDU1_LIMIT
from parsing.engine.bits import exact_linear, half_to_double, swap_bytes
from parsing.engine.layout import CHUNK, UNBOUNDED
from parsing.quality import Quality
from parsing.source import GLOBAL_ADDRESS, NULL_ADDRESS

_CHUNK = np.uint64(CHUNK)
_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_SEVEN = np.uint64(7)
_TOP = np.uint64(63)
_BIT = np.uint32(3)
_NO_WORD = np.uint32(0xFFFF_FFFF)

_ONE_WORD = np.uint8(Layout.ONE_WORD)
_TWO_WORDS_LITTLE = np.uint8(Layout.TWO_WORDS_LITTLE)
_INTEGER = np.uint8(Kind.INTEGER)
_BIG_UNSIGNED = np.uint8(Kind.BIG_UNSIGNED)
_EXACT_UNSIGNED = np.uint8(Kind.EXACT_UNSIGNED)
_EXACT_SIGNED = np.uint8(Kind.EXACT_SIGNED)
_FLOAT16 = np.uint8(Kind.FLOAT16)
_FLOAT32 = np.uint8(Kind.FLOAT32)

_ALWAYS_OK = np.uint8(Judgement.ALWAYS_OK)
_BY_RAW_RANGE = np.uint8(Judgement.BY_RAW_RANGE)
_BY_RAW_SENTINELS = np.uint8(Judgement.BY_RAW_SENTINELS)

_OK = np.uint8(Quality.OK)
_OUT_OF_RANGE = np.uint8(Quality.OUT_OF_RANGE)
_NOT_AVAILABLE = np.uint8(Quality.NOT_AVAILABLE)
_ERROR = np.uint8(Quality.ERROR)
_ABSENT = np.uint8(Quality.ABSENT)

_EIGHT = np.uint32(8)
_SIXTEEN = np.uint32(16)
_BYTE = np.uint32(0xFF)
_PDU1_LIMIT = np.uint32(PDU1_LIMIT)
_NO_ADDRESSES = np.uint32(NULL_ADDRESS << 8 | GLOBAL_ADDRESS)
_GLOBAL = np.uint32(GLOBAL_ADDRESS)


@njit
def fill(
    group_count: Any, group_table: Any, signal_table: Any, counts: Any, row_starts: Any, cell_starts: Any,
    frame_index: Any, words: Any, sorted_words: Any, width: Any, length: Any, shortest: Any, scratch: Any,
    values: Any, qualities: Any,
) -> None:  # fmt: skip
    """Fill `values` f64 and `qualities` u8: for each group its slots one after the other, the rows of each side by side
    (padded, see `sort`). `shortest` is the least payload in bits; `scratch` u64[3 * CHUNK].
    """
    for number in range(np.uint64(group_count)):
        if counts[number] == _ZERO:
            continue
        group = group_table[number]
        rows = (counts[number] + _SEVEN) & ~_SEVEN
        cells = cell_starts[number]
        if group.end_signal - group.first_signal < group.width:  # retired slots
            values[cells : cells + rows * np.uint64(group.width)] = 0.0
            qualities[cells : cells + rows * np.uint64(group.width)] = _ABSENT
        for start in range(_ZERO, rows, _CHUNK):
            chunk, first = min(_CHUNK, rows - start), row_starts[number] + start
            index, here = frame_index[first : first + chunk], sorted_words[first : first + chunk]
            _fill_chunk(
                group, signal_table, cells + start, rows, index, here, words, width, length, shortest, scratch, values,
                qualities,
            )  # fmt: skip


@njit
def _fill_chunk(
    group: Any, signal_table: Any, cells: Any, rows: Any, index: Any, here: Any, words: Any, width: Any, length: Any,
    shortest: Any, scratch: Any, values: Any, qualities: Any,
) -> None:  # fmt: skip
    """Some rows of a group; `here` are their payloads where those are of one word."""
    gathered, second_words, raws = scratch[:CHUNK], scratch[CHUNK : 2 * CHUNK], scratch[2 * CHUNK : 3 * CHUNK]
    chunk = np.uint64(index.size)
    word, is_big = _NO_WORD, np.uint8(0)
    first_words = here
    for place in range(np.uint64(group.first_signal), np.uint64(group.end_signal)):
        signal = signal_table[place]
        column = cells + np.uint64(signal.slot) * rows
        chunk_values, chunk_qualities = values[column : column + chunk], qualities[column : column + chunk]
        if np.uint64(signal.words) > np.uint64(width):
            chunk_values[:] = 0.0
            chunk_qualities[:] = _ABSENT
            continue
        if signal.word != word or signal.big != is_big:
            word, is_big = signal.word, signal.big
            first_words = here
            if is_big or width != _ONE:
                first_words = gathered
                _gather(words, here, width, word, is_big, index, gathered)
        first, source = signal.first, first_words
        if signal.layout != _ONE_WORD:
            _gather(words, here, width, word + np.uint32(1), is_big, index, second_words)
            _join(signal, first_words, second_words, raws, chunk)
            first, source = _ZERO, raws
        _convert(signal, first, source, chunk, chunk_values, chunk_qualities)
        if shortest < signal.bits:
            _mark_absent(signal, np.uint32(width), length, index, chunk_values, chunk_qualities)


@njit(inline="always")
def _gather(words: Any, here: Any, width: Any, word: Any, is_big: Any, index: Any, gathered: Any) -> None:
    """A word of each frame of `index`; `here` are the words of those of one word, already in their order."""
    if width == _ONE:
        for row in range(np.uint64(index.size)):
            gathered[row] = swap_bytes(here[row])
        return
    for row in range(np.uint64(index.size)):
        gathered[row] = words[np.uint64(index[row]) * width + np.uint64(word)]
    if is_big:
        for row in range(np.uint64(index.size)):
            gathered[row] = swap_bytes(gathered[row])


@njit(inline="always")
def _join(signal: Any, first_words: Any, second_words: Any, raws: Any, rows: Any) -> None:
    first, second = signal.first, signal.second
    if signal.layout == _TWO_WORDS_LITTLE:
        for row in range(rows):
            raws[row] = (first_words[row] >> first) | (second_words[row] << second)
    else:
        for row in range(rows):
            raws[row] = (first_words[row] << first) | (second_words[row] >> second)


@njit(inline="always")
def _convert(signal: Any, first: Any, source: Any, rows: Any, values: Any, qualities: Any) -> None:
    if signal.kind != _INTEGER or signal.judgement > _BY_RAW_SENTINELS:
        _convert_slowly(signal, first, source, rows, values, qualities)
        return
    mask, sign, scale, offset = signal.mask, signal.sign, signal.scale, signal.offset
    low, span, error, not_available = signal.low, signal.span, signal.error_from, signal.not_available_from
    if signal.judgement == _ALWAYS_OK:
        for row in range(rows):
            flipped = ((source[row] >> first) & mask) ^ sign
            values[row] = np.float64(np.int64(flipped - sign)) * scale + offset
        qualities[:] = _OK
    elif signal.judgement == _BY_RAW_RANGE:
        for row in range(rows):
            flipped = ((source[row] >> first) & mask) ^ sign
            values[row] = np.float64(np.int64(flipped - sign)) * scale + offset
            qualities[row] = _OUT_OF_RANGE if flipped - low > span else _OK
    else:
        for row in range(rows):
            raw = (source[row] >> first) & mask
            values[row] = np.float64(np.int64(raw)) * scale + offset
            quality = _OUT_OF_RANGE if raw - low > span else _OK
            quality = _ERROR if raw >= error else quality
            qualities[row] = _NOT_AVAILABLE if raw >= not_available else quality


@njit(inline="always")
def _convert_slowly(signal: Any, first: Any, source: Any, rows: Any, values: Any, qualities: Any) -> None:
    """What is rare: floats, whole numbers beyond f64, and limits that only the value itself can be held against."""
    minimum, maximum = signal.minimum, signal.maximum
    for row in range(rows):
        raw = (source[row] >> first) & signal.mask
        value = _value(signal, raw)
        values[row] = value
        quality = _OK if minimum <= value <= maximum else _OUT_OF_RANGE
        if not abs(value) < np.inf:
            quality = _ERROR
        if signal.sentinels:
            quality = _sentinel(signal, raw ^ signal.sign, quality)
        qualities[row] = quality


@njit(inline="always")
def _sentinel(signal: Any, flipped: Any, quality: Any) -> Any:
    """The quality of a raw number that is a sentinel; that quality of any other."""
    for number in range(np.uint64(signal.sentinels)):
        if flipped - signal.sentinel_from[number] <= signal.sentinel_span[number]:
            return signal.sentinel_quality[number]
    return quality


@njit(inline="always")
def _value(signal: Any, raw: Any) -> Any:
    kind = signal.kind
    if kind == _EXACT_UNSIGNED:
        return exact_linear(raw, False, signal)
    extended = (raw ^ signal.sign) - signal.sign
    if kind == _EXACT_SIGNED:
        negative = (extended >> _TOP) != _ZERO
        return exact_linear(_ZERO - extended if negative else extended, negative, signal)
    if kind == _INTEGER:
        number = np.float64(np.int64(extended))
    elif kind == _BIG_UNSIGNED:
        number = np.float64(raw)
    elif kind == _FLOAT16:
        number = half_to_double(raw)
    elif kind == _FLOAT32:
        number = np.float64(np.uint32(raw).view(np.float32))
    else:
        number = np.uint64(raw).view(np.float64)
    return number if signal.identity else number * signal.scale + signal.offset


@njit(inline="always")
def _mark_absent(signal: Any, width: Any, length: Any, index: Any, values: Any, qualities: Any) -> None:
    """Where bits are missing there is no value to judge."""
    carried = width << _BIT
    for row in range(np.uint64(index.size)):
        if min(np.uint32(length[index[row]]), carried) << _BIT < signal.bits:
            values[row] = 0.0
            qualities[row] = _ABSENT


@njit(inline="always")
def raw_of(signal: Any, words: Any, place: Any) -> Any:
    """Raw bits u64 of a signal that is all there; `place` is that of its first word."""
    first = swap_bytes(words[place]) if signal.big else words[place]
    if signal.layout == _ONE_WORD:
        return (first >> signal.first) & signal.mask
    second = swap_bytes(words[place + _ONE]) if signal.big else words[place + _ONE]
    if signal.layout == _TWO_WORDS_LITTLE:
        return ((first >> signal.first) | (second << signal.second)) & signal.mask
    return ((first << signal.first) | (second >> signal.second)) & signal.mask


def fill_sources(
    groups: Any, groups_at: Any, counts_at: Any, row_starts_at: Any, frame_index_at: Any, bus_at: Any, can_id_at: Any,
    sources_at: Any,
) -> None:  # fmt: skip
    """`source` u32 of each row (docs/contracts/rows.md); addresses only where the message is J1939."""
    group_table, counts, row_starts = (
        carray(groups_at, groups),
        carray(counts_at, groups),
        carray(row_starts_at, groups),
    )
    frame_index, bus, can_id, sources = (
        carray(frame_index_at, UNBOUNDED),
        carray(bus_at, UNBOUNDED),
        carray(can_id_at, UNBOUNDED),
        carray(sources_at, UNBOUNDED),
    )
    for number in range(np.uint64(groups)):
        is_j1939 = group_table[number].j1939
        for row in range(row_starts[number], row_starts[number] + counts[number]):
            frame = frame_index[row]
            addresses = _NO_ADDRESSES
            if is_j1939:
                identity = can_id[frame]
                peer_to_peer = ((identity >> _SIXTEEN) & _BYTE) < _PDU1_LIMIT
                destination = (identity >> _EIGHT) & _BYTE if peer_to_peer else _GLOBAL
                addresses = ((identity & _BYTE) << _EIGHT) | destination
            sources[row] = (np.uint32(bus[frame]) << _SIXTEEN) | addresses
