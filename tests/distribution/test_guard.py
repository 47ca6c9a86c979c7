"""A release that makes its canaries' values bad is paused, with nobody watching; what was bad before is not held
against it.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from django.contrib.auth import get_user_model
from django.test import override_settings
from django.utils import timezone

from distribution.guard import Verdict, watch
from duco_cms.definitions.models import Release
from duco_cms.fleet.models import Machine, MachineModel, Organisation
from duco_cms.publication.models import Rollout
from parsing.quality import Quality
from tests.cms.callers import make_release
from tests.distribution.conftest import Store

pytestmark = [pytest.mark.clickhouse, pytest.mark.redis, pytest.mark.django_db(transaction=True)]

MINUTE = 60_000_000
GOOD, BAD, STALE, ABSENT = Quality.OK, Quality.OUT_OF_RANGE, Quality.STALE, Quality.ABSENT


@pytest.fixture
def rollout(live_server: Any, database: Any) -> Iterator[Rollout]:
    make_release(1, {"enums": [], "sets": [], "models": [{"id": 1, "name": "M", "sets": []}]})
    starter = get_user_model().objects.create_user("starter")
    with override_settings(META_API_URL=live_server.url):
        yield Rollout.objects.create(release=make_release(2), fewest_values=100, started_by=starter)


@pytest.fixture
def canary(store: Store, rollout: Rollout) -> Store:
    """The rows of the one machine on trial."""
    model, owner = MachineModel.objects.create(name="EX-1"), Organisation.objects.create(name="Owner")
    Machine.objects.create(number=store.machine, device="ex-1", name="ex-1", model=model, organisation=owner)
    Rollout.objects.filter(pk=rollout.pk).update(machines=[store.machine])
    return store


def give(store: Store, rollout: Rollout, release: int, counts: dict[Quality, int], minutes: int = 0) -> None:
    """So many values of each quality of group 7, slot 1, received so long after the trial began. The events are old."""
    received = round(rollout.since.timestamp() * 1_000_000) + minutes * MINUTE
    qualities = [quality for quality, count in counts.items() for _ in range(count)]
    start = 1_000_000_000 + release * 60 * MINUTE + (minutes + 2000) * 10_000
    rows = [(7, 0, start + number, (0.0, 1.0), (ABSENT, quality)) for number, quality in enumerate(qualities)]
    store.frames(*rows, release=release, received=received)


def began(rollout: Rollout, hours: int) -> None:
    """As if it ran for so long."""
    Rollout.objects.filter(pk=rollout.pk).update(since=timezone.now() - timedelta(hours=hours))
    rollout.refresh_from_db()


def test_a_release_that_makes_a_twentieth_bad_is_paused(canary: Store, rollout: Rollout) -> None:
    give(canary, rollout, 1, {GOOD: 200}, minutes=-30)
    give(canary, rollout, 2, {GOOD: 190, BAD: 10})

    verdict = watch()

    assert verdict == Verdict(200, 0.05, 0.0, 0.05, verdict.signals if verdict else [])
    rollout.refresh_from_db()
    assert (rollout.state, rollout.ended_by) == ("paused", "guard")
    assert "5.0% of 200 values are bad" in rollout.reason
    assert rollout.evidence["signals"] == [
        {"group": 7, "slot": 1, "values": 200, "bad": 10, "share": 0.05, "share_before": 0.0}
    ]
    live = Release.objects.first()
    assert (live.number, live.content_hash) == (3, Release.objects.get(number=1).content_hash)
    assert watch() is None, "there is no trial any more"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({GOOD: 200}, {GOOD: 191, BAD: 9}),
        ({GOOD: 180, BAD: 20}, {GOOD: 172, BAD: 28}),
        ({GOOD: 200}, {GOOD: 190, STALE: 10}),
    ],
    ids=["too few", "a sensor that was broken", "silence"],
)
def test_others_go_on(
    canary: Store, rollout: Rollout, before: dict[Quality, int], after: dict[Quality, int]
) -> None:  # fmt: skip
    give(canary, rollout, 1, before, minutes=-30)
    give(canary, rollout, 2, after)

    verdict = watch()

    assert verdict is not None
    assert 0 <= verdict.worse < rollout.most_bad_share
    rollout.refresh_from_db()
    assert rollout.state == "running"


def test_a_few_values_before_excuse_nothing(canary: Store, rollout: Rollout) -> None:
    give(canary, rollout, 1, {BAD: 99}, minutes=-30)
    give(canary, rollout, 2, {GOOD: 100, BAD: 100})
    verdict = watch()
    assert verdict is not None
    assert (verdict.share_before, verdict.worse) == (0.0, 0.5)


def test_a_page_that_is_not_there_is_no_end_of_the_trial(canary: Store, rollout: Rollout, live_server: Any) -> None:
    with override_settings(META_API_URL=f"{live_server.url}/elsewhere"), pytest.raises(httpx.HTTPStatusError):
        watch()


def test_a_few_values_say_nothing(canary: Store, rollout: Rollout) -> None:
    give(canary, rollout, 2, {BAD: 99, ABSENT: 10})
    assert watch() is None


def test_what_came_long_before_or_of_others_is_not_counted(canary: Store, rollout: Rollout) -> None:
    give(canary, rollout, 1, {BAD: 200}, minutes=-24 * 60 - 1)
    give(canary, rollout, 2, {GOOD: 100, BAD: 5})
    other = Store(canary.client)
    give(other, rollout, 2, {GOOD: 1000})

    assert watch() is not None
    rollout.refresh_from_db()
    assert rollout.state == "running"
    give(canary, rollout, 2, {GOOD: 100, BAD: 6})
    watch()
    rollout.refresh_from_db()
    assert rollout.state == "paused"


@pytest.mark.parametrize(
    ("given", "values"),
    [
        ({10: {GOOD: 60}, 250: {BAD: 60}}, 120),
        ({10: {GOOD: 500}, 200: {BAD: 60}, 250: {GOOD: 60}}, 120),
        ({10: {GOOD: 30}, 250: {BAD: 69}}, None),
    ],
    ids=["all of it", "no more hours than it takes", "too few in all"],
)
def test_where_an_hour_has_too_few_values_more_hours_count(
    canary: Store, rollout: Rollout, given: dict[int, dict[Quality, int]], values: int | None
) -> None:
    began(rollout, hours=5)
    for minutes, counts in given.items():
        give(canary, rollout, 2, counts, minutes)
    verdict = watch()
    assert (verdict and (verdict.values, verdict.share)) == (values and (values, 0.5))


def test_a_machine_that_stood_in_the_hour_before_is_held_against_the_hours_before_that(
    canary: Store, rollout: Rollout
) -> None:  # fmt: skip
    give(canary, rollout, 1, {BAD: 60, GOOD: 540}, minutes=-23 * 60)
    give(canary, rollout, 1, {GOOD: 60}, minutes=-30)
    give(canary, rollout, 2, {BAD: 26, GOOD: 174})
    verdict = watch()
    assert verdict is not None
    assert (verdict.share, verdict.share_before) == (0.13, 60 / 660)


def test_a_second_trial_is_not_held_against_a_bad_first_one(canary: Store, rollout: Rollout) -> None:
    give(canary, rollout, 1, {GOOD: 200}, minutes=-50)
    give(canary, rollout, 2, {BAD: 200}, minutes=-20)
    Rollout.objects.filter(pk=rollout.pk).update(state="paused", ended=timezone.now())
    make_release(3)
    second = Rollout.objects.create(
        release=make_release(4), machines=[canary.machine], fewest_values=100, started_by=rollout.started_by
    )
    give(canary, second, 4, {GOOD: 180, BAD: 20})
    verdict = watch()
    assert verdict is not None
    assert (verdict.share, verdict.share_before) == (0.1, 0.0)
    second.refresh_from_db()
    assert second.state == "paused"


def test_what_was_decoded_again_since_is_what_was_before(canary: Store, rollout: Rollout) -> None:
    give(canary, rollout, 3, {GOOD: 180, BAD: 20}, minutes=-30)
    give(canary, rollout, 2, {GOOD: 172, BAD: 28})
    verdict = watch()
    assert verdict is not None
    assert (verdict.share, verdict.share_before) == (0.14, 0.1)
