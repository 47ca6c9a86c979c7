"""Headers of events on IoT Hub's Event-Hubs-compatible Kafka endpoint.

System properties of the message arrive as raw UTF-8, application properties and `iothub-*` as AMQP 1.0 values.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from ingest.iothub import amqp

RAW_HEADERS = frozenset(
    {"message-id", "user-id", "to", "reply-to", "content-type", "content-encoding", "creation-time", "correlation-id"}
)
_RAW_PREFIX = "x-opt-"
_STAMPED_PREFIXES = ("iothub-", "dt-")
_DEVICE = "iothub-connection-device-id"
_ENQUEUED = "iothub-enqueuedtime"
# No UTF-8 text begins with these bytes, so whatever begins with one is AMQP or broken, under any name.
_NEVER_TEXT = range(0x80, 0xC2)
_AUTH_METHOD = '{"scope":"device","type":"sas","issuer":"iothub"}'


@dataclass(frozen=True, slots=True)
class HubProperties:
    """What the headers of one event say.

    `device` is the hub's own stamp and the only identity; None where it is missing, unreadable, or given twice with
    different values. `malformed` names the headers whose bytes could not be read; they appear nowhere else.
    """

    device: str | None
    enqueued: int | None  # µs since 1970
    message_id: str | None
    content_type: str | None
    content_encoding: str | None
    system: Mapping[str, str]
    application: Mapping[str, str]
    malformed: tuple[str, ...]


def decode_headers(headers: Iterable[tuple[str, bytes | None]] | None) -> HubProperties:
    """Read the headers of one Kafka record, in any order. Never raises: what cannot be read is `malformed`.

    All values become text: timestamps as milliseconds, booleans as `true` and `false`.
    """
    system: dict[str, str] = {}
    application: dict[str, str] = {}
    malformed: list[str] = []
    devices: set[str | None] = set()
    for name, encoded in headers or ():
        is_system = _is_raw(name) or name.startswith(_STAMPED_PREFIXES)
        text = _decode(name, encoded)
        if name == _DEVICE:
            devices.add(text)
        if text is None:
            malformed.append(name)
        else:
            (system if is_system else application)[name] = text
    return HubProperties(
        device=(devices.pop() or None) if len(devices) == 1 else None,
        enqueued=_microseconds(system.get(_ENQUEUED)),
        message_id=system.get("message-id"),
        content_type=system.get("content-type"),
        content_encoding=system.get("content-encoding"),
        system=system,
        application=application,
        malformed=tuple(malformed),
    )


def encode_headers(
    device: str,
    enqueued: int,
    *,
    message_id: str | None = None,
    content_type: str | None = None,
    content_encoding: str | None = None,
    application: Mapping[str, str] | None = None,
) -> list[tuple[str, bytes]]:
    """The headers IoT Hub gives a device-to-cloud message; `enqueued` in µs, kept by the hub in whole ms."""
    raw = (("message-id", message_id), ("content-type", content_type), ("content-encoding", content_encoding))
    headers = [(name, text.encode()) for name, text in raw if text is not None]
    headers += [(name, amqp.encode_string(text)) for name, text in (application or {}).items()]
    headers += [
        (_DEVICE, amqp.encode_string(device)),
        ("iothub-connection-auth-method", amqp.encode_string(_AUTH_METHOD)),
        ("iothub-connection-auth-generation-id", amqp.encode_string("0")),
        (_ENQUEUED, amqp.encode_timestamp(enqueued // 1000)),
        ("iothub-message-source", amqp.encode_string("Telemetry")),
    ]
    return headers


def _is_raw(name: str) -> bool:
    return name in RAW_HEADERS or name.startswith(_RAW_PREFIX)


def _decode(name: str, encoded: bytes | None) -> str | None:
    """Text of one header, None where the bytes are broken."""
    if encoded is None:
        return None
    stamped = name.startswith(_STAMPED_PREFIXES)
    try:
        # What the hub stamps may use any constructor, also those that look like text (0x55, 0x71 …).
        if encoded and (stamped or encoded[0] in _NEVER_TEXT):
            return _as_text(amqp.decode_value(encoded))
        return encoded.decode("utf-8")
    except ValueError:
        return None


def _as_text(value: amqp.Value) -> str | None:
    match value:
        case bool():
            return "true" if value else "false"
        case bytes():
            return value.decode("utf-8")
        case int() | float() | str() | UUID():
            return str(value)
    return None


def _microseconds(milliseconds: str | None) -> int | None:
    if milliseconds is None or not milliseconds.isascii() or not milliseconds.isdigit():
        return None
    return int(milliseconds) * 1000
