"""The arrays that kernels read. Unsigned throughout: signed indices make numba emit wrap-around code."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

NO_PAGE = np.uint32(0xFFFF_FFFF)
"""Of a multiplexor's value that no page knows."""

PLACE_BITS = 24
"""Of a page's and a group's number in a route."""

NO_GROUP = 2**PLACE_BITS - 1
"""In a route: the message's pages have to be visited."""

SIMPLE_GROUP = NO_GROUP - 1
"""In a route: its page is a place in the table of simple messages."""

ADDRESSED_GROUP = NO_GROUP - 2
"""In a route: its page is a place in the table of source addresses; the least of the numbers that are no groups."""

NO_ROUTE = 2**64 - 1
"""No message: its group is NO_GROUP, and no payload is long enough."""

ANY_ADDRESS = 256
"""In the table of source addresses: the end of a list, and the route of all others."""

PGN_KEY = 1 << 48
"""Marks the keys of PGNs."""

EMPTY_KEY = np.uint64(0xFFFF_FFFF_FFFF_FFFF)
"""A free place of a hash table; keys have at most 49 bits."""

HASH_MULTIPLIER = np.uint64(0x9E37_79B9_7F4A_7C15)
"""Fibonacci hashing: the upper bits of the product spread numbers that differ in few bits."""


class Layout(IntEnum):
    """How a field's bits lie in the frame's 64-bit words."""

    ONE_WORD = 0
    TWO_WORDS_LITTLE = 1
    TWO_WORDS_BIG = 2


class Kind(IntEnum):
    """How raw bits become a number; INTEGER is what an i64 holds."""

    INTEGER = 0
    BIG_UNSIGNED = 1
    EXACT_UNSIGNED = 2
    EXACT_SIGNED = 3
    FLOAT16 = 4
    FLOAT32 = 5
    FLOAT64 = 6


class Judgement(IntEnum):
    """What a quality is read from. Values rise or fall with their raw numbers, so limits become raw numbers too.

    BY_RAW_SENTINELS: an unsigned number is not available from one raw number on, and an error from one below it on.
    """

    ALWAYS_OK = 0
    BY_RAW_RANGE = 1
    BY_RAW_SENTINELS = 2
    BY_VALUE = 3


MOST_SENTINELS = 3
"""Ranges of raw numbers that are a signal's sentinels: not available, error and reserved."""


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
        ("judgement", np.uint8),
        ("identity", np.uint8),  # scale 1, offset 0: no arithmetic, so that -0.0 stays
        ("sentinels", np.uint8),  # how many ranges there are of them
        ("scale", np.float64),
        ("offset", np.float64),
        ("scale_magnitude", np.uint64),  # of the exact kinds, whose scale and offset are whole numbers
        ("offset_magnitude", np.uint64),
        ("scale_negative", np.uint8),
        ("offset_negative", np.uint8),
        # Of INTEGER kinds: ok where (raw ^ sign) - low <= span, all u64.
        ("low", np.uint64),
        ("span", np.uint64),
        ("minimum", np.float64),
        ("maximum", np.float64),
        # Of BY_RAW_SENTINELS.
        ("error_from", np.uint64),
        ("not_available_from", np.uint64),
        # Of BY_VALUE: the first range that has the number: (raw ^ sign) - from <= span.
        ("sentinel_from", np.uint64, MOST_SENTINELS),
        ("sentinel_span", np.uint64, MOST_SENTINELS),
        ("sentinel_quality", np.uint8, MOST_SENTINELS),
    ],
    align=True,
)

# Where `is_dense`, `dense[first_interval + raw]` is the page.
MULTIPLEXOR = np.dtype(
    [*_FIELD, ("first_interval", np.uint32), ("end_interval", np.uint32), ("is_dense", np.uint8)], align=True
)

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

# A message with one multiplexor, each page of which is one group: the group of raw value r is leaves[first_leaf + r],
# NO_GROUP where no page knows it. `page` is the outermost one and `length` the message's
# in bytes, for frames that need a closer look.
SIMPLE = np.dtype(
    [
        ("first", np.uint64),
        ("mask", np.uint64),
        ("word", np.uint32),
        ("group", np.uint32),
        ("first_leaf", np.uint32),
        ("page", np.uint32),
        ("length", np.uint32),
        ("big", np.uint8),
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
    """Open addressing with linear probing: `keys` u64[2^n], `routes` u64[2^n], place = key * multiplier >> shift.

    A key is class | id with bit 31 for 29-bit ids, or class | PGN_KEY | PGN. A route is
    (needed bytes << 48) | (outermost page << 24) | group. Where a frame's rows are not those of one group, NO_GROUP,
    SIMPLE_GROUP or ADDRESSED_GROUP, which say more, stand in its place. `addresses` u64[n, 2] are lists of (source
    address, route), each ending with ANY_ADDRESS.
    """

    keys: np.ndarray
    routes: np.ndarray
    multiplier: int
    shift: int
    addresses: np.ndarray


@dataclass(frozen=True, slots=True)
class ModelTables:
    """Everything that extraction needs for the machines of one model.

    `bus_classes` u64[256] gives the upper part of a key for a bus. `exact_extended`: an exact id of 29 bits is among
    the keys, so that such ids are looked up as they are before their PGN is. `page_groups` u32 and `page_multiplexors`
    u32 are what pages point into: indices of `groups` and `multiplexors`. `dense` u32 are the pages of multiplexors of
    few bits, `leaves` u32 the groups of `simple` messages; `group_bits` u32 by group is how much of a frame its signals
    need.
    """

    bus_classes: np.ndarray
    matches: HashTable
    exact_extended: bool
    pages: np.ndarray
    page_groups: np.ndarray
    page_multiplexors: np.ndarray
    multiplexors: np.ndarray
    intervals: np.ndarray
    dense: np.ndarray
    simple: np.ndarray
    leaves: np.ndarray
    groups: np.ndarray
    group_bits: np.ndarray
    signals: np.ndarray
    most_groups: int
    most_cells: int
    most_pages: int
    """Bounds for one frame: rows and cells (values with quality) it can give, and pages it can be waiting to visit."""
