"""The end of a re-decode's span on a machine: what holds there by smaller numbers is to hold on behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass, field
from typing import Any, Self

import msgpack
import pyarrow as pa

from distribution.queries.replaced import Replaced, open_before
from distribution.queries.span_end import Held, SpanEnd, cleared_row, end_of, held_at_end, held_row
from parsing.rows import SCHEMAS


@dataclass(frozen=True, slots=True)
class HeldBefore:
    """At the end of the span, before anything was stored: rules that were open, and values of signals that are stored
    on change, by group.
    """

    is_open: frozenset[int] = frozenset()
    values: Mapping[int, Held] = field(default_factory=dict)

    def pack(self) -> bytes:
        values = {group: astuple(held) for group, held in self.values.items()}
        packed: bytes = msgpack.packb([sorted(self.is_open), values])
        return packed

    @classmethod
    def unpack(cls, packed: bytes) -> Self:
        """What `pack` gave, or nothing of nothing."""
        if not packed:
            return cls()
        is_open, values = msgpack.unpackb(packed, strict_map_key=False)
        return cls(frozenset(is_open), {group: Held(*held) for group, held in values.items()})


def before_redecode(span: Replaced) -> HeldBefore:
    """Raises TooMuchError, StoreUnavailableError."""
    return HeldBefore(frozenset(open_before(span.machine, span.end)), held_at_end(span))


def rows_at_end(span: Replaced, before: HeldBefore) -> dict[str, pa.Table]:
    """By table, what is to be stored once what is replaced is gone. Raises TooMuchError, StoreUnavailableError.

    Who judges on behind the span knows nothing of what the re-decode raised, and does not clear it; and gives no row
    of what has not changed by that release.
    """
    end = end_of(span)
    if end is None:
        return {}
    found = {"finding": list(_cleared(span, before, end)), "frame_values": list(_held(span, before, end))}
    return {table: pa.Table.from_pylist(rows, SCHEMAS[table]) for table, rows in found.items() if rows}


def _cleared(span: Replaced, before: HeldBefore, end: SpanEnd) -> Iterator[dict[str, Any]]:
    for rule, raised in sorted(open_before(span.machine, span.end).items()):
        if rule not in before.is_open:
            yield cleared_row(span.machine, rule, max(end.ts, raised + 1), span.release, end.received)


def _held(span: Replaced, before: HeldBefore, end: SpanEnd) -> Iterator[dict[str, Any]]:
    stored = held_at_end(span, end.ts)
    for group, held in sorted(before.values.items()):
        now = stored.get(group)
        # What was received behind the span and happened before its end is of whoever went on.
        if now is None or (now.received < span.end and not now.says_the_same(held)):
            yield held_row(span.machine, group, max(end.ts, now.ts if now else 0), held, end.received)
