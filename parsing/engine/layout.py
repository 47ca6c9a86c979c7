"""What the kernels and those who call them agree on."""

from __future__ import annotations

from enum import IntEnum

ROWS_ALIGNED = 8
"""Rows of a group are padded to a multiple of it: a 512-bit register of f64, so that no loop has a scalar rest."""

CHUNK = 1024
"""Rows that are worked on at a time, so that their words stay in the first-level cache."""

UNKNOWN_ID = -1
"""The `page` of a frame whose id no message matches."""

FREE = 0xFFFF_FFFF
"""A free place of a counting table."""

UNBOUNDED = 2**60
"""Entries of an array whose end a kernel does not ask for; slices of it are not cut short."""

CHANNELS = 256

CHANNEL_NAME_MAX = 15
"""Characters of a channel in candump: twelve letters and three digits."""


class Totals(IntEnum):
    """Where `extract` leaves what it counted. Behind them stand, by group, the number of rows, where they begin among
    all rows, and where their cells begin.
    """

    ENTRIES = 0
    UNKNOWN = 1
    OTHER = 2
    SHORT = 3
    ROWS = 4


class Model(IntEnum):
    """Places of a model's tables in the list of addresses and numbers that `extract` takes, and behind them the numbers
    that its callers need: `WIDTHS` is the sum of all groups' slots, the others see `ModelTables`.
    """

    GROUPS = 0
    GROUP_TABLE = 1
    SIGNALS = 2
    GROUP_BITS = 3
    BUS_CLASSES = 4
    KEYS = 5
    ROUTES = 6
    MULTIPLIER = 7
    SHIFT = 8
    LAST = 9
    EXACT_EXTENDED = 10
    PAGES = 11
    PAGE_GROUPS = 12
    PAGE_MULTIPLEXORS = 13
    MULTIPLEXORS = 14
    INTERVALS = 15
    DENSE = 16
    HAS_CLASSES = 17
    SIMPLE = 18
    LEAVES = 19
    SIGNAL_COUNT = 20
    WIDTHS = 21
    MOST_GROUPS = 22
    MOST_CELLS = 23
    MOST_PAGES = 24
    ADDRESSES = 25


MODEL_ADDRESSES = (
    Model.GROUP_TABLE, Model.SIGNALS, Model.GROUP_BITS, Model.BUS_CLASSES, Model.KEYS, Model.ROUTES, Model.PAGES,
    Model.PAGE_GROUPS, Model.PAGE_MULTIPLEXORS, Model.MULTIPLEXORS, Model.INTERVALS, Model.DENSE, Model.SIMPLE,
    Model.LEAVES, Model.ADDRESSES,
)  # fmt: skip


class Work(IntEnum):
    """Places of scratch memory in the list of addresses that `extract` takes."""

    STACK = 0
    ENTRY_GROUP = 1
    ENTRY_FRAME = 2
    FRAME_GROUP = 3
    UNKNOWN_FRAME = 4
    UNKNOWN_PAGE = 5
    SHORT_FRAME = 6
    WORDS = 7
    SORTED_WORDS = 8
    FOLLOW = 9


class CandumpLine(IntEnum):
    """What a line of candump is."""

    FRAME = 0
    BLANK = 1
    TOO_WIDE = 2  # a frame with more bytes than a row takes
    NOT_CANDUMP = 3
    BAD_CHANNEL = 4
    BAD_ID = 5
    BAD_PAYLOAD = 6
    TIME_OUT_OF_BOUNDS = 7
