"""Instructions of compiled rules: their numbers and their operands. The numbers are in releases: never reused.

An instruction is `WORDS` whole numbers: opcode, to, a, b, c, d, x. `to`, a, b, c and d are registers of the rule: first
its constants, then its inputs as read at the instant, then the machine's attributes, then what instructions write. `x`
is a place in the rule's memory, or what `Shape` says. What an instruction does not use is 0.
"""

from __future__ import annotations

from enum import Enum, IntEnum
from typing import Literal, NamedTuple

from parsing.rules.program import Op

WORDS = 7

VERSION: Literal[1] = 1
"""Of the meaning of code. Another one is refused at loading."""


class Opcode(IntEnum):
    """Beside those of `Op`, which mean what they do there."""

    IS_QUALITY = 64
    EVENT_TIME = 65
    PREVIOUS = 66
    ELAPSED = 67
    ABSENT_FOR = 68
    RATE = 69
    MEAN_OVER = 70
    LEAST_OVER = 71
    GREATEST_OVER = 72
    UNROLL = 73
    HELD = 74
    DERIVE = 80
    CHECK = 81
    EVENT = 82


class Kind(Enum):
    """Of an operand."""

    VALUE = "value"
    INPUT = "input"
    SPAN = "span"
    """A constant, µs, above 0."""
    DELAY = "delay"
    """A constant, µs, or 0."""
    AMOUNT = "amount"
    """A constant, not below 0."""
    CONDITION = "condition"
    """Number of one of the rule's `conditions`."""
    HELD = "held"
    """Place of a `HELD` in memory, plus 1; 0 for none."""


class Extra(Enum):
    """What `x` is."""

    NOTHING = "nothing"
    MEMORY = "memory"
    MASK = "mask"
    """Of qualities: bit q for quality q."""


class Shape(NamedTuple):
    """`memory` words of 8 bytes (of `DERIVE`: only where it stores on change)."""

    operands: tuple[Kind, ...]
    extra: Extra = Extra.NOTHING
    memory: int = 0
    writes: bool = True


BUCKETS = 16
"""Of a window."""

BUCKET_WORDS = 3
WINDOW_WORDS = 1 + BUCKETS * BUCKET_WORDS

_V, _I = Kind.VALUE, Kind.INPUT
_UNARY = (
    Op.NEGATE, Op.ABSOLUTE, Op.FLOOR, Op.CEILING, Op.ROUND, Op.SQUARE_ROOT, Op.SIGN, Op.NOT, Op.AT_BEST_SUSPECT,
    Op.AS_ERROR,
)  # fmt: skip
_TERNARY = (Op.CLAMP, Op.SELECT)

SHAPES: dict[int, Shape] = {
    **{op: Shape((_V, _V)) for op in Op if op not in (*_UNARY, *_TERNARY, Op.HAVERSINE)},
    **{op: Shape((_V,)) for op in _UNARY},
    **{op: Shape((_V, _V, _V)) for op in _TERNARY},
    Op.HAVERSINE: Shape((_V, _V, _V, _V)),
    Opcode.IS_QUALITY: Shape((_V,), Extra.MASK),
    Opcode.EVENT_TIME: Shape(()),
    Opcode.PREVIOUS: Shape((_I,), Extra.MEMORY, 5),
    Opcode.ELAPSED: Shape((_I,)),
    Opcode.ABSENT_FOR: Shape((_I, Kind.SPAN)),
    Opcode.RATE: Shape((_I,), Extra.MEMORY, 6),
    Opcode.MEAN_OVER: Shape((_I, Kind.SPAN), Extra.MEMORY, WINDOW_WORDS),
    Opcode.LEAST_OVER: Shape((_I, Kind.SPAN), Extra.MEMORY, WINDOW_WORDS),
    Opcode.GREATEST_OVER: Shape((_I, Kind.SPAN), Extra.MEMORY, WINDOW_WORDS),
    # Modulus, largest step, and the condition to reset.
    Opcode.UNROLL: Shape((_I, Kind.AMOUNT, Kind.AMOUNT, _V), Extra.MEMORY, 5),
    Opcode.HELD: Shape((_V, Kind.DELAY, Kind.CONDITION), Extra.MEMORY, 2),
    # The last instruction of a rule, and only that. A check's: when, expect. An event's: raise, clear, and their HELDs.
    Opcode.DERIVE: Shape((_V,), Extra.MEMORY, 3, writes=False),
    Opcode.CHECK: Shape((_V, _V), writes=False),
    Opcode.EVENT: Shape((_V, _V, Kind.HELD, Kind.HELD), Extra.MEMORY, 1, writes=False),
}

LAST = {"derived": Opcode.DERIVE, "check": Opcode.CHECK, "event": Opcode.EVENT}
"""By a rule's kind."""

WAKES = (Opcode.HELD, Opcode.ABSENT_FOR)
