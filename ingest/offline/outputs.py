"""Where rows go: Parquet, CSV or JSON lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

if TYPE_CHECKING:
    from ingest.offline.definitions import Definitions
    from ingest.offline.rows import Rows


class RowWriter(Protocol):
    """Writes rows chunk by chunk; the file is whole once `finish` was called. Raises OSError."""

    def write(self, rows: Rows, channels: Mapping[int, str]) -> None: ...
    def finish(self) -> None: ...


def row_writer(file: BinaryIO, form: str, definitions: Definitions) -> RowWriter:
    """For `.parquet`, `.csv` or `.jsonl`; the caller closes the file."""
    if form == ".parquet":
        from ingest.offline.parquet import ParquetWriter  # noqa: PLC0415 - each imports what it needs

        return ParquetWriter(file, definitions)
    from ingest.offline.texts import CsvWriter, JsonLinesWriter  # noqa: PLC0415

    writers: dict[str, Any] = {".csv": CsvWriter, ".jsonl": JsonLinesWriter}
    writer: RowWriter = writers[form](file, definitions)
    return writer
