"""Linked rules as kernels read them, and a machine's memory as they write it (`parsing.rules.linking` fills them in).

A machine's memory is one block of words of 8 bytes: `Header`, then cells of `Cell` words each (signals by group,
attributes, rules), then the times at which rules want to be woken, then the memory of each rule. Times are µs as i64.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np

from parsing.quality import Quality
from parsing.rules.opcodes import BUCKET_WORDS, BUCKETS, Opcode

NEVER = -1
"""In place of a time that has not been; times are not negative."""

INFINITE = 2**54
"""In place of a time that does not come."""

LONG_AGO = -(2**62)
"""The watermark before the first envelope."""

NONE = 0xFFFF_FFFF
"""In place of a number."""


class Header(IntEnum):
    WATERMARK = 0
    FIRST = 1
    """The first instant."""
    NEXT_WAKE = 2
    """No rule wants to be woken before it."""
    WORDS = 4


class Cell(IntEnum):
    """What is known of an input. The word `UNTIL` has the quality in its lowest 8 bits, and the time above them."""

    VALUE = 0
    UNTIL = 1
    AT = 2
    SINCE = 3
    WORDS = 4


UNKNOWN_CELL = (0, INFINITE << 8 | Quality.ABSENT, NEVER, NEVER)
"""Of what never came."""

STEADY_CELL = (0, INFINITE << 8 | Quality.OK, NEVER, NEVER)
"""Of what is always known: an attribute, whether a check is failed or an event active."""

INITIAL: dict[int, tuple[int, ...]] = {
    Opcode.PREVIOUS: (NEVER, 0, Quality.ABSENT, 0, Quality.ABSENT),
    Opcode.RATE: (NEVER, NEVER, 0, Quality.ABSENT, 0, Quality.NOT_AVAILABLE),
    **dict.fromkeys(
        (Opcode.MEAN_OVER, Opcode.LEAST_OVER, Opcode.GREATEST_OVER),
        (NEVER, *(NEVER, *[0] * (BUCKET_WORDS - 1)) * BUCKETS),
    ),
    Opcode.UNROLL: (NEVER, 0, 0, 0, Quality.ABSENT),
    Opcode.HELD: (NEVER, NEVER),
    Opcode.DERIVE: (0, 0, 0),
    Opcode.EVENT: (NEVER,),
}
"""Words that an instruction remembers before it has run. Numbers are f64 by their bits, so 0 is 0.0.

PREVIOUS: the `at` last seen; newest value, quality; the one before. RATE: `at` last seen; newest valid sample's `at`,
value, quality; result's value, quality. Windows: `at` last seen; buckets: number, samples, their sum (or least,
greatest). UNROLL: `at` last seen; whether it began; newest value; total; quality. HELD: when the condition began to
hold; since when that counts. DERIVE: whether a row was given; its value, quality. EVENT: when the cooldown is over.
"""


class InputKind(IntEnum):
    """Of what a rule with `hold` reads."""

    SIGNAL = 0
    DERIVED = 1
    STEADY = 2


INSTRUCTION = np.dtype([(name, np.uint16) for name in ("op", "to", "a", "b", "c", "d")] + [("x", np.uint32)])

# 64 bytes, a cache line. Places: `code` in instructions; `inputs` in lists: cells of the `count` inputs and attributes
# that code reads and of those behind them, `all_inputs`, then the `InputKind` of each; `frame` in registers:
# `constants`, then the inputs; `conditions` in lists: for each, where its list is (number of cells, cells); `capture`
# in lists: numbers of the `captured` inputs; `durations`: hold (0: none) and cooldown. `cell` and `memory` in the
# machine's block, `wake` among its wake times. `output` and `wake` may be NONE.
RULE = np.dtype(
    [
        ("code", np.uint32),
        ("inputs", np.uint32),
        ("frame", np.uint32),
        ("conditions", np.uint32),
        ("memory", np.uint32),
        ("cell", np.uint32),
        ("wake", np.uint32),
        ("output", np.uint32),
        ("capture", np.uint32),
        ("durations", np.uint32),
        ("count", np.uint16),
        ("all_inputs", np.uint16),
        ("constants", np.uint16),
        ("captured", np.uint8),
        ("flags", np.uint8),
        ("minimum", np.float64),
        ("maximum", np.float64),
    ]
)


class Flag(IntEnum):
    """Bits of `flags`."""

    HOLD = 1
    ON_CHANGE = 2


# Of a group that rules read: its `count` inputs have cells from `cell` on, their slots from `inputs` on in lists, and
# how long they are fresh from `timeouts` on. The rules to evaluate where it comes are the `triggered` from `triggers`
# on in lists, and as bits from `bits` on. A waiting row takes `words`.
GROUP = np.dtype(
    [
        ("inputs", np.uint32),
        ("timeouts", np.uint32),
        ("count", np.uint32),
        ("cell", np.uint32),
        ("triggers", np.uint32),
        ("triggered", np.uint32),
        ("bits", np.uint32),
        ("words", np.uint32),
    ]
)

# A row of a batch: `where` is the number of its block << 32 | its number there.
ENTRY = np.dtype([("ts", np.int64), ("where", np.uint64)])

# A row that waits: its values and qualities are at `at` in the machine's payload, in words.
WAITING = np.dtype([("ts", np.int64), ("at", np.uint32), ("group", np.uint32)])

# What comes out: rows of derived signals, by the number of the output, and findings.
ROW = np.dtype(
    [("ts", np.int64), ("value", np.float64), ("envelope", np.uint32), ("output", np.uint16), ("quality", np.uint16)]
)
FINDING = np.dtype(
    [
        ("ts", np.int64),
        ("since", np.int64),
        ("rule", np.uint32),
        ("envelope", np.uint32),
        ("raised", np.uint32),
        ("captured", np.uint32),
    ]
)
