"""Values and qualities of one group's rows: a loop a signal.

As in `routing`, no code from other files, and typed constants. Signs are extended in unsigned arithmetic, which wraps:
signed overflow is undefined to the compiler.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from parsing.compiler.tables import Kind, Layout
from parsing.definitions import PDU1_LIMIT
from parsing.quality import Quality
from parsing.rows import GLOBAL_ADDRESS, NULL_ADDRESS

CHUNK = 1024
"""Rows at a time, so that a chunk's words and raw values stay in the first-level cache."""

_CHUNK = np.uint64(CHUNK)
_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_HALF = np.uint64(32)
_LOW_HALF = np.uint64(0xFFFF_FFFF)
_TOP = np.uint64(63)
_TWO_TO_64 = 2.0**64

_HALF_SIGN = np.uint64(0x8000)
_HALF_FRACTION = np.uint64(0x3FF)
_HALF_EXPONENT = np.uint64(0x1F)
_HALF_FRACTION_BITS = np.uint64(10)

_ONE_WORD = np.uint8(Layout.ONE_WORD)
_TWO_WORDS_LITTLE = np.uint8(Layout.TWO_WORDS_LITTLE)
_UNSIGNED = np.uint8(Kind.UNSIGNED)
_SIGNED = np.uint8(Kind.SIGNED)
_EXACT_UNSIGNED = np.uint8(Kind.EXACT_UNSIGNED)
_EXACT_SIGNED = np.uint8(Kind.EXACT_SIGNED)
_FLOAT16 = np.uint8(Kind.FLOAT16)
_FLOAT32 = np.uint8(Kind.FLOAT32)

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


@njit(cache=True, nogil=True)
def fill_sources(
    bus: np.ndarray, can_id: np.ndarray, frame_index: np.ndarray, j1939: np.uint8, sources: np.ndarray
) -> None:
    """`source` u32 of each row (docs/contracts/rows.md); addresses only where the message is J1939."""
    for row in range(np.uint64(frame_index.size)):
        frame = frame_index[row]
        addresses = _NO_ADDRESSES
        if j1939:
            identity = can_id[frame]
            peer_to_peer = ((identity >> _SIXTEEN) & _BYTE) < _PDU1_LIMIT
            destination = (identity >> _EIGHT) & _BYTE if peer_to_peer else _GLOBAL
            addresses = np.uint32((identity & _BYTE) << _EIGHT) | destination
        sources[row] = np.uint32(np.uint32(bus[frame]) << _SIXTEEN) | addresses


@njit(cache=True, nogil=True)
def fill_group(
    words: tuple[np.ndarray, np.ndarray],
    bits: np.ndarray,
    frame_index: np.ndarray,
    signals: np.ndarray,
    values: np.ndarray,
    qualities: np.ndarray,
    scratch: tuple[np.ndarray, ...],
) -> None:
    """Fill `values` f64[k, width] and `qualities` u8[k, width] of the group's `signals` for the frames of
    `frame_index` u32[k]. `words` are the payloads as little- and as big-endian u64[n, w]; `scratch` is
    (u64[CHUNK, w], u64[CHUNK, w], u32[CHUNK], u64[CHUNK]).
    """
    count = np.uint64(frame_index.size)
    width = np.uint64(words[0].shape[1])
    if np.uint64(signals.size) < np.uint64(values.shape[1]):  # retired slots
        values[:] = 0.0
        qualities[:] = _ABSENT
    little, big, here, raw = scratch
    for start in range(_ZERO, count, _CHUNK):
        rows = min(_CHUNK, count - start)
        for row in range(rows):
            frame = frame_index[start + row]
            here[row] = bits[frame]
            for word in range(width):
                little[row, word] = words[0][frame, word]
                big[row, word] = words[1][frame, word]
        for index in range(np.uint64(signals.size)):
            signal = signals[index]
            slot = np.uint64(signal.slot)
            chunk_values = values[start : start + rows, slot]
            chunk_qualities = qualities[start : start + rows, slot]
            if np.uint64(signal.words) > width:
                chunk_values[:] = 0.0
                chunk_qualities[:] = _ABSENT
                continue
            _read(big if signal.big else little, signal, raw, rows)
            _convert(signal, raw, rows, chunk_values)
            _judge(signal, raw, here, rows, chunk_values, chunk_qualities)


@njit(inline="always")
def _read(words: np.ndarray, signal: Any, raw: np.ndarray, rows: np.uint64) -> None:
    word, first, second, mask = np.uint64(signal.word), signal.first, signal.second, signal.mask
    if signal.layout == _ONE_WORD:
        for row in range(rows):
            raw[row] = (words[row, word] >> first) & mask
    elif signal.layout == _TWO_WORDS_LITTLE:
        for row in range(rows):
            raw[row] = ((words[row, word] >> first) | (words[row, word + _ONE] << second)) & mask
    else:
        for row in range(rows):
            raw[row] = ((words[row, word] << first) | (words[row, word + _ONE] >> second)) & mask


@njit(inline="always")
def _convert(signal: Any, raw: np.ndarray, rows: np.uint64, values: np.ndarray) -> None:
    kind, scale, offset, sign = signal.kind, signal.scale, signal.offset, signal.sign
    if kind == _UNSIGNED:
        for row in range(rows):
            values[row] = np.float64(raw[row]) * scale + offset
    elif kind == _SIGNED:
        for row in range(rows):
            values[row] = np.float64(np.int64((raw[row] ^ sign) - sign)) * scale + offset
    elif kind == _EXACT_UNSIGNED:
        for row in range(rows):
            values[row] = exact_linear(raw[row], False, signal)
    elif kind == _EXACT_SIGNED:
        for row in range(rows):
            extended = (raw[row] ^ sign) - sign
            negative = (extended >> _TOP) != _ZERO
            values[row] = exact_linear(_ZERO - extended if negative else extended, negative, signal)
    else:
        _convert_floats(signal, raw, rows, values)


@njit(inline="always")
def _convert_floats(signal: Any, raw: np.ndarray, rows: np.uint64, values: np.ndarray) -> None:
    kind, scale, offset, identity = signal.kind, signal.scale, signal.offset, signal.identity
    for row in range(rows):
        if kind == _FLOAT16:
            value = half_to_double(raw[row])
        elif kind == _FLOAT32:
            value = np.float64(np.uint32(raw[row]).view(np.float32))
        else:
            value = np.uint64(raw[row]).view(np.float64)
        values[row] = value if identity else value * scale + offset


@njit(inline="always")
def _judge(
    signal: Any, raw: np.ndarray, here: np.ndarray, rows: np.uint64, values: np.ndarray, qualities: np.ndarray
) -> None:
    """Qualities; a sentinel beats the range, and where bits are missing there is no value to judge."""
    minimum, maximum = signal.minimum, signal.maximum
    for row in range(rows):
        value = values[row]
        quality = _OK if minimum <= value <= maximum else _OUT_OF_RANGE
        qualities[row] = quality if abs(value) < np.inf else _ERROR
    if signal.sentinels:
        reserved, error, not_available = signal.reserved_from, signal.error_from, signal.not_available_from
        for row in range(rows):
            if raw[row] >= not_available:
                qualities[row] = _NOT_AVAILABLE
            elif raw[row] >= error:
                qualities[row] = _ERROR
            elif raw[row] >= reserved:
                qualities[row] = _OUT_OF_RANGE
    needed = signal.bits
    for row in range(rows):
        if here[row] < needed:
            values[row] = 0.0
            qualities[row] = _ABSENT


@njit(inline="always")
def half_to_double(raw: np.uint64) -> Any:
    """IEEE 754 binary16 to f64, exactly; subnormals, infinities and NaN included."""
    fraction = np.float64(raw & _HALF_FRACTION)
    exponent = (raw >> _HALF_FRACTION_BITS) & _HALF_EXPONENT
    if exponent == _HALF_EXPONENT:
        value = np.inf if fraction == 0.0 else np.nan
    elif exponent == _ZERO:
        value = fraction * 2.0**-24
    else:
        value = (fraction + 1024.0) * 2.0 ** (np.float64(exponent) - 25.0)
    return -value if raw & _HALF_SIGN else value


@njit(inline="always")
def multiply_wide(left: np.uint64, right: np.uint64) -> Any:
    """Upper and lower u64 of the 128-bit product of two u64."""
    left_low, left_high = left & _LOW_HALF, left >> _HALF
    right_low, right_high = right & _LOW_HALF, right >> _HALF
    low = left_low * right_low
    middle = left_high * right_low + (low >> _HALF)
    other = left_low * right_high + (middle & _LOW_HALF)
    return left_high * right_high + (middle >> _HALF) + (other >> _HALF), (other << _HALF) | (low & _LOW_HALF)


@njit(inline="always")
def wide_to_double(high: np.uint64, low: np.uint64) -> Any:
    """128-bit magnitude to the nearest f64, ties to even.

    The upper 64 bits are converted with a sticky lowest bit, which stands below the rounding bit and so only says
    whether anything lies beyond: the conversion rounds once.
    """
    if high == _ZERO:
        return np.float64(low)
    shift = _ZERO
    while not (high >> _TOP):
        high = (high << _ONE) | (low >> _TOP)
        low <<= _ONE
        shift += _ONE
    if low != _ZERO:
        high |= _ONE
    return np.float64(high) * (_TWO_TO_64 / np.float64(_ONE << shift))


@njit(inline="always")
def exact_linear(magnitude: np.uint64, negative: Any, signal: Any) -> Any:
    """`raw * scale + offset` over whole numbers, rounded to f64 once; raw as magnitude and sign."""
    high, low = multiply_wide(magnitude, signal.scale_magnitude)
    negative = negative != (signal.scale_negative != 0)
    offset = signal.offset_magnitude
    if negative == (signal.offset_negative != 0):
        total = low + offset
        if total < low:
            high += _ONE
        low = total
    elif high == _ZERO and low < offset:
        low = offset - low
        negative = not negative
    else:
        if low < offset:
            high -= _ONE
        low -= offset
    value = wide_to_double(high, low)
    return -value if negative else value
