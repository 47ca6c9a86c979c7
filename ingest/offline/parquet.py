"""Rows as a Parquet file (Apache Parquet, README.md and parquet.thrift).

Written here and not by pyarrow, which takes longer to import, and as long again to write, than decoding most logs.
Words, and numbers that repeat, are dictionaries, all else is plain; nothing is null, so there are no levels.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, BinaryIO

from ingest.offline.pages import DOUBLE, INT32, INT64, Column, Decimals, Numbers, Packed, Words
from ingest.offline.thrift import Field, Kind, encode
from parsing.engine.layout import CHANNELS
from parsing.quality import Quality

if TYPE_CHECKING:
    from ingest.offline.definitions import Definitions
    from ingest.offline.rows import Rows

_MAGIC = b"PAR1"
_ROW_GROUP = 1_000_000
_VERSION = 2
_ZSTD = 6
_UNSIGNED_32 = [
    Field(6, Kind.I32, 13),
    Field(10, Kind.STRUCT, [Field(10, Kind.STRUCT, [Field(1, Kind.BYTE, 32), Field(2, Kind.FALSE, None)])]),
]


class ParquetWriter:
    """Writes rows to a file, about a million to a row group; the file is whole once `finish` was called."""

    def __init__(self, file: BinaryIO, definitions: Definitions) -> None:
        self._file, self._definitions = file, definitions
        self._channels = [b""] * CHANNELS
        self._columns = _columns(definitions, self._channels)
        self._groups: list[list[Field]] = []
        self._waiting = self._rows = self._position = 0
        self._put(_MAGIC)

    def write(self, rows: Rows, channels: Mapping[int, str]) -> None:
        """A page of each column; they wait until they are a row group, of which small ones make files slow to read."""
        if not rows.count:
            return
        for bus, name in channels.items():
            self._channels[bus] = name.encode()
        for column in self._columns:
            column.append(rows)
        self._waiting += rows.count
        if self._waiting >= _ROW_GROUP:
            self._end_group()

    def finish(self) -> None:
        """Write what is left, and what the file says of itself."""
        self._end_group()
        root = [Field(4, Kind.BINARY, b"schema"), Field(5, Kind.I32, len(self._columns))]
        about = {b"ARROW:schema": self._definitions.arrow_schema}
        pairs = [[Field(1, Kind.BINARY, key), Field(2, Kind.BINARY, value)] for key, value in about.items()]
        orders = [[Field(1, Kind.STRUCT, [])]] * len(self._columns)
        footer = encode(
            [
                Field(1, Kind.I32, _VERSION),
                Field(2, Kind.LIST, (Kind.STRUCT, [root, *(column.schema for column in self._columns)])),
                Field(3, Kind.I64, self._rows),
                Field(4, Kind.LIST, (Kind.STRUCT, self._groups)),
                Field(5, Kind.LIST, (Kind.STRUCT, pairs)),
                Field(6, Kind.BINARY, b"duco"),
                Field(7, Kind.LIST, (Kind.STRUCT, orders)),
            ]
        )
        self._put(footer + len(footer).to_bytes(4, "little") + _MAGIC)

    def _end_group(self) -> None:
        if not self._waiting:
            return
        begin = self._position
        chunks, unpacked = [], 0
        for column in self._columns:
            packed = column.take()
            unpacked += packed.unpacked
            chunks.append(_chunk(column, packed, self._position))
            self._put(b"".join(packed.pages))
        self._groups.append(
            [
                Field(1, Kind.LIST, (Kind.STRUCT, chunks)),
                Field(2, Kind.I64, unpacked),
                Field(3, Kind.I64, self._waiting),
                Field(5, Kind.I64, begin),
                Field(6, Kind.I64, self._position - begin),
            ]
        )
        self._rows += self._waiting
        self._waiting = 0

    def _put(self, content: bytes) -> None:
        self._file.write(content)
        self._position += len(content)


def _columns(definitions: Definitions, channels: list[bytes]) -> list[Column]:
    of = definitions
    signals = of.signals_in_all
    return [
        Column("frame_index", "index", INT64),
        Column("timestamp", "seconds", DOUBLE),
        Words("channel", "bus", None, channels),
        Numbers("can_id", "can_id", INT32, signals, _UNSIGNED_32),
        Words("message", "signal", of.message_of, of.messages),
        Words("signal", "signal", of.signal_of, of.signals),
        Numbers("value", "value", DOUBLE, signals),
        Decimals("raw", of.unsigned) if of.is_wide else Numbers("raw", "raw", INT64, signals),
        Words("quality", "quality", None, [quality.name.lower().encode() for quality in Quality]),
        Words("unit", "signal", of.unit_of, of.units),
    ]


def _chunk(column: Column, packed: Packed, begin: int) -> list[Field]:
    """What the file says of a column's part of a row group, whose pages begin there."""
    size = sum(map(len, packed.pages))
    data = begin + len(packed.pages[0]) if packed.has_dictionary else begin
    about = [
        Field(1, Kind.I32, column.kind),
        Field(2, Kind.LIST, (Kind.I32, packed.encodings)),
        Field(3, Kind.LIST, (Kind.BINARY, [column.name.encode()])),
        Field(4, Kind.I32, _ZSTD),
        Field(5, Kind.I64, packed.values),
        Field(6, Kind.I64, packed.unpacked),
        Field(7, Kind.I64, size),
        Field(9, Kind.I64, data),
    ]
    if packed.has_dictionary:
        about.append(Field(11, Kind.I64, begin))
    if packed.span is not None:
        # By frame and by time, readers find the row groups that they need.
        least, greatest = packed.span
        span = [Field(3, Kind.I64, 0), Field(5, Kind.BINARY, greatest), Field(6, Kind.BINARY, least)]
        about.append(Field(12, Kind.STRUCT, span))
    return [Field(2, Kind.I64, begin), Field(3, Kind.STRUCT, about)]
