"""Rows as CSV and as JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson
import pyarrow as pa
from pyarrow.csv import CSVWriter

from ingest.offline.columns import Columns

if TYPE_CHECKING:
    from ingest.offline.definitions import Definitions
    from ingest.offline.rows import Rows

_PIECE = 10_000


class CsvWriter:
    def __init__(self, file: BinaryIO, definitions: Definitions) -> None:
        self._columns = Columns(definitions)
        self._schema = pa.schema([pa.field(each.name, _plain(each.type)) for each in self._columns.schema])
        self._writer = CSVWriter(file, self._schema)

    def write(self, rows: Rows, channels: Mapping[int, str]) -> None:
        self._writer.write_table(self._columns.table(rows, channels).cast(self._schema))

    def finish(self) -> None:
        self._writer.close()


class JsonLinesWriter:
    def __init__(self, file: BinaryIO, definitions: Definitions) -> None:
        self._columns, self._file = Columns(definitions), file

    def write(self, rows: Rows, channels: Mapping[int, str]) -> None:
        for batch in self._columns.table(rows, channels).to_batches(max_chunksize=_PIECE):
            columns = [_exact(column) for column in batch.columns]
            names = batch.schema.names
            objects = (dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True))
            self._file.write(b"".join(json_lines(objects)))

    def finish(self) -> None:
        self._file.flush()


def json_lines(rows: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """One JSON object a line; NaN and infinities are null."""
    for row in rows:
        yield orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def _plain(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def _exact(column: pa.Array) -> list[Any]:
    """Python values; decimals, which are whole here, as integers."""
    values: list[Any] = column.to_pylist()
    return [int(value) for value in values] if pa.types.is_decimal(column.type) else values
