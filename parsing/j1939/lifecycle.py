"""The life of diagnostic trouble codes: when each became active, how often, and when it was last heard of.

Rules: docs/contracts/j1939.md.
"""

from __future__ import annotations

from typing import Any, Self, TypeAlias

from parsing.j1939.dtc import NO_LAMPS, Dtc, DtcList
from parsing.j1939.occurrence import Entry, Occurrence, Word, is_current
from parsing.j1939.records import read_state, read_states

MOST_CODES = 2_048
"""(source, spn, fmi) of a machine that are kept; of those not active the one longest unheard of gives way."""

MOST_SOURCES = 1_024
"""Sources of a machine whose latest DM1 is kept; the one longest unheard of gives way."""

_Key: TypeAlias = tuple[int, int, int]


class Lifecycle:
    """The DTCs of one machine, told in the order of the stream. `source` is u32 with destination 255 (rows.md)."""

    def __init__(self) -> None:
        # Both in the order of when they were last heard of, so that what gives way is at the front.
        self._entries: dict[_Key, Entry] = {}
        self._heard: dict[int, int] = {}
        self._active: dict[int, set[_Key]] = {}

    def hear(self, index: int, ts: int, source: int, said: DtcList) -> list[Occurrence]:
        """The rows that a DM1 or DM2 of time `ts` (µs) gives."""
        listed = {(source, dtc.spn, dtc.fmi): dtc for dtc in said.dtcs}
        lamps = said.lamps.raw
        if said.dm == 2:  # noqa: PLR2004 - DM2
            return self._take_all(index, ts, listed, Word.PREVIOUSLY_ACTIVE, lamps)
        if not is_current(ts, self._heard.get(source, ts)):
            return self._take_all(index, ts, listed, Word.LATE, lamps)
        self._heard.pop(source, None)
        self._heard[source] = ts
        if len(self._heard) > MOST_SOURCES:
            del self._heard[next(iter(self._heard))]
        rows = self._take_all(index, ts, listed, Word.ACTIVE, lamps)
        if said.is_complete:
            rows += self._end_absent(index, ts, source, listed)
        return rows

    def report(self, index: int, ts: int, source: int, dtc: Dtc, active: bool) -> list[Occurrence]:
        """The rows that a DTC gives which a device reports by itself; it says nothing of other DTCs."""
        key = (source, dtc.spn, dtc.fmi)
        word = Word.ACTIVE if active else Word.INACTIVE
        if not is_current(ts, self._heard.get(source, ts)):
            word = Word.LATE if active else Word.PREVIOUSLY_ACTIVE
        known = self._entries.get(key)
        return self._take(index, ts, key, dtc, word, known.lamps if known else NO_LAMPS)

    def to_state(self) -> list[Any]:
        """Lists and integers."""
        entries = [[*key, entry.to_state()] for key, entry in self._entries.items()]
        return [entries, [list(heard) for heard in self._heard.items()]]

    @classmethod
    def from_state(cls, state: Any) -> Self:
        """Inverse of `to_state`. Raises UnknownState."""
        lifecycle = cls()
        entries, heard = read_state(state, list, list)
        for row in entries:
            source, spn, fmi, kept = read_state(row, int, int, int, list)
            lifecycle._put((source, spn, fmi), Entry.from_state(kept))
        lifecycle._heard = dict(read_state(row, int, int) for row in read_states(heard))
        return lifecycle

    def _take_all(self, index: int, ts: int, listed: dict[_Key, Dtc], word: Word, lamps: int) -> list[Occurrence]:
        return [row for key, dtc in listed.items() for row in self._take(index, ts, key, dtc, word, lamps)]

    def _take(self, index: int, ts: int, key: _Key, dtc: Dtc, word: Word, lamps: int) -> list[Occurrence]:
        entry = self._entries.pop(key, None)
        if entry is None:
            self._make_room()
            entry = Entry.new(word, ts, dtc, lamps, self._heard.get(key[0], ts))
            changed = True
        else:
            changed = entry.hear(_as_of(word, ts, entry), ts, dtc, lamps)
        self._put(key, entry)
        return [entry.tell(index, ts, key)] if changed or entry.is_due(ts) else []

    def _end_absent(self, index: int, ts: int, source: int, listed: dict[_Key, Dtc]) -> list[Occurrence]:
        rows = []
        for key in sorted(self._active.get(source, ())):
            entry = self._entries[key]
            if key not in listed and is_current(ts, entry.said):
                entry.end(ts)
                self._put(key, entry)
                rows.append(entry.tell(index, ts, key))
        return rows

    def _put(self, key: _Key, entry: Entry) -> None:
        self._entries[key] = entry
        if entry.active:
            self._active.setdefault(key[0], set()).add(key)
        else:
            self._settle(key)

    def _settle(self, key: _Key) -> None:
        active = self._active.get(key[0], set())
        active.discard(key)
        if not active:
            self._active.pop(key[0], None)

    def _make_room(self) -> None:
        if len(self._entries) < MOST_CODES:
            return
        inactive = (key for key, entry in self._entries.items() if not entry.active)
        oldest = next(inactive, None) or next(iter(self._entries))
        del self._entries[oldest]
        self._settle(oldest)


def _as_of(word: Word, ts: int, entry: Entry) -> Word:
    """What a word is worth where another on the same DTC may have been of a later time."""
    if is_current(ts, entry.said):
        return word
    return {Word.ACTIVE: Word.LATE, Word.INACTIVE: Word.PREVIOUSLY_ACTIVE}.get(word, word)
