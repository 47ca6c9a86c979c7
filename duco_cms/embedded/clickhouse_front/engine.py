"""The engine: statements in, formatted bytes and counts out, ClickHouse's own words where it refuses."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from chdb import _chdb as _library

from duco_cms.embedded.clickhouse_front.statement import DataInsert

# Its module of types is incomplete.
_chdb: Any = _library

_SETTING_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,127}\Z")
_CODE = re.compile(r"Code: (\d+)")
_SYNTAX_ERROR = 62
_UNKNOWN_SETTING = 115
_STD_EXCEPTION = 1001


class EngineError(Exception):
    """What the engine refused; `code` is ClickHouse's error code and the text its message."""

    def __init__(self, text: str, code: int | None = None) -> None:
        super().__init__(text)
        found = _CODE.search(text)
        self.code = code if code is not None else int(found.group(1)) if found else _STD_EXCEPTION


@dataclass(frozen=True, slots=True)
class Result:
    """A finished statement.

    `body` formatted bytes; `has_output` whether the statement is one that gives rows, and in which
    `output_format`; `summary` as ClickHouse's
    X-ClickHouse-Summary, decimal texts.
    """

    has_output: bool = False
    output_format: str = ""
    body: memoryview = field(default_factory=lambda: memoryview(b""))
    summary: dict[str, str] = field(default_factory=dict)


class Engine:
    """One data directory, opened once; any number of threads may run statements.

    A connection costs half a millisecond, so each statement has its own: what it SETs is nobody else's.
    """

    def __init__(self, path: Path, max_query_memory: int) -> None:
        """Raise EngineError where another process holds the directory, or it cannot be opened."""
        # uvicorn handles signals; the engine's handlers would turn SIGTERM into a stack trace.
        _chdb.set_signal_handlers_enabled(False)
        self._path = str(path)
        self._max_query_memory = max_query_memory
        # Kept open: the engine lives as long as its last connection.
        self._keeper = self._connection()
        self.timezone = bytes(self._keeper.query("SELECT timezone()", "TSVRaw").bytes()).decode().strip()

    def close(self) -> None:
        """Let the engine go; statements that still run end first."""
        self._keeper.close()

    def run(self, sql: str, database: str, settings: Mapping[str, str], parameters: Mapping[str, str], default_format: str) -> Result:  # noqa: E501  # fmt: skip
        """Run one statement to its end. Raises EngineError."""
        began = time.monotonic_ns()
        connection = self._prepared(database, settings)
        try:
            kind = connection.classify_query(sql)
            if kind["statement_count"] > 1:
                raise EngineError("Code: 62. DB::Exception: Multi-statements are not allowed. (SYNTAX_ERROR)")
            result = connection.query(sql, default_format, params=dict(parameters))
        except RuntimeError as error:
            raise EngineError(str(error)) from error
        finally:
            connection.close()
        has_output = kind["query_class"] == _chdb.query_class.READ_ONLY
        return Result(has_output=has_output, body=memoryview(result.bytes()), summary=_summary(result, began))

    def insert(self, statement: DataInsert, data: Path, database: str, settings: Mapping[str, str]) -> Result:
        """Insert the rows that a file holds in the statement's format. Raises EngineError.

        By file and not by chdb's send_insert: that one reports success where the table refused the rows
        (chdb 4.4.0: too many partitions, a violated constraint).
        """
        source = f"FROM INFILE {_quoted(str(data), chr(39))} COMPRESSION 'none'"
        sql = f"{statement.target} {source} {statement.clause} FORMAT {statement.format}"
        return replace(self.run(sql, database, settings, {}, "Null"), has_output=False)

    def _connection(self) -> Any:
        try:
            return _chdb.connect(self._path)
        except RuntimeError as error:
            raise EngineError(str(error)) from error

    def _prepared(self, database: str, settings: Mapping[str, str]) -> Any:
        for name in settings:
            if not _SETTING_NAME.match(name):
                raise EngineError(f"Unknown setting {name!r}. (UNKNOWN_SETTING)", _UNKNOWN_SETTING)
        wanted = {"max_memory_usage": str(self._max_query_memory), **settings}
        connection = self._connection()
        try:
            if database:
                connection.query(f"USE {_quoted(database, '`')}", "Null")
            pairs = ", ".join(f"{name} = {_quoted(value, chr(39))}" for name, value in wanted.items())
            connection.query(f"SET {pairs}", "Null")
        except RuntimeError as error:
            connection.close()
            raise EngineError(str(error)) from error
        return connection


def _quoted(text: str, quote: str) -> str:
    return quote + text.replace("\\", "\\\\").replace(quote, "\\" + quote) + quote


def _summary(result: Any, began: int) -> dict[str, str]:
    return {
        "read_rows": str(result.rows_read()),
        "read_bytes": str(result.bytes_read()),
        "written_rows": str(result.rows_written()),
        "written_bytes": str(result.bytes_written()),
        "total_rows_to_read": "0",
        "result_rows": str(result.rows_read() or result.rows_written()),
        "result_bytes": str(result.size()),
        "elapsed_ns": str(time.monotonic_ns() - began),
    }
