"""Random definitions and frames that try each other: what the differential tests and the fuzz harness run on.

Everything is drawn from one `random.Random`: hypothesis gives one that it can shrink, the harness one with a seed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from parsing.definitions import (
    MAX_PAYLOAD_BITS,
    MAX_PAYLOAD_BYTES,
    Binding,
    Condition,
    Content,
    DefinitionSet,
    Enum,
    Group,
    Message,
    Model,
    Range,
    RawRange,
    Signal,
)
from parsing.release_checks import find_faults
from tests.parsing.case_frames import BUSES, make_frames, raw_numbers
from tests.parsing.oracle import FLOAT_FORMATS, parameter_group

if TYPE_CHECKING:
    from random import Random

    from parsing.engine import Frames

Kind = Literal["unsigned", "signed", "float"]

WIDTHS = (8, 8, 8, 8, 7, 12, 16, 20, 64, 64, 100, MAX_PAYLOAD_BYTES)
# PDU1 and PDU2, with and without the data pages; one of them often, so that messages have a PGN in common.
EXTENDED_IDS = (0x18F00400, 0x18F00400, 0x18F00400, 0x18EA0000, 0x18EF1234, 0x1DF01105, 0x0EFF00FE, 0x1BEE2211)
STANDARD_IDS = (0x0, 0x123, 0x7FF)
SCALES = (1.0, 1.0, -1.0, 0.1, 0.125, -0.5, 2.0, -3.0, 1e-7, 0.0, 2.0**40, 3.0**30, -(2.0**62), 2.0**63, 1e308, -1e300)
OFFSETS = (0.0, 0.0, -0.0, -40.0, 1.0, 0.5, 2.0**53 + 2, 2.0**61 + 2.0**10, -(2.0**63), 2.0**63, -1e308)
LENGTHS = (1, 2, 4, 8, 16, 24, 32, 40, 48, 56, 63, 64)
MULTIPLEXOR_LENGTHS = (1, 2, 3, 4, 8, 10, 11, 16, 32)
DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Case:
    """A content with one model, 1, and frames of its machines."""

    content: Content
    frames: Frames


def make_case(random: Random) -> Case:
    width = random.choice(WIDTHS)
    content = make_content(random, width)
    return Case(content, make_frames(random, content, width))


def make_content(random: Random, width: int) -> Content:
    """Valid: nothing in it would be refused in a release."""
    maker = _Maker(random, width)
    sets = tuple(
        DefinitionSet(number, f"set {number}", tuple(maker.message() for _ in range(random.randint(1, 2))))
        for number in range(1, 1 + random.randint(1, 2))
    )
    bindings = tuple(
        Binding(each.id, random.choice((None, *BUSES))) for each in sets for _ in range(random.choice((1, 1, 2)))
    )
    content = Content(tuple(maker.enums), sets, (Model(1, "model", bindings),))
    assert not list(find_faults(content))
    return content


class _Maker:
    """Counts ids up."""

    def __init__(self, random: Random, width: int) -> None:
        self._random, self._width = random, width
        self._messages = self._groups = self._signals = 0
        self.enums: list[Enum] = []

    def message(self) -> Message:
        random, width = self._random, self._width
        self._messages += 1
        match: Literal["id", "pgn"] = random.choice(("id", "pgn"))
        extended = match == "pgn" or random.choice((True, False))
        can_id = random.choice(EXTENDED_IDS if extended else STANDARD_IDS)
        is_addressed = match == "pgn" and random.random() < 0.6
        if is_addressed:
            can_id = can_id & ~0xFF | random.choice((0, 0xFD))
        longest = min(width + 2, MAX_PAYLOAD_BYTES)
        groups = random.choice((self._plain, self._simple, self._nested, self._nested))
        return Message(
            id=self._messages,
            name=f"message {self._messages}",
            match=match,
            can_id=can_id,
            extended=extended,
            pgn=parameter_group(can_id) if extended else None,
            j1939=extended and random.choice((True, True, False)),
            length=random.choice((0, width, width, random.randint(0, longest))),
            cycle_time=None,
            frame_format=None,
            comment="",
            groups=groups() if random.random() < 0.95 else (),
            source_address=can_id & 0xFF if is_addressed else None,
        )

    def _plain(self) -> tuple[Group, ...]:
        return (self._group((), self._several(1, 6)),)

    def _simple(self) -> tuple[Group, ...]:
        """One multiplexor, and mostly one group a page."""
        multiplexor = self._multiplexor()
        outer = self._group((), [multiplexor, *self._several(0, 2)])
        inner = [
            self._group((Condition(multiplexor.name, self._ranges(multiplexor)),), self._several(1, 2))
            for _ in range(self._random.choice((1, 2, 3, 5, 12)))
        ]
        return (outer, *inner)

    def _nested(self) -> tuple[Group, ...]:
        """Pages below pages, several multiplexors side by side, groups of one condition, and groups without signals."""
        random = self._random
        homes: list[tuple[tuple[Condition, ...], Signal]] = []
        groups = []
        for _ in range(random.randint(1, 8)):
            condition: tuple[Condition, ...] = ()
            if homes and random.random() < 0.8:
                outer, above = random.choice(homes)
                condition = (*outer, Condition(above.name, self._ranges(above)))
            members = self._several(0, 2)
            if len(condition) < DEEPEST and random.random() < 0.5:
                members.append(self._multiplexor())
                homes.append((condition, members[-1]))
            random.shuffle(members)
            groups.append(self._group(condition, members))
        return tuple(groups)

    def _group(self, condition: tuple[Condition, ...], members: list[Signal]) -> Group:
        """Slots are in any order, and some are retired."""
        self._groups += 1
        slots = self._random.sample(range(len(members) + 2), len(members))
        placed = tuple(replace(member, slot=slot) for member, slot in zip(members, slots, strict=True))
        return Group(self._groups, condition, placed)

    def _several(self, least: int, most: int) -> list[Signal]:
        return [self._signal() for _ in range(self._random.randint(least, most))]

    def _multiplexor(self) -> Signal:
        random = self._random
        kind: Literal["unsigned", "signed"] = random.choice(("unsigned", "unsigned", "signed"))
        enum = None
        if random.random() < 0.3:
            numbers = sorted({random.randint(-3, 8) for _ in range(3)})
            self.enums.append(Enum(len(self.enums) + 1, f"enum {len(self.enums)}", tuple((n, str(n)) for n in numbers)))
            enum = self.enums[-1].id
        return self._signal(kind, random.choice(MULTIPLEXOR_LENGTHS), enum)

    def _signal(self, kind: Kind | None = None, length: int | None = None, enum: int | None = None) -> Signal:
        random = self._random
        self._signals += 1
        kind = kind or random.choice(("unsigned", "unsigned", "unsigned", "signed", "signed", "float"))
        if length is None:
            lengths = tuple(FLOAT_FORMATS) if kind == "float" else (*LENGTHS, random.randint(1, 64))
            length = random.choice(lengths)
        byte_order: Literal["little", "big"] = random.choice(("little", "big"))
        first = self._first_bit(length)
        scale, offset = self._scale_and_offset()
        minimum, maximum = _limits(random, raw_numbers(kind, length), scale, offset)
        not_available, error = _own_sentinels(random, kind, length)
        return Signal(
            slot=0,
            name=f"signal {self._signals}",
            start=first if byte_order == "little" else first - first % 8 + 7 - first % 8,
            length=length,
            byte_order=byte_order,
            type=kind,
            scale=scale,
            offset=offset,
            minimum=minimum,
            maximum=maximum,
            unit="",
            enum=enum,
            spn=None,
            sentinels=random.choice(("none", "j1939", "j1939")),
            comment="",
            not_available=not_available,
            error=error,
        )

    def _first_bit(self, length: int) -> int:
        """In the order of bits in the payload: anywhere, across words of 64 bits, or a little beyond the payload."""
        random = self._random
        end = min(8 * self._width + random.choice((0, 0, 0, 0, 0, 0, 9, 80)), MAX_PAYLOAD_BITS)
        last = max(0, end - length)
        first = random.randint(0, last)
        if random.random() < 0.3:
            first = first - first % 64 + 64 - random.randint(0, length)
        return min(max(0, first), last)

    def _scale_and_offset(self) -> tuple[float, float]:
        random = self._random
        if random.random() < 0.3:
            return random.uniform(-1e6, 1e6), random.choice((0.0, random.uniform(-1e6, 1e6)))
        return random.choice(SCALES), random.choice(OFFSETS)

    def _ranges(self, multiplexor: Signal) -> tuple[Range, ...]:
        """Small numbers, the ends of what the multiplexor can be, and beyond."""
        random = self._random
        numbers = raw_numbers(multiplexor.type, multiplexor.length)
        ranges = []
        for _ in range(random.choice((1, 1, 1, 2, 3))):
            near = random.choice((0, 0, 0, numbers.start, numbers.stop - 1, random.randint(-4, 1100)))
            low = min(max(near + random.randint(0, 4), -(2**31)), 2**32 - 1)
            ranges.append(Range(low, min(low + random.choice((0, 0, 1, 3, 2**20)), 2**32 - 1)))
        return tuple(ranges)


def _any_of(random: Random, numbers: range) -> int:
    return random.randint(numbers.start, numbers.stop - 1)


def _limits(random: Random, numbers: range, scale: float, offset: float) -> tuple[float | None, float | None]:
    """None, anything, or at, just above and just below values that raw numbers have; perhaps none between them."""
    way = random.choice(("none", "none", "any", "near", "near", "between"))
    if way == "none":
        return None, None
    if way == "any":
        ends = [random.uniform(-1e6, 1e6), random.uniform(-1e6, 1e6)]
    elif way == "near":
        ends = [_nudged(random, float(_any_of(random, numbers)) * scale + offset) for _ in range(2)]
    else:
        number = _any_of(random, numbers)
        pair = sorted(float(each) * scale + offset for each in (number, number + 1))
        ends = [math.nextafter(pair[0], math.inf), math.nextafter(pair[1], -math.inf)]
    low, high = sorted(end if math.isfinite(end) else 0.0 for end in ends)
    return random.choice((low, low, low, None)), random.choice((high, high, high, None))


def _own_sentinels(random: Random, kind: Kind, length: int) -> tuple[RawRange | None, RawRange | None]:
    """Not available and error: none, at the top with the error directly below, at the ends, or anywhere."""
    way = random.choice(("none", "none", "none", "top", "ends", "any", "any"))
    if kind == "float" or way == "none":
        return None, None
    numbers = raw_numbers(kind, length)
    if way == "any":
        pairs = [sorted(_any_of(random, numbers) for _ in range(2)) for _ in range(2)]
        first, second = (RawRange(*pair) for pair in pairs)
    elif way == "top":
        size = random.randint(1, min(numbers.stop - numbers.start, 256))
        first = RawRange(numbers.stop - size, numbers.stop - 1)
        below = max(numbers.start, first.low - random.randint(1, 256))
        second = RawRange(below, max(below, first.low - 1))
    else:
        first, second = RawRange(numbers.start, numbers.start), RawRange(numbers.stop - 1, numbers.stop - 1)
    return random.choice((first, first, None)), random.choice((second, second, None))


def _nudged(random: Random, number: float) -> float:
    return random.choice((number, math.nextafter(number, math.inf), math.nextafter(number, -math.inf)))
