"""The arrays that kernels read. Unsigned throughout: signed indices make numba emit wrap-around code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

NO_PAGE = np.uint32(0xFFFF_FFFF)
"""A key that no message matches."""

EMPTY_KEY = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
"""A free place of a hash table; keys have at most 48 bits."""

HASH_MULTIPLIER = np.uint64(0x9E37_79B9_7F4A_7C15)
"""Fibonacci hashing: the upper bits of the product spread ids that differ in few bits."""


class Layout(IntEnum):
    """How a field's bits lie in the frame's 64-bit words."""

    ONE_WORD = 0
    TWO_WORDS_LITTLE = 1
    TWO_WORDS_BIG = 2


class Kind(IntEnum):
    """How raw bits become a number."""

    UNSIGNED = 0
    SIGNED = 1
    EXACT_UNSIGNED = 2
    EXACT_SIGNED = 3
    FLOAT16 = 4
    FLOAT32 = 5
    FLOAT64 = 6


# Where a field is. `word` and the one after it are little-endian words of the frame, or, where `big`, big-endian
# ones. The layouts: (w[word] >> first), (w[word] >> first | w[word + 1] << second), (w[word] << first |
# w[word + 1] >> second); then `mask`. `bits` is how much of the frame must be there, `words` the same in words.
_FIELD = [
    ("word", np.uint32),
    ("words", np.uint32),
    ("bits", np.uint32),
    ("big", np.uint8),
    ("layout", np.uint8),
    ("first", np.uint64),
    ("second", np.uint64),
    ("mask", np.uint64),
    ("sign", np.uint64),  # the sign bit, 0 where unsigned
]

SIGNAL = np.dtype(
    [
        *_FIELD,
        ("slot", np.uint32),
        ("kind", np.uint8),
        ("identity", np.uint8),  # scale 1, offset 0: no arithmetic, so that -0.0 stays
        ("sentinels", np.uint8),
        ("scale", np.float64),
        ("offset", np.float64),
        ("scale_magnitude", np.uint64),  # of the exact kinds, whose scale and offset are whole numbers
        ("offset_magnitude", np.uint64),
        ("scale_negative", np.uint8),
        ("offset_negative", np.uint8),
        ("minimum", np.float64),
        ("maximum", np.float64),
        ("reserved_from", np.uint64),
        ("error_from", np.uint64),
        ("not_available_from", np.uint64),
    ],
    align=True,
)

MULTIPLEXOR = np.dtype([*_FIELD, ("first_interval", np.uint32), ("end_interval", np.uint32)], align=True)

# Values `low` to `high` of a multiplexor lead to `page`; the intervals of one are disjoint and ascending.
INTERVAL = np.dtype([("low", np.int64), ("high", np.int64), ("page", np.uint32)], align=True)

# What holds once a page is reached: rows of these groups, and further multiplexors to be read.
PAGE = np.dtype(
    [
        ("first_group", np.uint32),
        ("end_group", np.uint32),
        ("first_multiplexor", np.uint32),
        ("end_multiplexor", np.uint32),
    ],
    align=True,
)

GROUP = np.dtype(
    [
        ("id", np.uint32),
        ("width", np.uint32),
        ("first_signal", np.uint32),
        ("end_signal", np.uint32),
        ("j1939", np.uint8),
    ],
    align=True,
)


@dataclass(frozen=True, slots=True)
class HashTable:
    """Open addressing with linear probing: `keys` u64[2^n], `pages` u32[2^n], place = key * multiplier >> shift."""

    keys: np.ndarray
    pages: np.ndarray
    shift: np.uint64


@dataclass(frozen=True, slots=True)
class ModelTables:
    """Everything that extraction needs for the machines of one model.

    `bus_classes` u64[256] gives the upper half of a key for a bus; keys of `exact` are class | id with bit 31 for
    29-bit ids, keys of `pgns` are class | PGN. Both lead to a message's outermost page. `page_groups` u32 and
    `page_multiplexors` u32 are what pages point into: indices of `groups` and `multiplexors`.
    """

    model: int
    release: int
    bus_classes: np.ndarray
    exact: HashTable
    pgns: HashTable
    pages: np.ndarray
    page_groups: np.ndarray
    page_multiplexors: np.ndarray
    multiplexors: np.ndarray
    intervals: np.ndarray
    groups: np.ndarray
    signals: np.ndarray
    most_groups: int
    most_pages: int
    """Bounds for one frame: rows it can give, and pages it can be waiting to visit."""
