"""What a job has found so far, of all its spans together."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import DurationField, ExpressionWrapper, F, FloatField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Extract, Greatest, Least

from duco_cms.jobs.models import Job, JobChunk, JobMachine

COUNTS = ("both", "values", "qualities", "only_before", "only_after")


@dataclass(slots=True)
class SignalFound:
    """Of a signal: values that both contents gave, of these how many differ in value and in quality, what only one
    gave, and the greatest difference; `machines` are those on which it differs.
    """

    group: int
    slot: int
    name: str
    both: int = 0
    values: int = 0
    qualities: int = 0
    only_before: int = 0
    only_after: int = 0
    greatest: float = 0.0
    machines: set[int] = field(default_factory=set)

    @property
    def weight(self) -> int:
        return max(self.values, self.qualities, self.only_before, self.only_after)


@dataclass(slots=True)
class RuleFound:
    """Of a rule: the findings that only one of the contents gave."""

    rule: int
    name: str
    only_before: int = 0
    only_after: int = 0
    machines: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Found:
    """`signals` and `rules` that differ, most first. `rows` counts by table what a re-decode stored, `rejected` by code
    the envelopes that were refused.
    """

    signals: list[SignalFound]
    rules: list[RuleFound]
    rows: dict[str, int]
    rejected: dict[str, int]


@dataclass(frozen=True, slots=True)
class Progress:
    """`share` is 0 to 1."""

    share: float
    envelopes: int
    values: int


def with_progress(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """The same jobs, of which `progress_of` knows without asking again: a list of them is one query."""
    parts = JobMachine.objects.filter(job=OuterRef("pk")).values("job")
    # What nothing is reached of has no share; PostgreSQL's GREATEST passes over NULL.
    share = Least(Greatest(_seconds("reached", "job__begin") / _seconds("job__end", "job__begin"), 0.0), 1.0)
    sums = {"progress_machines": share, "progress_envelopes": F("envelopes"), "progress_values": F("values")}
    return jobs.annotate(
        **{name: Subquery(parts.annotate(sum=Sum(each)).values("sum")) for name, each in sums.items()}
    )  # fmt: skip


def progress_of(job: Job) -> Progress:
    """How far it is; machines count alike."""
    known = vars(job)
    if "progress_machines" not in known:
        known = vars(with_progress(Job.objects.filter(pk=job.pk)).get())
    share = (known["progress_machines"] or 0.0) / max(1, len(job.machines))
    return Progress(share, known["progress_envelopes"] or 0, known["progress_values"] or 0)


def added(total: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    """What a machine's spans gave so far, and one more: signals by `group/slot`, rules by number, rows and rejected
    envelopes as counts.
    """
    signals = {name: dict(each) for name, each in total.get("signals", {}).items()}
    for each in found.get("signals", ()):
        place = f"{each['group']}/{each['slot']}"
        before = signals.get(place)
        signals[place] = _sum(before, each, COUNTS) | {"greatest": max((before or each)["greatest"], each["greatest"])}
    rules = dict(total.get("rules", {}))
    for each in found.get("rules", ()):
        rules[str(each["rule"])] = _sum(rules.get(str(each["rule"])), each, ("only_before", "only_after"))
    return {
        "signals": signals,
        "rules": rules,
        "rows": dict(Counter(total.get("rows", {})) + Counter(found.get("rows", {}))),
        "rejected": dict(Counter(total.get("rejected", {})) + Counter(found.get("rejected", {}))),
    }


def found_by(job: Job, machine: int | None = None) -> Found:
    """Of all its machines, or of one."""
    parts = JobMachine.objects.filter(job=job)
    if machine is not None:
        parts = parts.filter(machine=machine)
    signals: dict[str, SignalFound] = {}
    rules: dict[str, RuleFound] = {}
    rows: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    for number, found in parts.values_list("machine", "found").iterator():
        _add_signals(signals, number, found.get("signals", {}))
        _add_rules(rules, number, found.get("rules", {}))
        rows.update(found.get("rows", {}))
        rejected.update(found.get("rejected", {}))
    return Found(
        sorted(signals.values(), key=lambda each: (-each.weight, each.name)),
        sorted(rules.values(), key=lambda each: (-each.only_before - each.only_after, each.name)),
        dict(sorted(rows.items())),
        dict(sorted(rejected.items())),
    )


def points_of(job: Job, machine: int, group: int, slot: int) -> list[dict[str, Any]]:
    """By source, values of both contents where the signal differs, in the order of time:
    `{"source", "points": [[ts µs, ordinal, before, its quality, after, its quality], …]}`, null where there is none.
    """
    series: dict[int, list[Any]] = defaultdict(list)
    for points in JobChunk.objects.filter(job=job, machine=machine).values_list("points", flat=True).iterator():
        for each in points:
            if (each["group"], each["slot"]) == (group, slot):
                series[each["source"]] += each["points"]
    return [{"source": source, "points": sorted(points)} for source, points in sorted(series.items())]


def _seconds(until: str, since: str) -> Extract:
    return Extract(ExpressionWrapper(F(until) - F(since), DurationField()), "epoch", output_field=FloatField())


def _sum(before: Mapping[str, Any] | None, found: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {**found, **{name: (before[name] if before else 0) + found[name] for name in names}}


def _add_signals(signals: dict[str, SignalFound], machine: int, found: Mapping[str, Mapping[str, Any]]) -> None:
    for place, each in found.items():
        total = signals.setdefault(place, SignalFound(each["group"], each["slot"], each["name"]))
        for name in COUNTS:
            setattr(total, name, getattr(total, name) + each[name])
        total.greatest = max(total.greatest, each["greatest"])
        if total.weight:
            total.machines.add(machine)


def _add_rules(rules: dict[str, RuleFound], machine: int, found: Mapping[str, Mapping[str, Any]]) -> None:
    for number, each in found.items():
        total = rules.setdefault(number, RuleFound(each["rule"], each["name"]))
        total.only_before += each["only_before"]
        total.only_after += each["only_after"]
        total.machines.add(machine)
