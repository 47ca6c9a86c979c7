"""The slow, obvious way to run rules: over their trees, as docs/contracts/rules.md says, one machine at a time.

For `test` sequences, for explaining a result, and as what the kernels are held against.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

from parsing.quality import Quality
from parsing.rules.arithmetic import Value
from parsing.rules.interpreter_expressions import Evaluation
from parsing.rules.interpreter_memory import Known
from parsing.rules.interpreter_results import Result, RuleState, derive, judge_check, judge_event, read_by
from parsing.rules.program import Check, Derived, Event, Input, Program, Rule, RuleInput, SignalInput
from parsing.rules.timing import AHEAD, LATENESS, MOST_WAITING, NOT_CARRIED, TIME_END


@dataclass(frozen=True, slots=True)
class Row:
    """Of a group that rules read; `ts` µs. By slot: values f64 and qualities u8."""

    group: int
    ts: int
    values: Sequence[float]
    qualities: Sequence[int]


class Interpreter:
    """The rules of a program at one machine. `lateness` µs; with 0 nothing waits for later envelopes.

    `late` counts rows that touched no rule.
    """

    def __init__(self, program: Program, attributes: Mapping[str, float], lateness: int = LATENESS) -> None:
        self.program = program
        self._attributes = attributes
        # Nothing waits where even what is as new as the watermark leaves.
        self._reach = lateness or -1
        self._waiting: list[Row] = []
        self._watermark: int | None = None
        self._first: int | None = None
        signals = [each for rule in program.rules for each in rule.inputs if isinstance(each, SignalInput)]
        self._inputs = {each: Known() for each in signals}
        read = Counter(each.group for each in self._inputs)
        self._row_words = {group: 2 + count + math.ceil(count / 8) for group, count in read.items()}
        self._rules = {rule.id: RuleState.of(rule) for rule in program.rules}
        self.late = 0

    def take(self, rows: Sequence[Row], newest: int | None, received: int | None) -> list[Result]:
        """One envelope: its rows in their order, the newest event time in it (None where it has no times), and when it
        was received (None offline), µs.
        """
        groups = {each.group for each in self._inputs}
        horizon = None if received is None else received + AHEAD
        for row in rows:
            if row.group not in groups:
                continue
            is_ahead = horizon is not None and row.ts > horizon
            if self._is_over(row.ts) or is_ahead or not 0 <= row.ts < TIME_END:
                self.late += 1
            else:
                self._waiting.append(row)
        self._waiting.sort(key=attrgetter("ts"))
        if newest is not None and (horizon is None or newest <= horizon):
            self._move_watermark(newest)
        results = list(self._release())
        while sum(self._row_words[row.group] for row in self._waiting) > MOST_WAITING:
            self._move_watermark(self._waiting[0].ts + self._reach + 1)
            results += self._release()
        return results

    def finish(self) -> list[Result]:
        """The log has ended: what waits, waits no longer."""
        if self._waiting:
            self._move_watermark(self._waiting[-1].ts + self._reach + 1)
        return list(self._release())

    def look(self, now: int) -> list[Result]:
        """An instant at which nothing came that rules read: those that asked to be woken are."""
        return list(self._instant(now, []))

    def read(self, rule: int, now: int) -> Value:
        """The result of a derived signal, as a rule without `hold` would read it."""
        known = self._rules[rule].known
        return _read(known.value, known.is_fresh(now))

    def is_active(self, rule: int) -> bool:
        """Whether the event is active, or the check failed."""
        return self._rules[rule].known.value[0] != 0

    def go_on_from(self, older: Interpreter, unchanged: Container[int]) -> None:
        """Take over what another release's rules remember of the machine; of rules, those that are `unchanged`."""
        self._watermark, self._first, self.late = older._watermark, older._first, older.late
        read = {(each.group, each.slot) for each in older._inputs}
        groups = {each.group for each in self._inputs}
        self._waiting = [_as_read(row, read) for row in older._waiting if row.group in groups]
        # Where a signal is an input twice, with two timeouts, the longer one counts.
        by_timeout = sorted(older._inputs.items(), key=lambda item: item[0].timeout or math.inf)
        known = {(each.group, each.slot): known for each, known in by_timeout}
        self._inputs = {
            each: replace(known.get((each.group, each.slot), fresh)) for each, fresh in self._inputs.items()
        }
        kept = {rule: state for rule, state in older._rules.items() if rule in unchanged}
        self._rules = {rule: kept.get(rule, fresh) for rule, fresh in self._rules.items()}

    def _move_watermark(self, ts: int) -> None:
        self._watermark = ts if self._watermark is None else max(self._watermark, ts)

    def _is_over(self, ts: int) -> bool:
        """Whether a row of that time leaves the buffer, or comes too late for it."""
        return self._watermark is not None and ts < self._watermark - self._reach

    def _release(self) -> Iterator[Result]:
        over = [row for row in self._waiting if self._is_over(row.ts)]
        self._waiting = self._waiting[len(over) :]
        for ts, rows in groupby(over, attrgetter("ts")):
            yield from self._instant(ts, list(rows))

    def _instant(self, now: int, rows: list[Row]) -> Iterator[Result]:
        self._first = now if self._first is None else self._first
        came: set[Input] = set()
        for each, known in self._inputs.items():
            of_group = [row for row in rows if row.group == each.group]
            carrying = [row for row in of_group if row.qualities[each.slot] != NOT_CARRIED]
            if carrying:
                value = carrying[-1].values[each.slot], carrying[-1].qualities[each.slot]
                known.come(value, now, None if each.timeout is None else now + each.timeout)
            if of_group:
                came.add(each)
        for rule in self.program.rules:
            state = self._rules[rule.id]
            is_due = state.wake is not None and state.wake <= now
            if is_due or any(rule.inputs[number] in came for number in read_by(rule)):
                yield from self._evaluate(rule, state, now)
                came.add(RuleInput(rule.id))

    def _evaluate(self, rule: Rule, state: RuleState, now: int) -> Iterator[Result]:
        hold = rule.hold if isinstance(rule, Derived) else None
        inputs = [self._known(each) for each in rule.inputs]
        untils = [_until(each, known, hold) for each, known in zip(rule.inputs, inputs, strict=True)]
        fresh = [until is None or now <= until for until in untils]
        read = [_read(known.value, is_fresh) for known, is_fresh in zip(inputs, fresh, strict=True)]
        run = Evaluation(now, self._first or 0, inputs, read, fresh, self._attributes_of(rule), state.memory, [])
        match rule:
            case Derived():
                ahead = [until for until in untils if until is not None and until >= now]
                yield from derive(rule, state, run, min(ahead, default=None))
            case Check():
                yield from judge_check(rule, state, run)
            case Event():
                yield from judge_event(rule, state, run)
        state.wake = min(run.wakes, default=None)

    def _known(self, each: Input) -> Known:
        return self._inputs[each] if isinstance(each, SignalInput) else self._rules[each.rule].known

    def _attributes_of(self, rule: Rule) -> list[Value]:
        there = self._attributes
        return [(there[name], Quality.OK) if name in there else (0.0, Quality.ABSENT) for name in rule.attributes]


def _until(each: Input, known: Known, hold: int | None) -> int | None:
    """Until when a rule with that hold takes the input as fresh; None: for ever, or it never came."""
    if hold is None or known.at is None:
        return known.until
    held = known.at + hold
    return held if isinstance(each, SignalInput) or known.until is None else min(held, known.until)


def _read(value: Value, is_fresh: bool) -> Value:
    return value if is_fresh else (value[0], max(value[1], Quality.STALE))


def _as_read(row: Row, read: Container[tuple[int, int]]) -> Row:
    """What the buffer has of a row: the slots that rules read."""
    qualities = [
        quality if (row.group, slot) in read else NOT_CARRIED for slot, quality in enumerate(row.qualities)
    ]  # fmt: skip
    return Row(row.group, row.ts, row.values, qualities)
