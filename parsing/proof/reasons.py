"""Why a rule or a value is not as expected: what of all that it reads never came, is too old, or is not valid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from parsing.language import printing
from parsing.proof.arrivals import Arrivals, Signal
from parsing.quality import Quality
from parsing.rules.interpreter_results import read_by
from parsing.rules.program import Derived, Program, Rule, RuleInput, SignalInput

_SECOND = 1_000_000
"""µs."""

_MOST_TOLD = 3


class _Read(NamedTuple):
    """What a rule reads, and how long it counts as fresh (µs, None: for ever) by its `timeout` or the rule's `hold`."""

    signal: Signal
    limit: int | None
    limited_by: str

    def is_stale(self, arrivals: Arrivals, now: int) -> bool:
        last = arrivals.last.get(self.signal)
        return last is not None and self.limit is not None and last.ts + self.limit < now


@dataclass(frozen=True, slots=True)
class Reasons:
    """Of the rules of one program at a machine with these attributes. `name_of` tells a signal's name."""

    program: Program
    attributes: Mapping[str, float]
    name_of: Callable[[Signal], str]

    def of_rule(self, number: int, arrivals: Arrivals, now: int) -> str:
        """Empty where all that it reads, at whatever remove, was always there and valid."""
        rules = self._read_by(number)
        read = list(dict.fromkeys(one for rule in rules for one in _signals(rule)))
        said = self._of_signals(read, arrivals, now)
        unknown = [name for rule in rules for name in rule.attributes if name not in self.attributes]
        if said or unknown:
            return said or f"machine.{unknown[0]} is unknown in this test; give it:  machine {unknown[0]} = …"
        return next((self._of_gap(one.signal, arrivals) for one in read if one.signal in arrivals.gaps), "")

    def of_signal(self, signal: SignalInput, arrivals: Arrivals, now: int) -> str:
        """Empty where it came, and is not too old."""
        read = _Read((signal.group, signal.slot), signal.timeout, "timeout")
        is_there = read.signal in arrivals.last and not read.is_stale(arrivals, now)
        return "" if is_there else self._of_signals([read], arrivals, now)

    def _read_by(self, number: int) -> list[Rule]:
        """The rule, and those that decide it."""
        by_id = {rule.id: rule for rule in self.program.rules}
        found = [by_id[number]]
        for rule in found:
            inputs = [rule.inputs[each] for each in read_by(rule)]
            reached = [by_id[each.rule] for each in inputs if isinstance(each, RuleInput)]
            found += [each for each in reached if each not in found]
        return found

    def _of_signals(self, read: list[_Read], arrivals: Arrivals, now: int) -> str:
        said = [text for one in read if (text := self._of_one(one, arrivals, now))]
        if not said:
            return ""
        limits = [one.limit for one in read if one.limit is not None and one.is_stale(arrivals, now)]
        advice = ["set it before that time"] if any(one.signal not in arrivals.last for one in read) else []
        if limits:
            every = printing.duration(max(1, min(limits) // 2))
            advice = [f"set it again in time:  every {every} until {printing.duration(now)} set …  or use `hold`"]
        return "\n".join([*said[:_MOST_TOLD], *advice])

    def _of_one(self, read: _Read, arrivals: Arrivals, now: int) -> str:
        name, last = self.name_of(read.signal), arrivals.last.get(read.signal)
        if last is None:
            alone = "; a `set` gives what it names, and nothing else" if arrivals.has_group(read.signal[0]) else ""
            return f"{name} never came{alone}"
        if read.limit is not None and read.is_stale(arrivals, now):
            limit = f"its {read.limited_by} is {_seconds(read.limit)}"
            return f"{name} is stale from {_seconds(last.ts + read.limit)} on: {limit}"
        if last.quality > Quality.SUSPECT:
            return f"{name} is {Quality(last.quality).name.lower()} from {_seconds(last.ts)} on"
        return ""

    def _of_gap(self, signal: Signal, arrivals: Arrivals) -> str:
        begin, end = arrivals.gaps[signal]
        return (
            f"{self.name_of(signal)} was stale from {_seconds(begin)} to {_seconds(end)}, "
            "and what `for` waits for begins anew then\n"
            "send it more often, or give its message a longer timeout"
        )


def part_of(program: Program, wanted: Iterable[int]) -> Program:
    """The rules of these ids and all that they read: others change nothing of them."""
    by_id = {rule.id: rule for rule in program.rules}
    waiting = list(wanted)
    kept: set[int] = set()
    while waiting:
        number = waiting.pop()
        if number in by_id and number not in kept:
            kept.add(number)
            waiting += [each.rule for each in by_id[number].inputs if isinstance(each, RuleInput)]
    return Program(tuple(rule for rule in program.rules if rule.id in kept))


def _signals(rule: Rule) -> Iterator[_Read]:
    """Without what is only captured."""
    hold = rule.hold if isinstance(rule, Derived) else None
    for each in (rule.inputs[number] for number in read_by(rule)):
        if isinstance(each, SignalInput):
            signal = each.group, each.slot
            yield _Read(signal, each.timeout, "timeout") if hold is None else _Read(signal, hold, "hold")


def _seconds(ts: int) -> str:
    return f"{ts / _SECOND:g} s"
