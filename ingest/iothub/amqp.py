"""AMQP 1.0 primitive values, as IoT Hub writes them into Kafka headers.

Source: OASIS AMQP 1.0, part 1, section 1.6 (constructors and encodings, all big-endian).
"""

import struct
from collections.abc import Callable
from uuid import UUID

Value = bool | int | float | str | bytes | UUID | None


def _text(payload: bytes) -> str:
    return payload.decode("utf-8")


def _unsigned(payload: bytes) -> int:
    return int.from_bytes(payload, "big")


def _signed(payload: bytes) -> int:
    return int.from_bytes(payload, "big", signed=True)


def _float32(payload: bytes) -> float:
    value: float = struct.unpack(">f", payload)[0]
    return value


def _float64(payload: bytes) -> float:
    value: float = struct.unpack(">d", payload)[0]
    return value


# Constructor -> (bytes of the payload, reader).
_FIXED: dict[int, tuple[int, Callable[[bytes], Value]]] = {
    0x40: (0, lambda _: None),
    0x41: (0, lambda _: True),
    0x42: (0, lambda _: False),
    0x43: (0, lambda _: 0),
    0x44: (0, lambda _: 0),
    0x50: (1, _unsigned),
    0x51: (1, _signed),
    0x52: (1, _unsigned),
    0x53: (1, _unsigned),
    0x54: (1, _signed),
    0x55: (1, _signed),
    0x60: (2, _unsigned),
    0x61: (2, _signed),
    0x70: (4, _unsigned),
    0x71: (4, _signed),
    0x72: (4, _float32),
    0x80: (8, _unsigned),
    0x81: (8, _signed),
    0x82: (8, _float64),
    0x83: (8, _signed),
    0x98: (16, lambda payload: UUID(bytes=payload)),
}
# Constructor -> (bytes of the length, reader).
_VARIABLE: dict[int, tuple[int, Callable[[bytes], Value]]] = {
    0xA0: (1, bytes),
    0xA1: (1, _text),
    0xA3: (1, _text),
    0xB0: (4, bytes),
    0xB1: (4, _text),
    0xB3: (4, _text),
}
_BOOLEAN = 0x56
_SHORT_LIMIT = 256


def decode_value(encoded: bytes) -> Value:
    """The one value that `encoded` holds; a timestamp is its milliseconds as an integer.

    Raises ValueError where the bytes are not exactly one primitive value.
    """
    if not encoded:
        raise ValueError("no constructor")
    constructor, payload = encoded[0], encoded[1:]
    if constructor == _BOOLEAN and payload in (b"\x00", b"\x01"):
        return payload == b"\x01"
    if constructor in _FIXED:
        width, read = _FIXED[constructor]
        if len(payload) != width:
            raise ValueError("payload of the wrong width")
        return read(payload)
    if constructor in _VARIABLE:
        prefix, read = _VARIABLE[constructor]
        if len(payload) < prefix or len(payload) - prefix != _unsigned(payload[:prefix]):
            raise ValueError("payload of the wrong length")
        return read(payload[prefix:])
    raise ValueError("unknown constructor")


def encode_string(text: str) -> bytes:
    """`str8-utf8`, or `str32-utf8` from 256 bytes on."""
    payload = text.encode("utf-8")
    if len(payload) < _SHORT_LIMIT:
        return b"\xa1" + len(payload).to_bytes(1, "big") + payload
    return b"\xb1" + len(payload).to_bytes(4, "big") + payload


def encode_timestamp(milliseconds: int) -> bytes:
    """`timestamp`: 64-bit milliseconds since 1970."""
    return b"\x83" + milliseconds.to_bytes(8, "big", signed=True)
