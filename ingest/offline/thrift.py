"""Thrift's compact protocol (Apache Thrift, thrift-compact-protocol.md), in which Parquet says what is in its files."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import Any, NamedTuple


class Kind(IntEnum):
    TRUE = 1
    FALSE = 2
    BYTE = 3
    I16 = 4
    I32 = 5
    I64 = 6
    BINARY = 8
    LIST = 9
    STRUCT = 12


class Field(NamedTuple):
    """`value` of a list is (kind of its elements, elements), of a structure its fields in the order of their ids, of a
    truth value nothing.
    """

    id: int
    kind: Kind
    value: Any


_SHORT_LIST = 15


def encode(fields: Iterable[Field]) -> bytes:
    """A structure of these fields, whose ids rise by at most 15."""
    out = bytearray()
    _write_struct(out, fields)
    return bytes(out)


def _write_struct(out: bytearray, fields: Iterable[Field]) -> None:
    before = 0
    for field in fields:
        out.append((field.id - before) << 4 | field.kind)
        _write_value(out, field.kind, field.value)
        before = field.id
    out.append(0)


def _write_value(out: bytearray, kind: Kind, value: Any) -> None:
    match kind:
        case Kind.I16 | Kind.I32 | Kind.I64:
            _write_varint(out, _zigzag(value))
        case Kind.BYTE:
            out.append(value)
        case Kind.BINARY:
            _write_varint(out, len(value))
            out += value
        case Kind.LIST:
            element, values = value
            out.append(min(len(values), _SHORT_LIST) << 4 | element)
            if len(values) >= _SHORT_LIST:
                _write_varint(out, len(values))
            for each in values:
                _write_value(out, element, each)
        case Kind.STRUCT:
            _write_struct(out, value)


def _zigzag(number: int) -> int:
    return number << 1 if number >= 0 else (-number << 1) - 1


def _write_varint(out: bytearray, number: int) -> None:
    while number > 0x7F:  # noqa: PLR2004 - what fits into seven bits
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
