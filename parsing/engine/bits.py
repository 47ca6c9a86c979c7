"""Bit patterns inside kernels: byte order, half precision, 128-bit products."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

_ZERO = np.uint64(0)
_ONE = np.uint64(1)
_BYTE_STEP, _PAIR_STEP, _HALF = np.uint64(8), np.uint64(16), np.uint64(32)
_BYTES = np.uint64(0x00FF_00FF_00FF_00FF)
_PAIRS = np.uint64(0x0000_FFFF_0000_FFFF)
_LOW_HALF = np.uint64(0xFFFF_FFFF)
_TOP = np.uint64(63)
_TWO_TO_64 = 2.0**64

_HALF_SIGN = np.uint64(0x8000)
_HALF_FRACTION = np.uint64(0x3FF)
_HALF_EXPONENT = np.uint64(0x1F)
_HALF_FRACTION_BITS = np.uint64(10)
_BIAS_DIFFERENCE = np.uint64(1023 - 15)
_DOUBLE_FRACTION_BITS = np.uint64(52)
_FRACTION_WIDENING = np.uint64(42)


@njit(inline="always")
def swap_bytes(word: Any) -> Any:
    """A u64 with its bytes turned round; LLVM knows the pattern and emits one instruction."""
    word = ((word >> _BYTE_STEP) & _BYTES) | ((word & _BYTES) << _BYTE_STEP)
    word = ((word >> _PAIR_STEP) & _PAIRS) | ((word & _PAIRS) << _PAIR_STEP)
    return (word >> _HALF) | (word << _HALF)


@njit(inline="always")
def half_to_double(raw: Any) -> Any:
    """IEEE 754 binary16 to f64, exactly; subnormals, infinities and NaN included."""
    fraction = raw & _HALF_FRACTION
    exponent = (raw >> _HALF_FRACTION_BITS) & _HALF_EXPONENT
    if exponent == _HALF_EXPONENT:
        value = np.inf if fraction == _ZERO else np.nan
    elif exponent == _ZERO:
        value = np.float64(fraction) * 2.0**-24
    else:
        widened = (exponent + _BIAS_DIFFERENCE) << _DOUBLE_FRACTION_BITS | fraction << _FRACTION_WIDENING
        value = np.uint64(widened).view(np.float64)
    return -value if raw & _HALF_SIGN else value


@njit(inline="always")
def multiply_wide(left: Any, right: Any) -> Any:
    """Upper and lower u64 of the 128-bit product of two u64."""
    left_low, left_high = left & _LOW_HALF, left >> _HALF
    right_low, right_high = right & _LOW_HALF, right >> _HALF
    low = left_low * right_low
    middle = left_high * right_low + (low >> _HALF)
    other = left_low * right_high + (middle & _LOW_HALF)
    return left_high * right_high + (middle >> _HALF) + (other >> _HALF), (other << _HALF) | (low & _LOW_HALF)


@njit(inline="always")
def wide_to_double(high: Any, low: Any) -> Any:
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
def exact_linear(magnitude: Any, negative: Any, signal: Any) -> Any:
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
    return (-value if negative else value) + 0.0  # zero has no sign
