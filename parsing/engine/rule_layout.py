"""What the kernels of rules and those who call them agree on: lists of addresses and numbers, u64 each."""

from __future__ import annotations

from enum import IntEnum


class Linked(IntEnum):
    """Addresses of the tables of `parsing.rules.linking.RuleTables`, and numbers. The values and qualities of registers
    are written, so an engine has its own.
    """

    RULES = 0
    CODE = 1
    LISTS = 2
    DURATIONS = 3
    GROUPS = 4
    BITS = 5
    WAKE_BITS = 6
    VALUES = 7
    QUALITIES = 8
    DUE = 9
    """Room for u32 of each rule, and u64 of its bits."""
    DUE_BITS = 10
    BIT_WORDS = 11
    WAKES = 12
    WAKE_COUNT = 13
    RULE_COUNT = 14
    CAPTURES = 15
    LATENESS = 16
    """µs as i64; rows leave once they are older than the watermark by more."""
    BLOCK_WORDS = 17
    IDS = 18
    INSTANT = 19
    """Room for i64."""


class Block(IntEnum):
    """Rows of one group in a batch: `GROUP` is its number. `INDEX` u32[] says for each row where its envelope u32,
    order u32 and time i64 stand in those columns. Values f64 and qualities u8 are at their address + row * ROW +
    slot * SLOT, in bytes.
    """

    GROUP = 0
    COUNT = 1
    INDEX = 2
    ENVELOPES = 3
    ORDERS = 4
    TIMES = 5
    VALUES = 6
    VALUE_ROW = 7
    VALUE_SLOT = 8
    QUALITIES = 9
    QUALITY_ROW = 10
    QUALITY_SLOT = 11
    WORDS = 12


class Machine(IntEnum):
    """Of a machine: addresses of its block, its waiting rows and their payload, and what is there.

    Both are rings: rows WAITING are numbered as they come, and from `HEAD` to `TAIL` they wait, in the order of time;
    number & `MASK` is a row's place. Words of payload are numbered likewise (a row's `at` are the lower 32 bits); those
    before `PAYLOAD_HEAD` are free.

    The rows that wait take `HELD_WORDS` (`parsing.rules.timing.MOST_WAITING`).

    Since the mark, rows from `FLOOR` on stay where they are, or, where they have to move, a copy of each is at `KEPT`
    in the place of its number; rows before `KEPT_FROM` have not moved. Where all went to other memory since,
    `MOVED_FROM` is the former `KEPT_FROM` + 1.
    """

    BLOCK = 0
    WAITING = 1
    MASK = 2
    HEAD = 3
    TAIL = 4
    PAYLOAD = 5
    PAYLOAD_MASK = 6
    PAYLOAD_HEAD = 7
    PAYLOAD_TAIL = 8
    FLOOR = 9
    KEPT_FROM = 10
    KEPT = 11
    MOVED_FROM = 12
    HELD_WORDS = 13
    WORDS = 16


NO_FLOOR = 2**64 - 1
"""Without a mark."""


class Envelopes(IntEnum):
    """Addresses of columns: the machine's number u32, newest event time i64, reception i64, where its rows end u32
    (the first begin at 0), and late rows u32, which are counted here. `COUNT` of them.
    """

    MACHINES = 0
    NEWEST = 1
    RECEIVED = 2
    ENDS = 3
    LATE = 4
    COUNT = 5


class Out(IntEnum):
    """Where results go, and how far a call has come: `ENVELOPE` is the next one, `TAKEN` whether its rows are in the
    buffer already. `ROWS` ROW[], `FINDINGS` FINDING[], `CAPTURED` f64[], `CAPTURED_QUALITIES` u8[], `COUNTS` u64 by
    output. Before an instant there must be room for all rules.
    """

    ENVELOPE = 0
    TAKEN = 1
    ROWS = 2
    ROW_COUNT = 3
    ROW_ROOM = 4
    FINDINGS = 5
    FINDING_COUNT = 6
    FINDING_ROOM = 7
    CAPTURED = 8
    CAPTURED_QUALITIES = 9
    CAPTURED_COUNT = 10
    CAPTURED_ROOM = 11
    COUNTS = 12


NO_TIME = -(2**63)
"""Of an envelope without times, or without reception."""

END = 2**63 - 1
"""In place of an envelope's newest time: nothing comes any more."""
