"""The slow, obvious decoder: one frame at a time, straight from the definitions. Tests hold the kernels against it.

It shares nothing with the compiler and the kernels but the definitions themselves.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite
from typing import TYPE_CHECKING

from parsing.definitions import ERROR_FLAG, EXTENDED_FLAG, REMOTE_FLAG, pgn_of
from parsing.quality import Quality
from parsing.rows import encode_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsing.definitions import Group, Message, Signal
    from parsing.release import Release

_FLOAT_FORMATS = {16: ">e", 32: ">f", 64: ">d"}
_J1939_TOP_BYTES = {0xFB: Quality.OUT_OF_RANGE, 0xFC: Quality.OUT_OF_RANGE, 0xFD: Quality.OUT_OF_RANGE}
_J1939_TOP_BYTES |= {0xFE: Quality.ERROR, 0xFF: Quality.NOT_AVAILABLE}


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` has (value, quality) by slot, retired slots included."""

    group: int
    source: int
    cells: tuple[tuple[float, Quality], ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """No rows: the id is unknown (`pages` is {-1}), or multiplexors have raw values that no page knows."""

    pages: frozenset[int]


def decode_frame(release: Release, model_id: int, bus: int, can_id: int, data: bytes) -> list[Row] | Unknown | None:
    """Rows of a frame by ascending group, or why there are none; None for remote and error frames."""
    if can_id & (REMOTE_FLAG | ERROR_FLAG):
        return None
    message = find_message(release, model_id, bus, can_id)
    if message is None:
        return Unknown(frozenset({-1}))
    unknown = frozenset(_unknown_pages(release, message, data))
    if unknown:
        return Unknown(unknown)
    source = _source(message, bus, can_id)
    rows = [
        Row(group.id, source, _cells(message, group, data))
        for group in message.groups
        if group.signals and _holds(message, group, data)
    ]
    return sorted(rows, key=lambda row: row.group)


def find_message(release: Release, model_id: int, bus: int, can_id: int) -> Message | None:
    """The message that a frame is: exact id before PGN, this bus before every bus, then in order."""
    extended, identity = bool(can_id & EXTENDED_FLAG), can_id & ~EXTENDED_FLAG
    for how in ("id", "pgn"):
        for wanted_bus in (bus, None):
            for binding in release.model(model_id).sets:
                if binding.bus != wanted_bus:
                    continue
                for message in release.definition_set(binding.set).messages:
                    if message.match != how or message.extended != extended:
                        continue
                    if message.can_id == identity if how == "id" else message.pgn == pgn_of(identity):
                        return message
    return None


def raw_bits(signal: Signal, data: bytes) -> int | None:
    """The signal's bits as an unsigned number; None where they are not all there."""
    if signal.end > 8 * len(data):
        return None
    if signal.byte_order == "little":
        whole = int.from_bytes(data, "little") >> signal.start
    else:
        whole = int.from_bytes(data, "big") >> (8 * len(data) - signal.end)
    return whole & ((1 << signal.length) - 1)


def _integer(signal: Signal, raw: int) -> int:
    return raw - 2**signal.length if signal.type == "signed" and raw >> (signal.length - 1) else raw


def _unknown_pages(release: Release, message: Message, data: bytes) -> Iterator[int]:
    """Raw values that no page knows, of multiplexors that are there under the values of those above them."""
    for home, multiplexor in message.homes().values():
        raw = raw_bits(multiplexor, data)
        conditions = [
            condition
            for group in message.groups
            for condition in group.condition
            if condition.multiplexor == multiplexor.name
        ]
        if not conditions or raw is None or not _holds(message, home, data):
            continue
        value = _integer(multiplexor, raw)
        named = release.enum(multiplexor.enum).values if multiplexor.enum is not None else ()
        known = any(low <= value <= high for condition in conditions for low, high in condition.ranges)
        if not known and value not in {number for number, _ in named}:
            yield raw


def _holds(message: Message, group: Group, data: bytes) -> bool:
    for multiplexor, ranges in group.condition:
        signal = message.homes()[multiplexor][1]
        raw = raw_bits(signal, data)
        if raw is None or not any(low <= _integer(signal, raw) <= high for low, high in ranges):
            return False
    return True


def _source(message: Message, bus: int, can_id: int) -> int:
    if not message.j1939:
        return encode_source(bus)
    pdu_format, pdu_specific = can_id >> 16 & 0xFF, can_id >> 8 & 0xFF
    return encode_source(bus, can_id & 0xFF, pdu_specific if pdu_format < 240 else 255)  # noqa: PLR2004 - J1939-21


def _cells(message: Message, group: Group, data: bytes) -> tuple[tuple[float, Quality], ...]:
    cells = [(0.0, Quality.ABSENT)] * group.width
    for signal in group.signals:
        raw = raw_bits(signal, data)
        if raw is not None:
            value = _value(signal, raw)
            cells[signal.slot] = value, _quality(message, signal, raw, value)
    return tuple(cells)


def _value(signal: Signal, raw: int) -> float:
    if signal.type == "float":
        (number,) = struct.unpack(_FLOAT_FORMATS[signal.length], raw.to_bytes(signal.length // 8, "big"))
        plain = signal.scale == 1.0 and signal.offset == 0.0
        return float(number if plain else number * signal.scale + signal.offset)
    integer = _integer(signal, raw)
    whole = signal.scale.is_integer() and signal.offset.is_integer()
    if whole and max(abs(signal.scale), abs(signal.offset)) < 2**63:
        return float(Fraction(integer) * Fraction(signal.scale) + Fraction(signal.offset))
    return float(integer) * signal.scale + signal.offset


def _quality(message: Message, signal: Signal, raw: int, value: float) -> Quality:
    if message.j1939 and signal.sentinels == "j1939" and signal.type == "unsigned":
        sentinel = _sentinel(raw, signal.length)
        if sentinel is not None:
            return sentinel
    if not isfinite(value):
        return Quality.ERROR
    if signal.minimum is not None and value < signal.minimum:
        return Quality.OUT_OF_RANGE
    if signal.maximum is not None and value > signal.maximum:
        return Quality.OUT_OF_RANGE
    return Quality.OK


def _sentinel(raw: int, length: int) -> Quality | None:
    if length == 1:
        return None
    if length > 8 and length % 8 == 0:  # noqa: PLR2004 - whole bytes, more than one
        return _J1939_TOP_BYTES.get(raw >> (length - 8))
    return {2**length - 1: Quality.NOT_AVAILABLE, 2**length - 2: Quality.ERROR}.get(raw)
