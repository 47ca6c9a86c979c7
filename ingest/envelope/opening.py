"""Opens one envelope, from the headers and the body of a record of `raw` (docs/contracts/envelope.md)."""

from collections.abc import Mapping

from ingest.envelope.can import read_columns, read_rows
from ingest.envelope.candump import read_candump
from ingest.envelope.documents import read_json, read_msgpack
from ingest.envelope.objects import read_objects
from ingest.envelope.records import (
    ClientRaw,
    Opened,
    OpenedCan,
    Rejected,
    RejectedError,
)
from ingest.envelope.unpacking import unpack_body
from parsing.codes import Code
from parsing.objects.kinds import ENVELOPE_KINDS
from parsing.objects.readers import DEFAULT_READERS, ObjectReader

SCHEMA = "1"
MAX_SENT = 256 * 1024
MSGPACK, JSON, CANDUMP = "application/msgpack", "application/json", "text/candump"
CAN, CLIENT_RAW = "vehicle_can", "client_raw"
KINDS = (CAN, *ENVELOPE_KINDS, CLIENT_RAW)
Readers = Mapping[str, ObjectReader]
_MAX_DETAIL = 1000


def open_envelope(
    properties: Mapping[str, str], body: bytes | None, readers: Readers = DEFAULT_READERS
) -> Opened:  # fmt: skip
    """What an envelope holds, or why it cannot be read. Never raises, whatever the bytes are.

    `properties` are the headers of `raw` as text (docs/contracts/topics.md). Device, message-id and realtime are the
    caller's. `readers` are those of the machine's model (`parsing.objects.readers`).
    """
    try:
        return _open(properties, body or b"", readers)
    except RejectedError as error:
        return Rejected(error.code, error.detail[:_MAX_DETAIL])


def is_realtime(properties: Mapping[str, str]) -> bool:
    return properties.get("realtime") == "1"


def _open(properties: Mapping[str, str], body: bytes, readers: Readers) -> Opened:
    kind = properties.get("kind")
    if kind not in KINDS:
        raise RejectedError(Code.UNKNOWN_KIND, _named("kind", kind))
    if properties.get("schema") != SCHEMA:
        raise RejectedError(Code.UNKNOWN_SCHEMA, _named("schema", properties.get("schema")))
    content_type = _media_type(properties.get("content-type"))
    if kind != CLIENT_RAW and content_type not in ((MSGPACK, JSON, CANDUMP) if kind == CAN else (MSGPACK, JSON)):
        raise RejectedError(
            Code.UNKNOWN_CONTENT_TYPE, f"{kind}: {_named('content-type', properties.get('content-type'))}"
        )
    if len(body) > MAX_SENT:
        raise RejectedError(Code.TOO_LARGE, f"{len(body)} bytes as sent, at most {MAX_SENT}")
    if not body:
        raise RejectedError(Code.EMPTY, "no body")
    if kind == CLIENT_RAW:
        return ClientRaw()
    unpacked = unpack_body(body, properties.get("content-encoding"))
    if not unpacked:
        raise RejectedError(Code.EMPTY, "nothing in the compressed body")
    return _read(kind, content_type, unpacked, readers)


def _read(kind: str, content_type: str, body: bytes, readers: Readers) -> Opened:
    if content_type == CANDUMP:
        return OpenedCan(read_candump(body))
    document = read_msgpack(body) if content_type == MSGPACK else read_json(body)
    if kind != CAN:
        return read_objects(kind, readers[kind], document)
    return OpenedCan(read_columns(document) if content_type == MSGPACK else read_rows(document))


def _media_type(content_type: str | None) -> str:
    """Without parameters such as `; charset=utf-8`."""
    return (content_type or "").partition(";")[0].strip().lower()


def _named(name: str, value: str | None) -> str:
    return f"{name} is missing" if value is None else f"{name} {value[:100]!r} is not known"
