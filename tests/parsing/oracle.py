"""The slow, obvious decoder: one frame at a time, bit after bit, straight from the definitions and the contracts
(docs/contracts/rows.md, docs/contracts/release.md). Tests hold the kernels against it.

It shares nothing with the compiler and the kernels but the definitions' records.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsing.definitions import Condition, Content, Group, Message, Signal

OK, OUT_OF_RANGE, NOT_AVAILABLE, ERROR, ABSENT = 0, 2, 4, 5, 6
"""Qualities that decoding gives (rows.md)."""

EXTENDED, REMOTE, ERROR_FRAME = 1 << 31, 1 << 30, 1 << 29
UNKNOWN_ID = -1
TOP_BYTES = {0xFB: OUT_OF_RANGE, 0xFC: OUT_OF_RANGE, 0xFD: OUT_OF_RANGE, 0xFE: ERROR, 0xFF: NOT_AVAILABLE}
FLOAT_FORMATS = {16: ">e", 32: ">f", 64: ">d"}


@dataclass(frozen=True, slots=True)
class Cell:
    """`raw` is the number that the bits are, signed where the signal is, and of a float its bits; None = absent."""

    value: float
    quality: int
    raw: int | None


NOTHING = Cell(0.0, ABSENT, None)


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` by slot, retired slots included."""

    group: int
    source: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Decoded:
    """Rows by ascending group. `is_short`: the payload ends before the message, or before a signal of these groups."""

    rows: tuple[Row, ...]
    is_short: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """No rows: the id is unknown (`pages` is {-1}), or multiplexors have raw bits that no page knows."""

    pages: frozenset[int]


class Oracle:
    """Decodes the frames of machines of one model."""

    def __init__(self, content: Content, model_id: int) -> None:
        self._enums = {enum.id: [number for number, _ in enum.values] for enum in content.enums}
        self._sets = {definition_set.id: definition_set for definition_set in content.sets}
        (self._model,) = [model for model in content.models if model.id == model_id]
        self._messages: dict[tuple[int, int], Message | None] = {}
        self._layouts: dict[int, Layout] = {}

    def decode(self, bus: int, can_id: int, data: bytes) -> Decoded | Unknown | None:
        """What a frame gives; None for remote and error frames."""
        if can_id & (REMOTE | ERROR_FRAME):
            return None
        message = self.message_of(bus, can_id)
        if message is None:
            return Unknown(frozenset({UNKNOWN_ID}))
        layout = self._layout(message)
        unknown = frozenset(layout.unknown_pages(data))
        if unknown:
            return Unknown(unknown)
        reached = [group for group in message.groups if layout.holds(group.condition, data)]
        source = source_of(message, bus, can_id)
        rows = [Row(group.id, source, cells_of(group, data)) for group in reached if group.signals]
        ends_early = any(raw_bits(signal, data) is None for group in reached for signal in group.signals)
        return Decoded(tuple(sorted(rows, key=lambda row: row.group)), len(data) < message.length or ends_early)

    def message_of(self, bus: int, can_id: int) -> Message | None:
        """The message that a frame is."""
        key = bus, can_id
        if key not in self._messages:
            self._messages[key] = next(self._candidates(bus, can_id), None)
        return self._messages[key]

    def _candidates(self, bus: int, can_id: int) -> Iterator[Message]:
        """Exact id before PGN and source address before PGN alone, this bus before every bus, then in order."""
        for how in ("id", "sender", "pgn"):
            for wanted_bus in (bus, None):
                for binding in self._model.sets:
                    if binding.bus == wanted_bus:
                        messages = self._sets[binding.set].messages
                        yield from (each for each in messages if way_of(each) == how and matches(each, can_id))

    def _layout(self, message: Message) -> Layout:
        return self._layouts.setdefault(id(message), Layout(message, self._enums))


class Layout:
    """A message's multiplexing."""

    def __init__(self, message: Message, enums: dict[int, list[int]]) -> None:
        self._homes = {signal.name: (group, signal) for group in message.groups for signal in group.signals}
        self._pages: dict[str, list[tuple[int, int]]] = {}
        for group in message.groups:
            for name, ranges in group.condition:
                self._pages.setdefault(name, []).extend(ranges)
        for name, pages in self._pages.items():
            enum = self._homes[name][1].enum
            pages.extend((number, number) for number in (enums[enum] if enum is not None else []))
            pages[:] = sorted(set(pages))

    def unknown_pages(self, data: bytes) -> Iterator[int]:
        """Raw bits that no page knows, of multiplexors that are there under the values of those above them."""
        for name, pages in self._pages.items():
            home, signal = self._homes[name]
            raw = raw_bits(signal, data)
            if raw is None or not self.holds(home.condition, data):
                continue
            number = number_of(signal, raw)
            if not any(low <= number <= high for low, high in pages):
                yield raw

    def holds(self, condition: tuple[Condition, ...], data: bytes) -> bool:
        """Whether every multiplexor of the chain is there, and has a value of its ranges."""
        for name, ranges in condition:
            signal = self._homes[name][1]
            raw = raw_bits(signal, data)
            if raw is None or not any(low <= number_of(signal, raw) <= high for low, high in ranges):
                return False
        return True


def way_of(message: Message) -> str:
    return "sender" if message.match == "pgn" and message.source_address is not None else message.match


def matches(message: Message, can_id: int) -> bool:
    extended, identity = bool(can_id & EXTENDED), can_id & 0x7FFF_FFFF
    if message.extended != extended:
        return False
    if message.source_address is not None and message.source_address != identity % 256:
        return False
    return identity == message.can_id if message.match == "id" else parameter_group(identity) == message.pgn


def parameter_group(identity: int) -> int:
    """J1939-21: extended data page, data page, PDU format, and PDU specific where it is no destination (PF >= 240).

    The id is 3 bits of priority, EDP, DP, PF, PS, and 8 bits of source address.
    """
    pages, pdu_format, pdu_specific = identity // 2**24 % 4, identity // 2**16 % 256, identity // 2**8 % 256
    return pages * 2**16 + pdu_format * 2**8 + (pdu_specific if pdu_format >= 240 else 0)


def source_of(message: Message, bus: int, can_id: int) -> int:
    """Rows.md: bus, source address, destination address; the null and the global address where there is none."""
    sender, receiver = 254, 255
    if message.j1939:
        sender = can_id % 256
        if can_id // 2**16 % 256 < 240:
            receiver = can_id // 2**8 % 256
    return bus * 65536 + sender * 256 + receiver


@cache
def bit_places(start: int, length: int, byte_order: str) -> tuple[tuple[int, int], ...]:
    """(byte, bit of it) of each bit of a signal, the most significant first.

    A DBC numbers bits by byte * 8 + bit, bit 0 being a byte's least significant. Little-endian (Intel) signals have
    their least significant bit at `start` and go up. Big-endian (Motorola) ones have their most significant bit at
    `start` and go down to bit 0 of the byte, then to bit 7 of the next.
    """
    if byte_order == "little":
        return tuple(divmod(number, 8) for number in reversed(range(start, start + length)))
    places = []
    byte, bit = divmod(start, 8)
    for _ in range(length):
        places.append((byte, bit))
        byte, bit = (byte, bit - 1) if bit else (byte + 1, 7)
    return tuple(places)


def raw_bits(signal: Signal, data: bytes) -> int | None:
    """The signal's bits as an unsigned number; None where they are not all there."""
    raw = 0
    for byte, bit in bit_places(signal.start, signal.length, signal.byte_order):
        if byte >= len(data):
            return None
        raw = 2 * raw + (data[byte] >> bit & 1)
    return raw


def number_of(signal: Signal, raw: int) -> int:
    """Two's complement where the signal is signed."""
    is_negative = signal.type == "signed" and raw >= 2 ** (signal.length - 1)
    return raw - 2**signal.length if is_negative else raw


def cells_of(group: Group, data: bytes) -> tuple[Cell, ...]:
    cells = [NOTHING] * (1 + max(signal.slot for signal in group.signals))
    for signal in group.signals:
        raw = raw_bits(signal, data)
        if raw is not None:
            value = value_of(signal, raw)
            quality = sentinel_of(signal, raw) or judge(signal, value)
            cells[signal.slot] = Cell(value, quality, number_of(signal, raw))
    return tuple(cells)


def value_of(signal: Signal, raw: int) -> float:
    """Rows.md, Values. Zero has a sign only where a float is kept as it is, so an offset of -0 is 0."""
    scale, offset = signal.scale, signal.offset or 0.0
    if signal.type == "float":
        number = struct.unpack(FLOAT_FORMATS[signal.length], raw.to_bytes(signal.length // 8, "big"))[0]
        return number if scale == 1.0 and offset == 0.0 else number * scale + offset
    number = number_of(signal, raw)
    if scale.is_integer() and offset.is_integer() and abs(scale) < 2**63 and abs(offset) < 2**63:
        return float(number * int(scale) + int(offset))
    return float(Fraction(number)) * scale + offset


def judge(signal: Signal, value: float) -> int:
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN is no number, not even itself
        return ERROR
    below = signal.minimum is not None and value < signal.minimum
    above = signal.maximum is not None and value > signal.maximum
    return OUT_OF_RANGE if below or above else OK


def sentinel_of(signal: Signal, raw: int) -> int:
    """What the signal's own ranges say of its number, else J1939-71, table 1, as far as rows.md has it; OK (0) where
    it is no sentinel.
    """
    number = number_of(signal, raw)
    for own, meaning in ((signal.not_available, NOT_AVAILABLE), (signal.error, ERROR)):
        if own is not None and own.low <= number <= own.high:
            return meaning
    meaning = j1939_sentinel(signal, raw)
    replaced = {NOT_AVAILABLE: signal.not_available, ERROR: signal.error}.get(meaning)
    return OK if replaced is not None else meaning


def j1939_sentinel(signal: Signal, raw: int) -> int:
    if signal.sentinels != "j1939" or signal.type != "unsigned" or signal.length == 1:
        return OK
    if signal.length in (16, 24, 32, 40, 48, 56, 64):
        return TOP_BYTES.get(raw // 2 ** (signal.length - 8), OK)
    ones = 2**signal.length - 1
    return {ones: NOT_AVAILABLE, ones - 1: ERROR}.get(raw, OK)
