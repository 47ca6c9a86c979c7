"""A rule at one instant: what it read, and what each part of it came to, from the stream run again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from distribution.explain.stream import Rerun
from ingest.decoding.outcome import Block, Decoded, Envelope
from parsing.proof.watching import WatchedInterpreter
from parsing.quality import Quality
from parsing.rules.inputs_of import parts_of
from parsing.rules.interpreter import Row
from parsing.rules.interpreter_expressions import Path
from parsing.rules.interpreter_results import Result, RuleState
from parsing.rules.program import Constant, Derived, Expr, Program, Read, Rule, SignalInput

MOST_ROWS: Final = 20_000
"""The interpreter is a hundred times slower than the kernels."""

MOST_PARTS: Final = 60
_VALUE: Final[Path] = (0,)


@dataclass(frozen=True, slots=True)
class Part:
    expression: Expr
    depth: int
    value: float
    quality: Quality


@dataclass(frozen=True, slots=True)
class ReadInput:
    """`at` µs; None: it never came."""

    value: float
    quality: Quality
    at: int | None


@dataclass(frozen=True, slots=True)
class RowPlace:
    source: int
    ordinal: int


@dataclass(slots=True)
class Moment:
    """Of the rule at the instant; `inputs` by their numbers. `since` is the event time from which on rows were heard,
    `places` of the last row of a group and time.
    """

    inputs: list[ReadInput]
    parts: list[Part]
    since: int
    places: Mapping[tuple[int, int], RowPlace]


class _Watching(WatchedInterpreter):
    """Looks at one rule right after it was evaluated at one instant."""

    def __init__(self, program: Program, attributes: Mapping[str, float], rule: Derived, instant: int) -> None:
        super().__init__(program, attributes)
        self._wanted, self._at_instant = rule, instant
        self._is_looking = False
        self.seen: tuple[list[ReadInput], list[Part]] | None = None

    def _evaluate(self, rule: Rule, state: RuleState, now: int) -> Iterator[Result]:
        yield from super()._evaluate(rule, state, now)
        if self._is_looking or rule.id != self._wanted.id or now != self._at_instant:
            return
        self._is_looking = True
        self.seen = [self._input(number, now) for number in range(len(rule.inputs))], list(self._parts(now))
        self._is_looking = False

    def _input(self, number: int, now: int) -> ReadInput:
        value, quality = self.look_at(self._wanted, Read(number), _VALUE, now).value
        return ReadInput(value, Quality(quality), self._known(self._wanted.inputs[number]).at)

    def _parts(self, now: int) -> Iterator[Part]:
        """From the whole to its parts, without what stands there as it is."""
        waiting: list[tuple[Expr, Path, int]] = [(self._wanted.value, _VALUE, 0)]
        count = 0
        while waiting and count < MOST_PARTS:
            part, path, depth = waiting.pop()
            if isinstance(part, Constant | Read):
                continue
            value, quality = self.look_at(self._wanted, part, path, now).value
            yield Part(part, depth, value, Quality(quality))
            count += 1
            inner = [(each, (*path, place), depth + 1) for place, each in enumerate(parts_of(part))]
            waiting += reversed(inner)


def look(program: Program, rule: Derived, attributes: Mapping[str, float], rerun: Rerun, instant: int) -> Moment | None:
    """None where the rule was not evaluated at that instant: what it waits for may lie before the envelopes."""
    groups = {each.group for one in program.rules for each in one.inputs if isinstance(each, SignalInput)}
    heard = _Heard(rerun.batches, groups, {_group(one) for one in program.rules})
    watching = _Watching(program, attributes, rule, instant)
    places: dict[tuple[int, int], RowPlace] = {}
    for envelope in heard.envelopes():
        for row, place in envelope.rows:
            places[row.group, row.ts] = place
        watching.take([row for row, _ in envelope.rows], envelope.newest, envelope.received)
        if watching.seen is not None:
            return Moment(*watching.seen, heard.since, places)
    return None


def _group(rule: Rule) -> int | None:
    return rule.group if isinstance(rule, Derived) else None


@dataclass(frozen=True, slots=True)
class _Rows:
    """Times in µs."""

    rows: list[tuple[Row, RowPlace]]
    newest: int
    received: int


class _Heard:
    """The last envelopes whose rows of the groups are at most MOST_ROWS."""

    def __init__(self, batches: Sequence[Decoded], groups: set[int], derived: set[int | None]) -> None:
        self._parts = [
            (decoded, [block for block in decoded.blocks if block.group in groups - derived]) for decoded in batches
        ]
        counts = [
            (number, index, int(count))
            for number, (decoded, blocks) in enumerate(self._parts)
            for index, count in enumerate(_counts(blocks, len(decoded.envelopes)))
        ]
        total, self._first = 0, counts[-1][:2] if counts else (0, 0)
        for number, index, count in reversed(counts):
            total += count
            if total > MOST_ROWS:
                break
            self._first = number, index
        times = [each.first_ts for _, _, each in self._chosen() if each.first_ts is not None]
        self.since = min(times, default=0)

    def envelopes(self) -> Iterator[_Rows]:
        for blocks, index, envelope in self._chosen():
            if envelope.rejected is None and envelope.last_ts is not None:
                yield _Rows(_rows(blocks, index), envelope.last_ts, envelope.record.received)

    def _chosen(self) -> Iterator[tuple[list[Block], int, Envelope]]:
        for number, (decoded, blocks) in enumerate(self._parts):
            for index, envelope in enumerate(decoded.envelopes):
                if (number, index) >= self._first:
                    yield blocks, index, envelope


def _counts(blocks: Sequence[Block], envelopes: int) -> list[int]:
    counts = np.zeros(envelopes, np.int64)
    for block in blocks:
        counts += np.bincount(block.envelope, minlength=envelopes)
    return counts.tolist()


def _rows(blocks: Sequence[Block], envelope: int) -> list[tuple[Row, RowPlace]]:
    rows = []
    for block in blocks:
        for at in np.flatnonzero(block.envelope == envelope).tolist():
            row = Row(block.group, int(block.ts[at]), block.values[at].tolist(), block.qualities[at].tolist())
            rows.append((row, RowPlace(int(block.source[at]), int(block.ordinal[at]))))
    return rows
