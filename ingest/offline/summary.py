"""What became of a log's frames, counted, and said on standard error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from parsing.can_id import DM1, DM2, EXTENDED_FLAG, TP_CM, TP_DT, pgn_of
from parsing.engine.layout import UNKNOWN_ID

if TYPE_CHECKING:
    from ingest.logs.batches import LogBatch
    from ingest.offline.definitions import Definitions
    from parsing.engine.row_extractor import Extracted
    from parsing.j1939 import Heard, Reassembled

MOST_LISTED = 20
MOST_DETAILS = 10
_MOST_PAGES = 1_000
"""That are told apart: a multiplexor of many bits that the definition has wrong has a new one in each frame."""


class Summary:
    """`bad` counts bad records and frames by reason: those that the log's reader gives, `short_frame` (decoded as far
    as it goes), `unknown_page` (a multiplexor's value that the definition does not know: no rows), and what is wrong
    with multi-packet messages. `derived` counts rows of derived signals, `raised` findings by their rule; `unjudged`
    are lines about checks and events that were never judged, `never_came` about what others lacked.
    `pages` counts frames by bus, id and unknown page.
    """

    def __init__(self) -> None:
        self.frames = self.matched = self.other = self.rows = 0
        self.carried = self.messages = self.lists = 0
        self.first_ts = self.last_ts = 0
        self.derived = 0
        self.raised: Counter[str] = Counter()
        self.unjudged: Sequence[str] = ()
        self.never_came: Sequence[str] = ()
        self.unmatched: Counter[tuple[int, int]] = Counter()
        self.undescribed: Counter[tuple[int, int]] = Counter()
        self.bad: Counter[str] = Counter()
        self.pages: Counter[tuple[int, int, int]] = Counter()
        self.details: list[str] = []

    def count_frames(self, batch: LogBatch, extracted: Extracted, latest_ts: int) -> None:
        """`latest_ts` is the latest time of the batch, in µs."""
        if batch.size and not self.frames:
            self.first_ts = batch.first_ts
        self.frames += batch.size
        self.last_ts = max(self.last_ts, latest_ts)
        self.other += extracted.other
        unknown = 0
        for bus, can_id, page, count in extracted.unknown:
            if page == UNKNOWN_ID and _is_transport(can_id):
                self.carried += count
            elif page == UNKNOWN_ID:
                self.unmatched[bus, can_id] += count
            else:
                self._count_page(bus, can_id, page, count)
            unknown += count
        self.matched += batch.size - unknown - extracted.other
        self.bad["short_frame"] += extracted.short
        self.bad.update({str(reason): count for reason, count in batch.bad_counts.items()})
        self.details += [bad.detail for bad in batch.bad[: MOST_DETAILS - len(self.details)]]

    def count_heard(self, heard: Heard) -> None:
        self.messages += len(heard.messages)
        self.lists += len(heard.lists)
        self.bad.update(f"transport_{fault.reason}" for fault in heard.faults)

    def count_reassembled(
        self, extracted: Extracted, unknown: list[tuple[int, int]], messages: list[Reassembled]
    ) -> None:
        """`unknown` are (number of the message, page), one by one."""
        self.bad["short_frame"] += extracted.short
        for index, page in unknown:
            if page != UNKNOWN_ID:
                self._count_page(messages[index].bus, messages[index].can_id, page, 1)
            elif messages[index].pgn not in (DM1, DM2):
                self.undescribed[messages[index].pgn, len(messages[index].payload)] += 1

    def _count_page(self, bus: int, can_id: int, page: int, frames: int) -> None:
        self.bad["unknown_page"] += frames
        if len(self.pages) < _MOST_PAGES or (bus, can_id, page) in self.pages:
            self.pages[bus, can_id, page] += frames

    @property
    def unreadable(self) -> bool:
        """Whether the log could not be read to its end."""
        return any(self.bad[reason] for reason in ("truncated_file", "damaged_file", "unreadable"))

    def lines(
        self, channels: Mapping[int, str], definitions: Definitions, buses: Collection[int | None]
    ) -> Iterator[str]:
        """For a person, most important first. `buses` are those that files were given for, None: every one."""
        seconds = (self.last_ts - self.first_ts) / 1e6
        yield f"{self.frames:,} frames in {seconds:,.1f} s of log, {_named(channels) or 'no channel'}"
        yield f"matched {self.matched:,} {_share(self.matched, self.frames)}, {self.rows:,} rows"
        yield from self._channel_lines(channels, sorted(bus for bus in buses if bus is not None))
        yield from self._rule_lines()
        if self.other:
            yield f"remote and error frames {self.other:,}"
        if self.messages:
            yield f"multi-packet messages {self.messages:,} (of {self.carried:,} frames), DM1 and DM2 {self.lists:,}"
        hints = definitions.single_frame() if self.undescribed else {}
        for (pgn, length), count in self.undescribed.most_common(MOST_LISTED):
            known = hints.get(pgn)
            hint = f"{known.name} says {known.length} bytes; give it its length" if known else "in no DBC"
            yield f"  PGN {pgn} of {length} bytes {count:,} times: not decoded, {hint}"
        yield from self._unmatched_lines(channels)
        total = sum(self.bad.values())
        if total:
            counted = ", ".join(f"{count:,} {reason}" for reason, count in self.bad.most_common() if count)
            yield f"bad {total:,}: {counted}"
            yield from (f"  {detail}" for detail in self.details)
            yield from self._page_lines(channels, definitions)

    def _channel_lines(self, channels: Mapping[int, str], buses: Sequence[int]) -> Iterator[str]:
        if channels and not self.matched and not set(buses) <= set(channels):
            wanted = ", ".join(f"can{bus}" for bus in buses)
            how = f"give {channels[min(channels)]}:FILE, or FILE for every channel"
            yield f"  definitions are for {wanted}; the log has {_named(channels)}: {how}"

    def _page_lines(self, channels: Mapping[int, str], definitions: Definitions) -> Iterator[str]:
        if not self.pages:
            return
        from ingest.offline.paged import name_of  # noqa: PLC0415 - few logs have unknown pages

        messages = definitions.paged()
        for (bus, can_id, page), count in self.pages.most_common(MOST_DETAILS):
            where = f"{channels.get(bus, bus)} {_id_text(can_id)}"
            yield f"  {name_of(messages, bus, can_id)} on {where} has no page {page}: {count:,}"
        if len(self.pages) > MOST_DETAILS:
            yield "  and other pages"

    def _rule_lines(self) -> Iterator[str]:
        if self.derived or self.raised:
            yield f"derived {self.derived:,} rows, {self.raised.total():,} findings raised"
        raised = [f"{rule}: {count:,}" for rule, count in self.raised.most_common()]
        yield from _first(raised, "checks and events")
        if self.unjudged:
            yield f"checks and events that were never judged: {len(self.unjudged):,}"
            yield from _first(self.unjudged, "of them")
        if self.never_came:
            yield f"inputs that never came, of checks and events that were judged: {len(self.never_came):,}"
            yield from _first(self.never_came, "of them")

    def _unmatched_lines(self, channels: Mapping[int, str]) -> Iterator[str]:
        if not self.unmatched:
            return
        total = sum(self.unmatched.values())
        yield f"unmatched {total:,} {_share(total, self.frames)} of {len(self.unmatched):,} ids"
        ids = self.unmatched.most_common()
        yield from _first(
            [f"{channels.get(bus, bus)} {_id_text(can_id)}: {count:,}" for (bus, can_id), count in ids], "ids"
        )


def _first(lines: Sequence[str], what: str) -> Iterator[str]:
    yield from (f"  {line}" for line in lines[:MOST_LISTED])
    if len(lines) > MOST_LISTED:
        yield f"  and {len(lines) - MOST_LISTED:,} more {what}"


def _named(channels: Mapping[int, str]) -> str:
    return ", ".join(channels[bus] for bus in sorted(channels))


def _is_transport(can_id: int) -> bool:
    return bool(can_id & EXTENDED_FLAG) and pgn_of(can_id & ~EXTENDED_FLAG) in (TP_CM, TP_DT)


def _id_text(can_id: int) -> str:
    if not can_id & EXTENDED_FLAG:
        return f"{can_id:03X}"
    return f"{can_id & ~EXTENDED_FLAG:08X} (PGN {pgn_of(can_id & ~EXTENDED_FLAG)})"


def _share(part: int, whole: int) -> str:
    return f"({part / whole:.1%})" if whole else ""
