"""A machine's latest values, and when machines were heard of, from SnapShot Redis."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import msgpack
import redis
from django.conf import settings

from parsing.quality import Quality

HEAD: Final = struct.Struct("<qBIqH")  # ts µs, ordinal, release, received µs, slots (docs/contracts/redis.md)
_POSITION: Final = b"position"
_SECONDS: Final = 5


class SnapshotUnavailableError(Exception):
    """SnapShot Redis does not answer, or holds what is no snapshot; the text says which."""


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """The newest row of a (group, source): values and qualities by slot; ts and received in µs."""

    group: int
    source: int
    ts: int
    ordinal: int
    release: int
    received: int
    values: tuple[float, ...]
    qualities: tuple[Quality, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`position`: the newest position row by its columns, times in µs; None where there is none."""

    rows: list[SnapshotRow]
    position: dict[str, Any] | None


def read_snapshot(machine: int) -> Snapshot:
    """What is held of a machine; empty for one that never sent. Raises SnapshotUnavailableError."""
    try:
        fields: dict[bytes, bytes] = connection().hgetall(_key(machine))
        position = _position(fields.pop(_POSITION, None))
        rows = [_row(name, packed) for name, packed in fields.items()]
    except redis.RedisError as error:
        raise SnapshotUnavailableError(f"SnapShot Redis does not answer: {error}") from error
    except (ValueError, struct.error) as error:
        raise SnapshotUnavailableError(f"The snapshot of machine {machine} cannot be read: {error}") from error
    return Snapshot(sorted(rows, key=lambda row: (row.group, row.source)), position)


def groups_of(machine: int) -> set[int]:
    """The groups that a machine has sent. Raises SnapshotUnavailableError."""
    try:
        names: list[bytes] = connection().hkeys(_key(machine))
        return {int(name.split(b":")[0]) for name in names if name != _POSITION}
    except (redis.RedisError, ValueError) as error:
        raise SnapshotUnavailableError(f"SnapShot Redis does not answer: {error}") from error


def contacts(machines: Iterable[int]) -> dict[int, int]:
    """Machine → when it was last heard of, received time in µs. Raises SnapshotUnavailableError."""
    numbers = list(machines)
    if not numbers:
        return {}
    try:
        scores: list[float | None] = connection().zmscore(f"{settings.REDIS_PREFIX}contact", [str(n) for n in numbers])
    except redis.RedisError as error:
        raise SnapshotUnavailableError(f"SnapShot Redis does not answer: {error}") from error
    return {number: int(score) for number, score in zip(numbers, scores, strict=True) if score is not None}


def _key(machine: int) -> str:
    return f"{settings.REDIS_PREFIX}snapshot:{machine}"


def _row(name: bytes, packed: bytes) -> SnapshotRow:
    group, source = name.split(b":")
    ts, ordinal, release, received, count = HEAD.unpack_from(packed)
    values = struct.unpack_from(f"<{count}d", packed, HEAD.size)
    qualities = struct.unpack_from(f"<{count}B", packed, HEAD.size + 8 * count)
    return SnapshotRow(int(group), int(source), ts, ordinal, release, received, values, tuple(map(Quality, qualities)))


def _position(packed: bytes | None) -> dict[str, Any] | None:
    if packed is None:
        return None
    # Behind the head of every field, by which the writer tells newer from older.
    row = msgpack.unpackb(packed[HEAD.size :])
    if not isinstance(row, dict):
        raise ValueError("the position is no map")  # noqa: TRY004 - the bytes are wrong, not the argument
    return row


@cache
def connection() -> Any:
    """To SnapShot Redis, one for the process; threads share it."""
    # The library types each answer for text, bytes and coroutines at once.
    return redis.Redis.from_url(settings.SNAPSHOT_REDIS_URL, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS)
