"""A backtest of a machine: two contents over the same envelopes, and what differs."""

import zlib
from typing import Any, Final

import msgpack

from distribution.backtest.comparing import Comparison
from distribution.backtest.points import Points
from distribution.backtest.report import changed_most_first, rule_name, signal_name
from distribution.backtest.run import Run
from distribution.jobs.client import Job, Outcome, PartOfMachine
from ingest.decoding.records import RawRecord
from ingest.meta.catalogue import Catalogue

SIGNALS_TOLD: Final = 2_000
"""Of a span, those that differ most."""
SIGNALS_DRAWN: Final = 20
POINTS_OF_ALL_SPANS: Final = 2_880
POINTS_LEAST, POINTS_MOST = 4, 200


class BacktestWork:
    """`before` is what the job's content is held against. The more spans a machine has, the fewer points each keeps."""

    def __init__(self, before: Catalogue, after: Catalogue, job: Job) -> None:
        self._catalogues = before, after
        self._begin = job.begin

    def begin(self, machine: PartOfMachine, spans: int) -> None:
        self._points = min(max(POINTS_LEAST, POINTS_OF_ALL_SPANS // spans), POINTS_MOST)
        memories = unpacked(machine.memory, len(self._catalogues))
        pairs = zip(self._catalogues, memories, strict=True)
        self._before, self._after = [Run(catalogue, machine.machine, memory) for catalogue, memory in pairs]
        self._comparison = self._next()

    def warm(self, page: list[RawRecord]) -> None:
        before = self._before.take(page)
        self._after.take(page, before.envelopes)

    def end_warm_up(self) -> None:
        self._before.forget_given()
        self._after.forget_given()

    def take(self, page: list[RawRecord]) -> None:
        before = self._before.take(page)
        self._comparison.add(before, self._after.take(page, before.envelopes), self._begin)

    def end_span(self, *, last: bool) -> Outcome:
        comparison, self._comparison = self._comparison, self._next()
        memory = b"" if last else packed([self._before.memory(), self._after.memory()])
        return Outcome(comparison.envelopes, comparison.values, self._found(comparison), _points(comparison), memory)

    def _next(self) -> Comparison:
        return Comparison(points=Points(self._points))

    def _found(self, comparison: Comparison) -> dict[str, Any]:
        releases = [catalogue.release for catalogue in self._catalogues]
        return {
            "signals": [
                {
                    "group": group, "slot": slot, "name": signal_name((group, slot), *releases), "both": each.both,
                    "values": each.values, "qualities": each.qualities, "only_before": each.only_before,
                    "only_after": each.only_after, "greatest": each.greatest,
                }
                for (group, slot), each in changed_most_first(comparison)[:SIGNALS_TOLD]
            ],
            "rules": [
                {
                    "rule": rule, "name": rule_name(rule, *releases),
                    "only_before": comparison.findings_before[rule], "only_after": comparison.findings_after[rule],
                }
                for rule in sorted({*comparison.findings_before, *comparison.findings_after})
            ],
            "rejected": dict(comparison.rejected),
        }  # fmt: skip


def packed(memories: list[bytes]) -> bytes:
    """What runs remember, as it is handed in."""
    return zlib.compress(msgpack.packb(memories))


def unpacked(memory: bytes | None, count: int) -> list[bytes]:
    """Nothing where nothing was handed in."""
    if not memory:
        return [b""] * count
    memories: list[bytes] = msgpack.unpackb(zlib.decompress(memory))
    return memories


def _points(comparison: Comparison) -> list[dict[str, Any]]:
    drawn = changed_most_first(comparison)[:SIGNALS_DRAWN]
    return [series for place, _ in drawn for series in comparison.points.of(place)]
