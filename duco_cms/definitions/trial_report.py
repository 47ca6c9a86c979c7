"""What a trial gave, by the draft and by the live release beside it, as JSON can say it."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from parsing.definitions import Enum, Signal
from parsing.proof.pasted import GivenFrame, Recording
from parsing.proof.trial import Read, SignalPlace, Trial, TriedDerived, TriedFinding, TriedFrame, enum_text
from parsing.release_places import Place

VALUES_TOLD = 20_000
RESULTS_TOLD = 2_000
"""Of rules: values, and findings."""

Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Side:
    """The draft, or what is live. `attributes` None: rules are not asked."""

    trial: Trial
    attributes: Mapping[str, float] | None
    _signals: dict[SignalPlace, tuple[Place, Signal]] = field(default_factory=dict)
    _enums: dict[int, Enum] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._enums.update({enum.id: enum for enum in self.trial.content.enums})

    def signal(self, at: SignalPlace) -> tuple[Place, Signal]:
        if at not in self._signals:
            place = self.trial.places[at[0]]
            for signal in place.group.signals:
                self._signals[at[0], signal.slot] = place, signal
        return self._signals[at]

    def read(self, read: Read, enum: int | None, unit: str) -> Told:
        """A value with what it is called."""
        named = self._enums.get(enum) if enum is not None else None
        return {
            "value": read.value, "quality": read.quality.name.lower(), "unit": unit,
            "text": enum_text(named, read.value),
        }  # fmt: skip

    def results(self) -> tuple[list[TriedDerived], list[TriedFinding]]:
        return ([], []) if self.attributes is None else self.trial.rules(self.attributes)


def told(draft: Side, live: Side | None, given: Sequence[GivenFrame], recording: Recording) -> Told:
    """`frames`, `derived` and `findings`, and how many of them are not told: `more_…`."""
    frames = list(_Frames(draft, live, given, recording).told())
    derived, findings = _results(draft, live)
    return {
        "frames": frames,
        "more_values": sum(each["more_values"] for each in frames),
        "derived": derived[:RESULTS_TOLD],
        "more_derived": max(0, len(derived) - RESULTS_TOLD),
        "findings": findings[:RESULTS_TOLD],
        "more_findings": max(0, len(findings) - RESULTS_TOLD),
    }


class _Frames:
    def __init__(self, draft: Side, live: Side | None, given: Sequence[GivenFrame], recording: Recording) -> None:
        self._draft, self._live, self._given, self._recording = draft, live, given, recording
        self._left = VALUES_TOLD

    def told(self) -> Iterator[Told]:
        drafts = self._draft.trial.frames()
        lives: Sequence[TriedFrame | None] = self._live.trial.frames() if self._live else [None] * len(drafts)
        for mine, live in zip(drafts, lives, strict=True):
            yield self._frame(mine, live)

    def _frame(self, mine: TriedFrame, live: TriedFrame | None) -> Told:
        place = self._recording.place[mine.index]
        frame = self._given[place]
        values = list(self._values(mine, live))
        shown = values[: self._left]
        self._left -= len(shown)
        outcome, before = _outcome(mine), _outcome(live)
        return {
            "index": place,
            "ts": int(self._recording.ts[mine.index]),
            "bus": frame.bus,
            "id": frame.id_text,
            "data": frame.data.hex().upper(),
            "payload": None if mine.payload is None else mine.payload.hex().upper(),
            "draft": outcome,
            "live": before,
            "values": shown,
            "more_values": len(values) - len(shown),
            "changed": before is not None and (outcome != before or any(each["changed"] for each in values)),
        }

    def _values(self, mine: TriedFrame, live: TriedFrame | None) -> Iterator[Told]:
        before = live.values if live is not None else {}
        for at in {**mine.values, **before}:
            own = _side_of(self._draft, at, mine.values)
            other = _side_of(self._live, at, before) if self._live else None
            place, signal = self._draft.signal(at) if at in mine.values else (self._live or self._draft).signal(at)
            yield {
                "group": at[0],
                "slot": at[1],
                "set": place.definition_set.name,
                "message": place.message.name,
                "signal": signal.name,
                "start": signal.start,
                "length": signal.length,
                "byte_order": signal.byte_order,
                "draft": own,
                "live": other,
                "changed": live is not None and own != other,
            }


def _side_of(side: Side, at: SignalPlace, values: Mapping[SignalPlace, Read]) -> Told | None:
    if at not in values:
        return None
    _, signal = side.signal(at)
    return side.read(values[at], signal.enum, signal.unit)


def _outcome(tried: TriedFrame | None) -> Told | None:
    if tried is None:
        return None
    message = tried.message
    return {
        "why": tried.why,
        "message": message.name if message else None,
        "message_id": message.id if message else None,
        "page": tried.page,
        "short": tried.is_short,
    }


def _results(draft: Side, live: Side | None) -> tuple[list[Told], list[Told]]:
    derived, findings = draft.results()
    derived_live, findings_live = live.results() if live else ([], [])
    with_live = live is not None
    values = _paired(_derived(draft, derived), _derived(live, derived_live) if live else {}, with_live=with_live)
    found = _paired(_found(draft, findings), _found(live, findings_live) if live else {}, with_live=with_live)
    return values, found


def _derived(side: Side, derived: Sequence[TriedDerived]) -> dict[Hashable, Told]:
    found: dict[Hashable, Told] = {}
    for rule, ts, read in derived:
        if rule.output is not None and rule.output.group is not None:
            said = side.read(read, rule.output.enum, rule.output.unit)
            if rule.output.type == "boolean" and read.value in (0, 1):
                said["text"] = "true" if read.value else "false"
            found[rule.id, ts] = {"ts": ts, "name": rule.name, "said": said}
    return found


def _found(side: Side, findings: Sequence[TriedFinding]) -> dict[Hashable, Told]:
    found: dict[Hashable, Told] = {}
    for rule, ts, since, is_raised, captured in findings:
        state = "raised" if is_raised else "cleared"
        said = {
            "since": since,
            "severity": rule.severity,
            "captured": {name: side.read(read, None, "") for name, read in islice(captured.items(), 20)},
        }
        found[rule.id, ts, state] = {"ts": ts, "name": rule.name, "kind": rule.kind, "state": state, "said": said}
    return found


def _paired(mine: Mapping[Hashable, Told], live: Mapping[Hashable, Told], *, with_live: bool) -> list[Told]:
    """In the order of time; what one of them alone gave has null for the other."""
    pairs = []
    for key in {**mine, **live}:
        one, other = mine.get(key), live.get(key)
        head = {name: value for name, value in (one or other or {}).items() if name != "said"}
        own, before = (each["said"] if each else None for each in (one, other))
        pairs.append({**head, "draft": own, "live": before, "changed": with_live and own != before})
    return sorted(pairs, key=lambda each: each["ts"])
