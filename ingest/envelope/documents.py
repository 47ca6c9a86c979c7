"""MessagePack and JSON bodies into Python values, with bounds on nesting and on the number of containers."""

import math
from typing import Any

import msgpack
import orjson

from ingest.envelope.records import RejectedError
from parsing.codes import Code

MAX_DEPTH = 32
# An empty map takes one byte in MessagePack and 64 in memory: 4 MiB of them would be 268 MB.
MAX_CONTAINERS = 200_000
_MAX_ELEMENTS = 65_536


class _ContainerCount:
    """Hook of the unpacker: counts what it builds and stops it at the limit."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = MAX_CONTAINERS

    def __call__(self, container: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            raise _too_many_containers()
        return container


def read_msgpack(body: bytes) -> Any:
    """Raises RejectedError: `invalid_body`, `too_deep`, `too_many_frames`."""
    count = _ContainerCount()
    try:
        document = msgpack.unpackb(
            body, object_hook=count, list_hook=count, max_array_len=_MAX_ELEMENTS, max_map_len=1000, max_ext_len=0
        )
    except msgpack.StackError:
        raise _too_deep() from None
    except (ValueError, msgpack.UnpackException) as error:
        raise RejectedError(Code.INVALID_BODY, f"not MessagePack: {str(error)[:200]}") from None
    return _checked_depth(document)


def read_json(body: bytes) -> Any:
    """Raises RejectedError: `invalid_body`, `too_deep`, `too_many_frames`."""
    if body.count(b"[") + body.count(b"{") > MAX_CONTAINERS:
        raise _too_many_containers()
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if "depth limit" in error.msg:
            raise _too_deep() from None
        raise RejectedError(Code.INVALID_BODY, f"not JSON: {str(error)[:200]}") from None
    return _checked_depth(document)


def plain(value: Any) -> Any:
    """As JSON can say it: MessagePack has bytes, and numbers that JSON has not. Bytes as hex digits."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, bytes):
        return value.hex()
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _checked_depth(document: Any) -> Any:
    level = [document]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for container in level
            if isinstance(container, dict | list)
            for child in (container.values() if isinstance(container, dict) else container)
            if isinstance(child, dict | list)
        ]
        if not level:
            return document
    raise _too_deep()


def _too_deep() -> RejectedError:
    return RejectedError(Code.TOO_DEEP, f"nested over {MAX_DEPTH} levels")


def _too_many_containers() -> RejectedError:
    return RejectedError(Code.TOO_MANY_FRAMES, f"over {MAX_CONTAINERS} lists and maps in one body")
