"""What waits for one socket: the latest row of each (group, source), however slow its client is."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from studio.live.update import Row, Update

ROWS_MAXIMUM: Final = 4096
EVENTS_MAXIMUM: Final = 100
FINDINGS_MAXIMUM: Final = 100


@dataclass(slots=True)
class _Waiting:
    """Of one machine."""

    release: int = 0
    received: int = 0
    rows: dict[tuple[int, int], Row] = field(default_factory=dict)
    position: dict[str, Any] | None = None
    events: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)

    def message(self, machine: int) -> dict[str, Any]:
        rows = [[r.group, r.source, r.ts, r.ordinal, r.values, r.qualities] for r in self.rows.values()]
        return {
            "machine": machine,
            "release": self.release,
            "received": self.received,
            "rows": rows,
            "position": self.position,
            "events": self.events,
            "findings": self.findings,
        }


class LatestValues:
    """Newer rows replace older ones, so its size is bounded by the machine's signals and not by the client's speed.

    `coalesced` counts rows that were replaced before they were sent, `lost` what a bound refused.
    """

    def __init__(self) -> None:
        self.changed = asyncio.Event()
        self._machines: dict[int, _Waiting] = {}
        self._open: set[int] = set()
        self._counts: Counter[str] = Counter()

    def offer(self, update: Update) -> None:
        waiting = self._machines.setdefault(update.machine, _Waiting())
        waiting.release, waiting.received = update.release, update.received
        for row in update.rows:
            self._put(waiting, row)
        if update.position is not None:
            self._counts["coalesced"] += waiting.position is not None
            waiting.position = update.position
        self._append(waiting.events, update.events, EVENTS_MAXIMUM)
        self._append(waiting.findings, update.findings, FINDINGS_MAXIMUM)
        if update.machine in self._open:
            self.changed.set()

    def _append(self, waiting: list[dict[str, Any]], new: tuple[dict[str, Any], ...], most: int) -> None:
        room = most - len(waiting)
        waiting.extend(new[:room])
        self._counts["lost"] += max(0, len(new) - room)

    def _put(self, waiting: _Waiting, row: Row) -> None:
        held = waiting.rows.get((row.group, row.source))
        if held is None and len(waiting.rows) >= ROWS_MAXIMUM:
            self._counts["lost"] += 1
            return
        if held is not None:
            self._counts["coalesced"] += 1
            if (row.ts, row.ordinal) < (held.ts, held.ordinal):
                return
        waiting.rows[row.group, row.source] = row

    def open(self, machine: int) -> None:
        """From now on `take` gives this machine too: its user was found to be allowed to see it."""
        self._open.add(machine)
        if machine in self._machines:
            self.changed.set()

    def drop(self, machine: int) -> None:
        self._open.discard(machine)
        self._machines.pop(machine, None)

    def take(self) -> dict[str, Any] | None:
        """The next `values` message, and forget it; None where nothing waits."""
        self.changed.clear()
        ready = self._open & self._machines.keys()
        if not ready:
            return None
        machines = [self._machines.pop(machine).message(machine) for machine in sorted(ready)]
        counts, self._counts = self._counts, Counter()
        return {"coalesced": counts["coalesced"], "lost": counts["lost"], "machines": machines}
