"""A request of ClickHouse's HTTP interface, taken apart."""

import base64
import binascii
import hmac
from dataclasses import dataclass
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl

# Names of the URL that steer the interface; all others are settings.
_INTERFACE = {
    "query", "database", "default_format", "query_id", "user", "password", "quota_key", "role", "stacktrace",
    "session_id", "session_timeout", "session_check", "session_timezone", "close_session",
    "compress", "decompress", "buffer_size", "wait_end_of_query", "client_protocol_version",
    "enable_http_compression",
}  # fmt: skip
_PARAMETER = "param_"
_MAX_FIELDS = 10_000


class RefusedError(Exception):
    """The front's own refusal: HTTP status, ClickHouse's code and a text."""

    def __init__(self, status: int, code: int, text: str) -> None:
        super().__init__(f"Code: {code}. DB::Exception: {text}")
        self.status, self.code = status, code


@dataclass(frozen=True, slots=True)
class Asking:
    """What the URL, the headers and a form say; `query` may go on in the body."""

    query: str
    database: str
    default_format: str
    query_id: str
    parameters: dict[str, str]
    settings: dict[str, str]


def read_asking(fields: dict[str, str], headers: dict[str, str]) -> Asking:
    """The request behind a URL's or form's fields. Raises RefusedError for what this front does not speak."""
    for name in ("compress", "decompress"):
        if fields.get(name) == "1":
            raise RefusedError(501, 48, f"{name}=1 is not supported; use Content-Encoding. (NOT_IMPLEMENTED)")
    return Asking(
        query=fields.get("query", ""),
        database=fields.get("database") or headers.get("x-clickhouse-database", ""),
        default_format=fields.get("default_format") or headers.get("x-clickhouse-format") or "TabSeparated",
        query_id=fields.get("query_id", ""),
        parameters={n.removeprefix(_PARAMETER): v for n, v in fields.items() if n.startswith(_PARAMETER)},
        settings={n: v for n, v in fields.items() if n not in _INTERFACE and not n.startswith(_PARAMETER)},
    )


def url_fields(query_string: bytes) -> dict[str, str]:
    """The fields of a URL's query, last one wins. Raises RefusedError where they cannot be read."""
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS
        )
    except ValueError as error:
        raise RefusedError(400, 36, f"The URL cannot be read: {error}. (BAD_ARGUMENTS)") from error
    return dict(pairs)


def form_fields(body: bytes, content_type: str) -> dict[str, str]:
    """The text fields of a multipart form: clients send long parameters so. Raises RefusedError for files in it."""
    message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    fields = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        if part.get_filename() is not None or not isinstance(name, str):
            raise RefusedError(501, 48, "External data is not supported. (NOT_IMPLEMENTED)")
        content = part.get_payload(decode=True)
        fields[name] = content.decode() if isinstance(content, bytes) else ""
    return fields


def is_authorised(headers: dict[str, str], fields: dict[str, str], user: str, password: str) -> bool:
    """Basic, X-ClickHouse-User and -Key, or user and password of the URL are those of the server."""
    given = (headers.get("x-clickhouse-user", fields.get("user", "default")),
             headers.get("x-clickhouse-key", fields.get("password", "")))  # fmt: skip
    scheme, _, credentials = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _, key = base64.b64decode(credentials, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return False
        given = (name, key)
    elif scheme:
        return False
    # Both compared whatever the first gives: time tells nothing.
    matches = [hmac.compare_digest(a.encode(), b.encode()) for a, b in zip(given, (user, password), strict=True)]
    return all(matches)
