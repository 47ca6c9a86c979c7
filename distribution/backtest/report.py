"""A comparison in words and as JSON."""

from collections.abc import Iterator
from typing import Any

from distribution.backtest.comparing import Comparison, SignalCounts, SignalPlace
from ingest.meta.catalogue import Catalogue
from parsing.release import Release

MOST_LINES = 50


def as_json(comparison: Comparison, before: Catalogue, after: Catalogue) -> dict[str, Any]:
    """Signals and rules that differ, those that differ most first."""
    return {
        "envelopes": comparison.envelopes,
        "values": sum(each.both for each in comparison.signals.values()),
        "signals": [
            {
                "signal": signal_name(place, before.release, after.release), "both": each.both, "values": each.values,
                "qualities": each.qualities, "greatest_difference": each.greatest, "only_before": each.only_before,
                "only_after": each.only_after,
            }
            for place, each in changed_most_first(comparison)
        ],
        "findings": [
            {
                "rule": rule_name(rule, before.release, after.release),
                "only_before": comparison.findings_before[rule], "only_after": comparison.findings_after[rule],
            }
            for rule in sorted({*comparison.findings_before, *comparison.findings_after})
        ],
    }  # fmt: skip


def as_text(comparison: Comparison, before: Catalogue, after: Catalogue) -> Iterator[str]:
    told = as_json(comparison, before, after)
    yield f"{told['envelopes']:,} envelopes, {told['values']:,} values of both"
    if not told["signals"] and not told["findings"]:
        yield "nothing changes"
    for each in told["signals"][:MOST_LINES]:
        yield f"  {each['signal']}: {', '.join(_signal_words(each))}"
    if len(told["signals"]) > MOST_LINES:
        yield f"  and {len(told['signals']) - MOST_LINES:,} more signals (--format json has all)"
    for each in told["findings"]:
        yield f"  {each['rule']}: {each['only_before']:,} findings go, {each['only_after']:,} come"


def _signal_words(each: dict[str, Any]) -> Iterator[str]:
    if each["values"]:
        share = each["values"] / each["both"]
        yield f"{each['values']:,} values change ({share:.1%}), by {each['greatest_difference']:.6g} at most"
    if each["qualities"]:
        yield f"{each['qualities']:,} qualities change"
    if each["only_before"]:
        yield f"{each['only_before']:,} values go"
    if each["only_after"]:
        yield f"{each['only_after']:,} values come"


def changed_most_first(comparison: Comparison) -> list[tuple[SignalPlace, SignalCounts]]:
    changed = [(place, each) for place, each in comparison.signals.items() if each.is_changed]
    return sorted(changed, key=lambda pair: (-_weight(pair[1]), pair[0]))


def _weight(each: SignalCounts) -> int:
    return max(each.values, each.qualities, each.only_before, each.only_after)


def signal_name(place: SignalPlace, *releases: Release) -> str:
    group, slot = place
    for release in reversed(releases):
        found = release.groups.get(group)
        names = {signal.slot: signal.name for signal in found.group.signals} if found else {}
        if found and slot in names:
            return names[slot] if found.kind == "derived" else f"{found.message.name}.{names[slot]}"
    return f"group {group}, slot {slot}"


def rule_name(rule: int, *releases: Release) -> str:
    for release in reversed(releases):
        for each in release.content.rules:
            if each.id == rule:
                return f"{each.kind} {each.name}"
    return f"rule {rule}"
