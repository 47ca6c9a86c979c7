"""Why a rule or a value is not as expected: what of that which decides it never came, is too old, or is not valid, and
what waits for its time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from parsing.language import printing
from parsing.proof.arrivals import Arrivals, Signal
from parsing.proof.causes import Cause, Causes, ReadSignal
from parsing.proof.watching import Seen, WatchedInterpreter
from parsing.quality import Quality
from parsing.rules.arithmetic import holds
from parsing.rules.inputs_of import parts_of
from parsing.rules.interpreter_expressions import Path
from parsing.rules.program import (
    AbsentFor,
    Check,
    Derived,
    Event,
    Expr,
    Held,
    Op,
    Operation,
    Program,
    Rule,
    RuleInput,
    SignalInput,
)

_SECOND = 1_000_000
"""µs."""

_MOST_TOLD = 3


@dataclass(frozen=True, slots=True)
class Reasons:
    """Of the rules of one program. `name_of` tells a signal's name."""

    program: Program
    interpreter: WatchedInterpreter
    name_of: Callable[[Signal], str]

    def of_rule(self, number: int, arrivals: Arrivals, now: int) -> str:
        """Empty where it is decided by values that are all there, and nothing waits."""
        rule = next(each for each in self.program.rules if each.id == number)
        judging = _Judging(self, Causes(self.program, self.interpreter, arrivals, now), rule)
        match rule:
            case Derived():
                return self.of_causes(judging.causes.of_derived(rule), arrivals, now)
            case Event():
                return judging.of_event(rule)
            case Check():
                return judging.of_check(rule)

    def of_signal(self, signal: SignalInput, arrivals: Arrivals, now: int) -> str:
        """Empty where it came, and is not too old."""
        read = ReadSignal((signal.group, signal.slot), signal.timeout, "timeout")
        is_there = read.signal in arrivals.last and read.stale_at(arrivals, now) is None
        return "" if is_there else self.of_causes([read], arrivals, now)

    def of_causes(self, causes: list[Cause], arrivals: Arrivals, now: int) -> str:
        """With what to do about them."""
        read = [each for each in causes if isinstance(each, ReadSignal)]
        unknown = [each for each in causes if isinstance(each, str)]
        said = [text for one in read if (text := self._of_one(one, arrivals, now))]
        if not said:
            return (
                f"machine.{unknown[0]} is unknown in this test; give it:  machine {unknown[0]} = …" if unknown else ""
            )
        return "\n".join([*said[:_MOST_TOLD], *_advice(read, arrivals, now)])

    def _of_one(self, read: ReadSignal, arrivals: Arrivals, now: int) -> str:
        name, last = self.name_of(read.signal), arrivals.last.get(read.signal)
        if last is None:
            alone = "; a `set` gives what it names, and nothing else" if arrivals.has_group(read.signal[0]) else ""
            return f"{name} never came{alone}"
        stale_at = read.stale_at(arrivals, now)
        if last.quality > Quality.STALE:
            said = f"{name} is {Quality(last.quality).name.lower()} from {_seconds(last.since)} on"
            return (
                said
                if stale_at is None
                else f"{said}, which is worse than stale, as it is from {_seconds(stale_at)} on"
            )
        if stale_at is not None and read.limit is not None:
            return f"{name} is stale from {_seconds(stale_at)} on: its {read.limited_by} is {_seconds(read.limit)}"
        if last.quality > Quality.SUSPECT:
            return f"{name} is {Quality(last.quality).name.lower()} from {_seconds(last.since)} on"
        return ""


@dataclass(frozen=True, slots=True)
class _Judging:
    """Of an event or check, as it is now."""

    reasons: Reasons
    causes: Causes
    rule: Rule

    def of_event(self, event: Event) -> str:
        if not self.causes.interpreter.is_active(event.id):
            return "\n".join(filter(None, (self._of(event.raise_when, (0,), "the condition"), self._cooldown(event))))
        if event.clear_when is not None:
            return self._of(event.clear_when, (1,), "the condition of `clear`")
        return self._of(_condition(event.raise_when), (0, 0), "the condition", wanted=False)

    def of_check(self, check: Check) -> str:
        """`expect` counts where `when` is not known to be false."""
        expect = check.expect, (1,)
        when = expect if check.when is None else (check.when, (0,))
        if check.when is not None and not self._holds(*when) and not self.causes.of(check, *when):
            return self._waits(*when, "the condition of `when`")
        has_failed = self.causes.interpreter.is_active(check.id)
        return self._unknown(when, expect) or "\n".join(self._absences(*expect, wanted=has_failed))

    def _of(self, part: Expr, path: Path, name: str, *, wanted: bool = True) -> str:
        """Of a condition that stands at that path, which would have to be true, or false."""
        return self._unknown((part, path)) or self._waits(part, path, name, wanted=wanted)

    def _unknown(self, *parts: tuple[Expr, Path]) -> str:
        causes = dict.fromkeys(each for part, path in parts for each in self.causes.of(self.rule, part, path))
        return self.reasons.of_causes(list(causes), self.causes.arrivals, self.causes.now)

    def _waits(self, part: Expr, path: Path, name: str, *, wanted: bool = True) -> str:
        return self._held(part, path, name) or "\n".join(self._absences(part, path, wanted=wanted))

    def _held(self, part: Expr, path: Path, name: str) -> str:
        """Where it holds, and its `for` is not full."""
        if not isinstance(part, Held) or not self._holds(part.condition, (*path, 0)):
            return ""
        full = self._look(part, path).wake
        if full is None:
            return ""
        since = full - part.duration
        lasting = printing.duration(part.duration)
        said = f"{name} has held since {_seconds(since)}; `for {lasting}` is full at {_seconds(full)}"
        return "\n".join([said, *self._gap(since)])

    def _gap(self, since: int) -> Iterator[str]:
        """What was stale until then."""
        for each in self.causes.signals_of(self.rule):
            begin, end = self.causes.arrivals.gaps.get(each.signal, (0, None))
            if end == since:
                yield (
                    f"{self.reasons.name_of(each.signal)} was stale from {_seconds(begin)} to {_seconds(end)}, "
                    "and what `for` waits for begins anew then\n"
                    "send it more often, or give its message a longer timeout"
                )
                return

    def _absences(self, part: Expr, path: Path, *, wanted: bool) -> Iterator[str]:
        """Of each `absent for` that is not full, and would help when it is."""
        if isinstance(part, AbsentFor) and wanted:
            full = self._look(part, path).wake
            each = self.rule.inputs[part.input]
            if full is not None and isinstance(each, SignalInput):
                name, lasting = self.reasons.name_of((each.group, each.slot)), printing.duration(part.duration)
                since = _seconds(full - part.duration)
                yield f"{name} is absent since {since}; `absent for {lasting}` is full at {_seconds(full)}"
        for place, each_part in enumerate(parts_of(part)):
            is_negated = isinstance(part, Operation) and part.op == Op.NOT
            yield from self._absences(each_part, (*path, place), wanted=wanted != is_negated)

    def _cooldown(self, event: Event) -> str:
        ready = self.causes.interpreter.ready_at(event.id)
        if ready is None or ready <= self.causes.now or not self._holds(_condition(event.raise_when), (0, 0)):
            return ""
        return f"it is in cooldown until {_seconds(ready)}"

    def _holds(self, part: Expr, path: Path) -> bool:
        return holds(self._look(part, path).value)

    def _look(self, part: Expr, path: Path) -> Seen:
        return self.causes.interpreter.look_at(self.rule, part, path, self.causes.now)


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


def _advice(read: list[ReadSignal], arrivals: Arrivals, now: int) -> list[str]:
    """None where a quality that it came with is the cause: to set it again would change nothing."""
    limits = [
        one.limit
        for one in read
        if one.limit is not None
        and one.stale_at(arrivals, now) is not None
        and arrivals.last[one.signal].quality < Quality.STALE
    ]
    if limits:
        every = printing.duration(max(1, min(limits) // 2))
        return [f"set it again in time:  every {every} until {printing.duration(now)} set …  or use `hold`"]
    return ["set it before that time"] if any(one.signal not in arrivals.last for one in read) else []


def _condition(part: Expr) -> Expr:
    """Without its `for`."""
    return part.condition if isinstance(part, Held) else part


def _seconds(ts: int) -> str:
    return f"{ts / _SECOND:g} s"
