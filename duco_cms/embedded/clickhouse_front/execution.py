"""From a request to the engine: which bytes are SQL, which are data."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import IO

from duco_cms.embedded.clickhouse_front.asking import Asking, RefusedError
from duco_cms.embedded.clickhouse_front.compression import unpack
from duco_cms.embedded.clickhouse_front.engine import Engine, Result
from duco_cms.embedded.clickhouse_front.statement import HEAD_BYTES, data_insert, output_format

MAX_SQL = 32 << 20
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Body:
    """A whole body as it came, its Content-Encoding, and how many bytes it may unpack to."""

    file: IO[bytes]
    encoding: str
    max_unpacked: int


def execute(engine: Engine, asking: Asking, body: Body, spool: Path) -> Result:
    """Run what is asked; the statement is the URL's query, a line end and the body, as with ClickHouse.

    `spool`: a directory for the data of inserts. Raises EngineError, RefusedError, UnreadableBodyError.
    """
    url_query = [asking.query.rstrip().encode() + b"\n"] if asking.query.strip() else []
    unpacked = _bounded(unpack(iter(lambda: body.file.read(_PIECE), b""), body.encoding), body.max_unpacked)
    pieces = chain(url_query, unpacked)
    head = _read(pieces, HEAD_BYTES)
    insert = data_insert(head[:HEAD_BYTES])
    if insert is not None:
        with tempfile.NamedTemporaryFile(dir=spool) as data:
            data.writelines(chain([head[insert.data_at :]], pieces))
            data.flush()
            return engine.insert(insert, Path(data.name), asking.database, asking.settings)
    text = head + _read(pieces, MAX_SQL)
    if len(text) > MAX_SQL:
        raise RefusedError(413, 229, f"The statement has over {MAX_SQL} bytes. (QUERY_IS_TOO_LARGE)")
    try:
        sql = text.decode()
    except UnicodeDecodeError as error:
        raise RefusedError(400, 62, f"The statement is not UTF-8: {error}. (SYNTAX_ERROR)") from error
    result = engine.run(sql, asking.database, asking.settings, asking.parameters, asking.default_format)
    return replace(result, output_format=(output_format(sql) or asking.default_format) if result.has_output else "")


def _read(pieces: Iterator[bytes], size: int) -> bytes:
    """At least `size` bytes, or all there are."""
    taken, count = [], 0
    for piece in pieces:
        taken.append(piece)
        count += len(piece)
        if count >= size:
            break
    return b"".join(taken)


def _bounded(pieces: Iterator[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise RefusedError(413, 307, f"The body has over {limit} bytes unpacked. (TOO_MANY_BYTES)")
        yield piece
