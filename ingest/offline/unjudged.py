"""Checks and events that a log cannot have come to a judgement of, and what they lacked for it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from parsing.quality import Quality
from parsing.rules.compiled import CompiledRule, RuleSource, SignalSource, Source
from parsing.rules.possible import Known, verdict

Best = Callable[[SignalSource], Quality | None]
"""The best quality that a signal had, None where its group never came."""

Name = Callable[[SignalSource], str]


def unjudged(
    rules: Sequence[CompiledRule], linked: Collection[int], best: Best, name: Name, attributes: Mapping[str, float]
) -> Iterator[str]:
    """A line for each, in the order of the rules; `linked` are those that ran."""
    signals = _Signals(best, name)
    results: dict[int, Known] = {}
    reasons: dict[int, list[str]] = {}
    for rule in rules:  # each behind those that it reads
        known = [results[each.rule] if isinstance(each, RuleSource) else signals.known(each) for each in rule.inputs]
        evaluated, possible, lacking = verdict(rule, known, attributes)
        ran = rule.id in linked and evaluated
        # Whether a check is failed, or an event active, is always known.
        results[rule.id] = Known(ran, rule.output is None or (ran and possible))
        sources: list[Source | str] = [*rule.inputs, *rule.attributes]
        why: list[str] = []
        for each in (sources[number] for number in lacking):
            why += reasons[each.rule] if isinstance(each, RuleSource) else [signals.why(each)]
        reasons[rule.id] = list(dict.fromkeys(why))
        if rule.output is None and not (ran and possible):
            yield f"{rule.kind} {rule.name}: {', '.join(reasons[rule.id]) or 'a log has nothing that it reads'}"


class _Signals:
    def __init__(self, best: Best, name: Name) -> None:
        self._best, self._name = best, name

    def known(self, source: SignalSource) -> Known:
        best = self._best(source)
        return Known(best is not None, best is not None and best <= Quality.SUSPECT)

    def why(self, source: SignalSource | str) -> str:
        if isinstance(source, str):
            return f"machine.{source} is not given (--machine {source}=NUMBER)"
        best = self._best(source)
        if best is None or best == Quality.ABSENT:
            return f"{self._name(source)} never came"
        return f"{self._name(source)} was {best.name.lower()} at best"
