"""What is known of one diagnostic trouble code, and the row that tells it."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from enum import Enum, auto
from typing import Any, Self

from parsing.j1939.dtc import Dtc
from parsing.j1939.records import read_state

TELL_EVERY = 60_000_000
"""µs of event time after which a DTC that does not change is told again."""

CLOCK_SET_BACK = 31 * 86_400_000_000
"""µs. What is older than this against what came before it was not late: the clock was wrong, and has been set."""


class Word(Enum):
    """What a message says of a DTC."""

    ACTIVE = auto()
    LATE = auto()
    """It was active, before something that is already known."""
    PREVIOUSLY_ACTIVE = auto()
    """It is in a DM2, which says nothing of what is active now."""
    INACTIVE = auto()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a DTC was active, as known after the message `index` of time `ts`.

    `occurrence` counts how often the DTC has become active, from 1; 0 where it is only known as previously active.
    `update` counts the rows of an occurrence, from 1: the highest is the newest. Times are event times in µs:
    `first_seen` of the DTC ever, `began` of this occurrence, `last_seen` when a DM1 or DM2 last listed it, `ended` when
    a DM1 no longer did (0 = it is active, or it is not known when). `count` is how many messages listed it in this
    occurrence. `oc` and `cm` are the sender's, `lamps` u16 those of the last DM1 that listed it (`Lamps.raw`).
    """

    index: int
    ts: int
    source: int
    spn: int
    fmi: int
    occurrence: int
    update: int
    active: bool
    first_seen: int
    began: int
    last_seen: int
    ended: int
    count: int
    oc: int
    cm: int
    lamps: int


@dataclass(slots=True)
class Entry:
    """State of a DTC. `said` is the time of the last word on whether it is active, `told` that of its last row."""

    active: bool
    first_seen: int
    began: int
    last_seen: int
    ended: int
    occurrence: int
    count: int
    oc: int
    cm: int
    lamps: int
    said: int
    told: int
    update: int

    @classmethod
    def new(cls, word: Word, ts: int, dtc: Dtc, lamps: int, ended: int) -> Self:
        """`ended` is when it is known no longer to have been active, where the word is late."""
        active, late = word is Word.ACTIVE, word is Word.LATE
        occurrence = 1 if active or late else 0
        return cls(
            active=active,
            first_seen=ts,
            began=ts,
            last_seen=ts,
            ended=ended if late else 0,
            occurrence=occurrence,
            count=1,
            oc=dtc.oc,
            cm=dtc.cm,
            lamps=lamps,
            said=ts,
            told=ts,
            update=0,
        )

    def hear(self, word: Word, ts: int, dtc: Dtc, lamps: int) -> bool:
        """Take what a message says; whether it changes what is known."""
        self.first_seen = min(self.first_seen, ts)
        if word is Word.ACTIVE:
            return self._rise(ts, dtc, lamps)
        if word is Word.INACTIVE and self.active:
            self.end(ts)
            return True
        self.count += ts >= self.began
        if not is_current(ts, self.last_seen):
            return False
        self.last_seen = ts
        if self.active or word is Word.LATE:
            return False
        changed = (self.oc, self.cm) != (dtc.oc, dtc.cm)
        self.oc, self.cm = dtc.oc, dtc.cm
        return changed

    def end(self, ts: int) -> None:
        self.active = False
        self.ended = self.said = ts

    def is_due(self, ts: int) -> bool:
        return ts - self.told >= TELL_EVERY or self.told - ts > CLOCK_SET_BACK

    def tell(self, index: int, ts: int, key: tuple[int, int, int]) -> Occurrence:
        self.update += 1
        self.told = ts
        return Occurrence(
            index,
            ts,
            *key,
            occurrence=self.occurrence,
            update=self.update,
            active=self.active,
            first_seen=self.first_seen,
            began=self.began,
            last_seen=self.last_seen,
            ended=self.ended,
            count=self.count,
            oc=self.oc,
            cm=self.cm,
            lamps=self.lamps,
        )

    def to_state(self) -> list[Any]:
        return list(astuple(self))

    @classmethod
    def from_state(cls, state: Any) -> Self:
        """Raises UnknownState."""
        return cls(*read_state(state, bool, *[int] * 12))

    def _rise(self, ts: int, dtc: Dtc, lamps: int) -> bool:
        changed = (self.active, self.oc, self.cm, self.lamps) != (True, dtc.oc, dtc.cm, lamps)
        if not self.active:
            self.active = True
            self.began, self.ended = ts, 0
            self.occurrence += 1
            self.count = self.update = 0
        self.count += 1
        self.last_seen = self.said = ts
        self.oc, self.cm, self.lamps = dtc.oc, dtc.cm, lamps
        return changed


def is_current(ts: int, last: int) -> bool:
    """Whether something of `ts` says how things are now, where the last thing known is of `last` (both µs)."""
    return ts >= last or last - ts > CLOCK_SET_BACK
