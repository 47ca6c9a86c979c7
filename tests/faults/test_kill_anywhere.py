"""kill -9 at planted points of every worker while a fleet publishes: nothing lost, nothing doubled, no other rows."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.faults.fleet import DEVICES, Published, pace
from tests.faults.workers import POINTS, Campaign
from tests.pipeline.deployments import Deployment
from tests.pipeline.ledger import Stores

pytestmark = [
    pytest.mark.faults,
    pytest.mark.kafka,
    pytest.mark.clickhouse,
    pytest.mark.redis,
    pytest.mark.timeout(900),
]


def disturbed_run(deployment: Deployment) -> Published:
    published = Published()
    campaigns = [Campaign(deployment.site, command) for command in POINTS]
    for campaign in campaigns:
        campaign.start()
    while any(campaign.is_alive() for campaign in campaigns):
        published.publish(deployment)
        pace()
    try:
        assert [campaign.missed for campaign in campaigns] == [[], [], []], deployment.site.tail("process")
        deployment.settle(len(published.message_ids))
    finally:
        for campaign in campaigns:
            if campaign.survivor is not None:
                campaign.survivor.terminate()
                assert campaign.survivor.wait(30) == 0, deployment.site.tail(campaign.command)
    assert [campaign.deaths for campaign in campaigns] == list(POINTS.values())
    return published


def undisturbed_run(deployment: Deployment, envelopes_published: int) -> None:
    Published().publish(deployment, envelopes_published)
    deployment.run_workers(envelopes_published)


def test_workers_killed_anywhere_lose_and_double_nothing(new_deployment: Callable[[list[str]], Deployment]) -> None:
    killed, peaceful = new_deployment(DEVICES), new_deployment(DEVICES)
    published = disturbed_run(killed)
    once = Counter(published.message_ids)
    assert set(once.values()) == {1}

    # published = raw = raw store = parsed and dead letters together, each once
    assert Counter(killed.stores.raw_message_ids()) == once
    stored = killed.stores.select("message_id", "raw_data_cache_store", "envelope", "1")
    assert Counter(row[0] for row in stored) == once
    assert killed.stores.outcomes() == once

    # rows, state and snapshot are those of a run that nobody disturbed
    undisturbed_run(peaceful, len(published.message_ids))
    values = killed.stores.values()
    assert values == peaceful.stores.values()
    assert len({row[:5] for row in values}) == len(values)
    assert killed.stores.states() == peaceful.stores.states()
    assert killed.stores.snapshot() == peaceful.stores.snapshot()
    assert everything_else(killed.stores) == everything_else(peaceful.stores)
    # Messages were taken up again behind a death, and whole ones came of it.
    assert killed.stores.count("ce_technology", "transport_message") > len(once) // 2


def everything_else(stores: Stores) -> dict[str, list[tuple[Any, ...]]]:
    """Without release and received. What replaces each other is merged at any time; FINAL shows what stands."""
    columns = {
        "unmodelled FINAL": "machine, bus, can_id, page, count",
        "bus_fault FINAL": "machine, bus, source_address, destination_address, pgn, reason, count, first_ts, last_ts",
        "dtc FINAL": "machine, source, spn, fmi, ts, occurrence, active, ended, count, first_seen, last_seen, version",
        "dtc_list": "machine, source, ts, dm, ordinal, transport, lamps, spn, fmi, oc, cm, hex(data)",
        "transport_message": "machine, source, pgn, ts, ordinal, length, hex(data)",
    }
    return {table: stores.select(names, "ce_technology", table, names) for table, names in columns.items()}
