"""The guard of a trial: where a release makes too many values of its machines bad, it ends, with nobody watching.

What they gave in the last hour is held against the hour before the trial: a sensor that was broken before speaks
against no release. Where an hour has too few values, it takes more of them.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any

import httpx
import structlog

from distribution.meta import meta
from distribution.queries.shares import Share, shares
from ingest.meta.client import says_none

log = structlog.get_logger(__name__)

HOUR = 3_600_000_000
"""µs."""
LONGEST_BEFORE = 24 * HOUR
"""So far back it looks for what to hold a trial against."""
MOST_SIGNALS = 20
"""In the evidence, the worst first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`worse`: by how much the share of bad values has grown, from 0 to 1."""

    values: int
    share: float
    share_before: float
    worse: float
    signals: list[dict[str, Any]]

    @property
    def reason(self) -> str:
        before = f"of those before the trial {self.share_before:.1%} were"
        return f"{self.share:.1%} of {self.values:,} values are bad; {before}"


def watch() -> Verdict | None:
    """Looks at the trial that runs, and pauses it where it has to; None where none runs, or there is too little to say.

    Raises httpx.HTTPError, TooMuchError, StoreUnavailableError.
    """
    with meta() as api:
        answer = api.get("/meta/v1/rollouts/current")
        if says_none(answer, "no_rollout"):
            return None
        rollout = _document(answer)
        verdict = _judge(rollout, _machines(_document(api.get("/meta/v1/fleet/directory"))))
        if verdict is None or verdict.worse <= 0 or verdict.worse < rollout["most_bad_share"]:
            return verdict
        log.warning("the guard pauses a trial", release=rollout["release"], reason=verdict.reason)
        said = {"reason": verdict.reason, "evidence": asdict(verdict)}
        api.post(f"/meta/v1/rollouts/{rollout['id']}/pause", json=said).raise_for_status()
        return verdict


def _document(response: httpx.Response) -> dict[str, Any]:
    response.raise_for_status()
    document: dict[str, Any] = response.json()
    return document


def _machines(directory: Mapping[str, Any]) -> list[int]:
    return [int(each["machine"]) for each in directory["machines"] if each["channel"] == "canary"]


def _judge(rollout: Mapping[str, Any], machines: Sequence[int]) -> Verdict | None:
    since, fewest = _micros(rollout["since"]), int(rollout["fewest_values"])
    tried = partial(shares, machines, releases=[rollout["release"]])
    trial = _last(tried, since, time.time_ns() // 1000, fewest)
    if not trial:
        return None
    # Not an earlier trial's, which may have been as bad. Of a re-decode they are what is known of that time by now.
    live = partial(shares, machines, releases=rollout["only_tried"], others=True)
    before = _last(live, since - LONGEST_BEFORE, since, fewest)
    share, share_before = _share(trial), _share(before)
    values = sum(each.values for each in trial)
    return Verdict(values, share, share_before, share - share_before, _worst(trial, before))


def _last(read: Callable[[int, int], list[Share]], begin: int, end: int, fewest: int) -> list[Share]:
    """What was received in the hour before `end`, or in the 2, 4, 8 … hours, from `begin` on: the fewest hours that
    have so many values. Empty where none have.
    """
    length = HOUR
    while True:
        first = max(begin, end - length)
        found = read(first, end)
        if sum(each.values for each in found) >= fewest:
            return found
        if first == begin:
            return []
        length *= 2


def _micros(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1_000_000)


def _share(those: Sequence[Share]) -> float:
    values = sum(each.values for each in those)
    return sum(each.bad for each in those) / values if values else 0.0


def _worst(trial: Sequence[Share], before: Sequence[Share]) -> list[dict[str, Any]]:
    """The signals that make the difference."""
    was = {(each.group, each.slot): each for each in before}
    found = []
    for each in trial:
        earlier = was.get((each.group, each.slot))
        shown = {"share": _share([each]), "share_before": _share([earlier]) if earlier else 0.0}
        more = each.values * (shown["share"] - shown["share_before"])
        found.append((more, asdict(each) | shown))
    found.sort(key=lambda pair: -pair[0])
    return [shown for more, shown in found[:MOST_SIGNALS] if more > 0]
