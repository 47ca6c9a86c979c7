"""A content tried on some frames: what each gives and why it gives nothing, and what rules make of them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple, Self

import numpy as np

from parsing.can_id import TP_CM, TP_DT
from parsing.compiler import compile_model
from parsing.compiler.transport import transport_content
from parsing.definitions import ERROR_FLAG, EXTENDED_FLAG, REMOTE_FLAG, Content, Enum, Message, pgn_of
from parsing.engine import Extraction, Extractor
from parsing.engine.rule_engine import RuleEngine
from parsing.engine.rule_outcome import NO_TIME, Envelopes, Outcome, RuleRows
from parsing.j1939 import J1939Listener, Reassembled, frames_of
from parsing.proof.pasted import Recording
from parsing.quality import Quality
from parsing.release_places import Place, groups_of, places_of
from parsing.rules.compiled import CompiledRule, RuleSource
from parsing.rules.linking import link

Why = Literal["decoded", "unknown_id", "unknown_page", "transport", "no_data"]
"""`transport`: a part of a message of several packets; `no_data`: a remote or error frame."""

SignalPlace = tuple[int, int]
"""Group and slot."""

_MACHINE = 1
_TRANSPORT = frozenset({TP_CM, TP_DT})


class Read(NamedTuple):
    """`value` None where there is none: it is absent, or no finite number."""

    value: float | None
    quality: Quality


@dataclass(frozen=True, slots=True)
class TriedFrame:
    """What the frame of that `index` gave, or with a `payload` the message of several packets that ended in it.

    `message`: the one that matches it; `page`: the multiplexor's raw number that no case knows.
    """

    index: int
    why: Why
    message: Message | None
    values: Mapping[SignalPlace, Read]
    page: int | None = None
    is_short: bool = False
    payload: bytes | None = None


class TriedDerived(NamedTuple):
    """A value of a derived signal; `ts` µs."""

    rule: CompiledRule
    ts: int
    read: Read


class TriedFinding(NamedTuple):
    """An event or check that was raised or cleared at `ts`, after what has been so `since` (µs). `captured` by name."""

    rule: CompiledRule
    ts: int
    since: int
    is_raised: bool
    captured: Mapping[str, Read]


@dataclass(frozen=True, slots=True)
class Carried:
    """The ids of a recording's frames, and of the messages of several packets in it, with the flag of 29 bits."""

    exact: frozenset[int]
    pgns: frozenset[int]

    @classmethod
    def by(cls, recording: Recording) -> Self:
        ids = {each & ~(REMOTE_FLAG | ERROR_FLAG) for each in recording.frames.can_id.tolist()}
        ids |= {_id_of(each) for each in J1939Listener().hear(recording.ts, recording.frames).messages}
        return cls(frozenset(ids), frozenset(pgn_of(each) for each in ids if each & EXTENDED_FLAG))

    def may_be(self, message: Mapping[str, Any]) -> bool:
        """Whether a frame may be this message, as a release or a row has it: who compiles no others is done sooner."""
        if message["match"] == "pgn":
            return message["pgn"] in self.pgns
        return (message["can_id"] | (EXTENDED_FLAG if message["extended"] else 0)) in self.exact


class Trial:
    """Of the machines of a model. Raises KeyError where the content has no such model, ValueError for a content that
    machines cannot run.
    """

    def __init__(self, content: Content, model: int, recording: Recording) -> None:
        self.content = content
        self._model, self._recording = model, recording
        self._extraction = Extractor(compile_model(content, model)).extract(recording.frames)
        heard = J1939Listener().hear(recording.ts, recording.frames)
        self._reassembled: Sequence[Reassembled] = heard.messages

    @cached_property
    def places(self) -> Mapping[int, Place]:
        """By group: what the values are of."""
        return places_of(self.content)

    def frames(self) -> list[TriedFrame]:
        """One for each frame of the recording in its order, and behind it what was completed by it."""
        read = _rows(self._extraction, self.places)
        short = set(self._extraction.short_frame.tolist())
        pages = dict(zip(self._extraction.unknown_frame.tolist(), self._extraction.unknown_page.tolist(), strict=True))
        completed = defaultdict(list)
        for tried in self._completed():
            completed[tried.index].append(tried)
        found = []
        for index in range(len(self._recording.frames)):
            found.append(self._tried(index, read.get(index, {}), pages.get(index), index in short))
            found += completed[index]
        return found

    def rules(self, attributes: Mapping[str, float]) -> tuple[list[TriedDerived], list[TriedFinding]]:
        """What derived signals, checks and events make of all of it, in the order of time, at a machine with these
        attributes that sent nothing before. Empty where the model has no rules with all that they read.
        """
        tables = link(self.content.rules, groups_of(self.content, self._model))
        if not tables.linked:
            return [], []
        engine = RuleEngine(tables)
        engine.machine(_MACHINE, attributes)
        newest = np.array([self._recording.ts.max()], np.int64)
        envelope = Envelopes(np.array([_MACHINE], np.uint32), newest, np.array([NO_TIME], np.int64))
        outcomes = [engine.run(list(self._rule_rows(set(tables.group_ids))), envelope), engine.finish()]
        derived = [each for outcome in outcomes for each in self._derived(outcome)]
        findings = [each for outcome in outcomes for each in self._findings(outcome)]
        return sorted(derived, key=lambda each: each.ts), sorted(findings, key=lambda each: each.ts)

    def _tried(self, index: int, values: Mapping[SignalPlace, Read], page: int | None, is_short: bool) -> TriedFrame:
        can_id, bus = int(self._recording.frames.can_id[index]), int(self._recording.frames.bus[index])
        group = next(iter(values), (None, 0))[0]
        message = self.places[group].message if group is not None else self._matching(bus, can_id)
        if can_id & (REMOTE_FLAG | ERROR_FLAG):
            return TriedFrame(index, "no_data", None, {})
        if page is None:
            return TriedFrame(index, "decoded", message, values, is_short=is_short)
        if page >= 0:
            return TriedFrame(index, "unknown_page", message, values, page, is_short)
        is_part = can_id & EXTENDED_FLAG and pgn_of(can_id) in _TRANSPORT
        return TriedFrame(index, "transport" if is_part else "unknown_id", None, {})

    def _matching(self, bus: int, can_id: int) -> Message | None:
        """Of a frame that gave no values, for its name alone: ranked as `parsing.compiler.matching` does."""
        sets = {each.id: each for each in self.content.sets}
        model = next(each for each in self.content.models if each.id == self._model)
        found = [
            (rank, binding.bus is None, message)
            for binding in model.sets
            if binding.bus in (None, bus)
            for message in sets[binding.set].messages
            if (rank := _match_rank(message, can_id)) is not None
        ]
        return min(found, key=lambda each: each[:2], default=(0, False, None))[2]

    @cached_property
    def _transported(self) -> Extraction | None:
        if not self._reassembled:
            return None
        content = transport_content(self.content)
        return Extractor(compile_model(content, self._model)).extract(frames_of(self._reassembled))

    def _completed(self) -> Iterator[TriedFrame]:
        if self._transported is None:
            return
        read = _rows(self._transported, self.places)
        short = set(self._transported.short_frame.tolist())
        unknown = self._transported.unknown_frame.tolist()
        pages = dict(zip(unknown, self._transported.unknown_page.tolist(), strict=True))
        for row, said in enumerate(self._reassembled):
            values, page = read.get(row, {}), pages.get(row)
            group = next(iter(values), (None, 0))[0]
            message = self.places[group].message if group is not None else self._matching(said.bus, _id_of(said))
            why: Why = "decoded" if page is None else "unknown_page" if page >= 0 else "unknown_id"
            known = page if page is not None and page >= 0 else None
            yield TriedFrame(said.index, why, message, values, known, row in short, said.payload)

    def _rule_rows(self, groups: set[int]) -> Iterator[RuleRows]:
        frames = np.arange(len(self._recording.frames))
        yield from self._rows_of(self._extraction, groups, frames)
        if self._transported is not None:
            yield from self._rows_of(self._transported, groups, np.array([each.index for each in self._reassembled]))

    def _rows_of(self, extraction: Extraction, groups: set[int], index: np.ndarray) -> Iterator[RuleRows]:
        for block in extraction.blocks:
            if block.group in groups:
                at = index[block.frame_index]
                envelope, order = np.zeros(len(at), np.uint32), at.astype(np.uint32)
                yield RuleRows(block.group, envelope, order, self._recording.ts[at], block.values, block.qualities)

    def _derived(self, outcome: Outcome) -> Iterator[TriedDerived]:
        for rows in outcome.derived:
            rule = self._rules[rows.rule]
            columns = zip(rows.ts.tolist(), rows.values.tolist(), rows.qualities.tolist(), strict=True)
            yield from (TriedDerived(rule, ts, read_of(value, quality)) for ts, value, quality in columns)

    def _findings(self, outcome: Outcome) -> Iterator[TriedFinding]:
        found = outcome.findings
        for number in range(len(found)):
            rule = self._rules[int(found.rule[number])]
            begin, end = found.captured_at[number : number + 2].tolist()
            values, qualities = found.captured[begin:end].tolist(), found.captured_qualities[begin:end].tolist()
            names = [self._name_of(rule, each) for each in rule.capture]
            captured = {name: read_of(*read) for name, *read in zip(names, values, qualities, strict=False)}
            ts, since = int(found.ts[number]), int(found.since[number])
            yield TriedFinding(rule, ts, since, bool(found.raised[number]), captured)

    @cached_property
    def _rules(self) -> Mapping[int, CompiledRule]:
        return {rule.id: rule for rule in self.content.rules}

    def _name_of(self, rule: CompiledRule, number: int) -> str:
        source = rule.inputs[number]
        if isinstance(source, RuleSource):
            return self._rules[source.rule].name
        place = self.places[source.group]
        name = next(each.name for each in place.group.signals if each.slot == source.slot)
        return f"{place.message.name}.{name}"


def enum_text(enum: Enum | None, value: float | None) -> str:
    """What the enum calls it; empty where it does not."""
    if enum is None or value is None:
        return ""
    named = dict(enum.values).get(int(value)) if value.is_integer() else None
    return named or (enum.otherwise.name if enum.otherwise else "")


def _rows(extraction: Extraction, places: Mapping[int, Place]) -> dict[int, dict[SignalPlace, Read]]:
    """By frame the values of its signals; retired slots have none."""
    found: defaultdict[int, dict[SignalPlace, Read]] = defaultdict(dict)
    for block in extraction.blocks:
        slots = [each.slot for each in places[block.group].group.signals]
        rows = zip(block.frame_index.tolist(), block.values.tolist(), block.qualities.tolist(), strict=True)
        for frame, values, qualities in rows:
            found[frame].update({(block.group, slot): read_of(values[slot], qualities[slot]) for slot in slots})
    return found


def read_of(value: float, quality: int) -> Read:
    """A cell of the engine's rows."""
    is_there = quality != Quality.ABSENT and math.isfinite(value)
    return Read(value if is_there else None, Quality(quality))


def _match_rank(message: Message, can_id: int) -> int | None:
    """The least is the closest; None: the frame is none of this message."""
    number, extended = can_id & ~(EXTENDED_FLAG | REMOTE_FLAG | ERROR_FLAG), bool(can_id & EXTENDED_FLAG)
    if message.match == "id":
        return 0 if (message.can_id, message.extended) == (number, extended) else None
    if not extended or message.pgn != pgn_of(number):
        return None
    if message.source_address is None:
        return 2
    return 1 if message.source_address == number & 0xFF else None


def _id_of(said: Reassembled) -> int:
    return said.can_id | EXTENDED_FLAG
