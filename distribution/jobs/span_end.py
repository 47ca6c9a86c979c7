"""The end of a re-decode's span on a machine: what holds there by smaller numbers is to hold on behind it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import msgpack
import pyarrow as pa

from distribution.queries.replaced import Replaced, open_before
from distribution.queries.span_end import SpanEnd, cleared_row, end_of
from parsing.rows import SCHEMAS


@dataclass(frozen=True, slots=True)
class HeldBefore:
    """At the end of the span, before anything was stored: rules that were open."""

    is_open: frozenset[int] = frozenset()

    def pack(self) -> bytes:
        packed: bytes = msgpack.packb(sorted(self.is_open))
        return packed

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` gave, or nothing of nothing."""
        return cls(frozenset(msgpack.unpackb(packed))) if packed else cls()


def before_redecode(span: Replaced) -> HeldBefore:
    """Raises TooMuchError, StoreUnavailableError."""
    return HeldBefore(frozenset(open_before(span.machine, span.end)))


def rows_at_end(span: Replaced, before: HeldBefore) -> dict[str, pa.Table]:
    """By table, what is to be stored once what is replaced is gone. Raises TooMuchError, StoreUnavailableError.

    Who judges on behind the span knows nothing of what the re-decode raised, and does not clear it.
    """
    end = end_of(span)
    if end is None:
        return {}
    rows = list(_cleared(span, before, end))
    return {"finding": pa.Table.from_pylist(rows, SCHEMAS["finding"])} if rows else {}


def _cleared(span: Replaced, before: HeldBefore, end: SpanEnd) -> Iterator[dict[str, Any]]:
    for rule, raised in sorted(open_before(span.machine, span.end).items()):
        if rule not in before.is_open:
            yield cleared_row(span.machine, rule, max(end.ts, raised + 1), span.release, end.received)
