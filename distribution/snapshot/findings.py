"""What is open on machines now, from SnapShot Redis: the findings, and how many there are."""

import struct
from collections.abc import Iterable
from typing import Any, Final

import msgpack
import redis
from django.conf import settings

from distribution.snapshot.read import HEAD, SnapshotUnavailableError, connection

# From the least to the worst; a stored finding has its severity's place in this, from 1, behind the head (0 = cleared).
SEVERITIES: Final = ("info", "warning", "error", "critical")
COUNTS: Final = struct.Struct(f"<{len(SEVERITIES)}H")


def open_findings(machine: int) -> list[dict[str, Any]]:
    """The rows of `finding` that are open on a machine, newest first, times in µs. Raises SnapshotUnavailableError."""
    try:
        stored: list[bytes] = connection().hvals(f"{settings.REDIS_PREFIX}findings:{machine}")
        rows = [msgpack.unpackb(value[HEAD.size + 1 :]) for value in stored if value[HEAD.size]]
    except redis.RedisError as error:
        raise SnapshotUnavailableError(f"SnapShot Redis does not answer: {error}") from error
    except (ValueError, IndexError) as error:
        raise SnapshotUnavailableError(f"The findings of machine {machine} cannot be read: {error}") from error
    return sorted(rows, key=lambda row: (row["ts"], row["rule"]), reverse=True)


def open_counts(machines: Iterable[int]) -> dict[int, dict[str, int]]:
    """Machine → how many findings of each severity are open; none for machines without any.

    Raises SnapshotUnavailableError.
    """
    numbers = list(machines)
    if not numbers:
        return {}
    try:
        packed: list[bytes | None] = connection().hmget(f"{settings.REDIS_PREFIX}findings", numbers)
        return {
            number: dict(zip(SEVERITIES, COUNTS.unpack(counts), strict=True))
            for number, counts in zip(numbers, packed, strict=True)
            if counts is not None
        }
    except redis.RedisError as error:
        raise SnapshotUnavailableError(f"SnapShot Redis does not answer: {error}") from error
    except struct.error as error:
        raise SnapshotUnavailableError(f"The counts of findings cannot be read: {error}") from error
