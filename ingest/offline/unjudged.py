"""Checks and events that a log cannot have come to a judgement of, and what they lacked for it; and what others lacked
that were judged all the same, as a part of their condition was enough.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from parsing.quality import Quality
from parsing.rules.compiled import CompiledRule, RuleSource, SignalSource, Source
from parsing.rules.possible import Known, verdict

Best = Callable[[SignalSource], Quality | None]
"""The best quality that a signal had, None where its group never came."""

Name = Callable[[SignalSource], str]

_MOST_READERS = 5


class Lacking(NamedTuple):
    """Lines for a person: `unjudged` one for each check and event, `never_came` one for each signal and attribute."""

    unjudged: list[str]
    never_came: list[str]


def lacking_inputs(
    rules: Sequence[CompiledRule], linked: Collection[int], best: Best, name: Name, attributes: Mapping[str, float]
) -> Lacking:
    """In the order of the rules; `linked` are those that ran."""
    signals = _Signals(best, name)
    results: dict[int, Known] = {}
    reasons: dict[int, list[str]] = {}
    missing: dict[int, list[str]] = {}
    unjudged: list[str] = []
    readers: dict[str, list[str]] = {}
    for rule in rules:  # each behind those that it reads
        known = [results[each.rule] if isinstance(each, RuleSource) else signals.known(each) for each in rule.inputs]
        evaluated, possible, lacking = verdict(rule, known, attributes)
        ran = rule.id in linked and evaluated
        # Whether a check is failed, or an event active, is always known.
        results[rule.id] = Known(ran, rule.output is None or (ran and possible))
        sources: list[Source | str] = [*rule.inputs, *rule.attributes]
        lacked = [sources[number] for number in lacking]
        reasons[rule.id] = _of_each(lacked, reasons, signals.why)
        missing[rule.id] = _of_each(lacked, missing, signals.missing)
        if rule.output is not None:
            continue
        if not (ran and possible):
            why = ", ".join(reasons[rule.id]) or "a log has nothing that it reads"
            unjudged.append(f"{rule.kind} {rule.name}: {why}")
        else:
            for each in missing[rule.id]:
                readers.setdefault(each, []).append(f"{rule.kind} {rule.name}")
    return Lacking(unjudged, [f"{each} (read by {_first(by)})" for each, by in readers.items()])


def _of_each(
    sources: Sequence[Source | str], of_rules: Mapping[int, list[str]], of_signals: Callable[[SignalSource | str], str]
) -> list[str]:
    """Without repeats, and without what is empty."""
    texts: list[str] = []
    for each in sources:
        texts += of_rules[each.rule] if isinstance(each, RuleSource) else [of_signals(each)]
    return list(dict.fromkeys(filter(None, texts)))


def _first(readers: Sequence[str]) -> str:
    more = f" and {len(readers) - _MOST_READERS:,} more" if len(readers) > _MOST_READERS else ""
    return ", ".join(readers[:_MOST_READERS]) + more


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

    def missing(self, source: SignalSource | str) -> str:
        """Its name, where nothing ever came of it; empty otherwise."""
        if isinstance(source, str):
            return f"machine.{source}"
        return self._name(source) if self._best(source) in (None, Quality.ABSENT) else ""
