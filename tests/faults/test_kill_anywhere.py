"""kill -9 at planted points of every worker while a fleet publishes: nothing lost, nothing doubled, no other rows."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest

from ingest.device.campaign import Numbered, numbered_envelopes
from ingest.device.publisher import HubPublisher
from ingest.envelope import CanFrames
from tests.faults.workers import POINTS, Campaign
from tests.pipeline.catalogue import EEC1, GEAR, STATUS
from tests.pipeline.deployments import Deployment

pytestmark = [
    pytest.mark.faults,
    pytest.mark.kafka,
    pytest.mark.clickhouse,
    pytest.mark.redis,
    pytest.mark.timeout(900),
]

DEVICES = [f"machine-{number}" for number in range(1, 8)]
SEED = 20_26
BATCH = 20
EXTENDED = 1 << 31
T0 = 1_700_000_000_000_000


def frames_of(device: str, number: int) -> CanFrames:
    """Twelve frames that move with the number: J1939, pages (an unknown one too), an unknown id, equal times."""
    ids = [EEC1 | EXTENDED, STATUS | EXTENDED, GEAR, 0x555] * 3
    rng = np.random.default_rng([number, DEVICES.index(device)])
    data = rng.integers(0, 255, (len(ids), 8), np.uint8)
    data[1::4, 0] = rng.integers(0, 5, 3)
    ts = T0 + number * 100_000 + np.repeat(np.arange(3), 4) * 20_000
    return CanFrames(
        bus=np.zeros(len(ids), np.uint8),
        can_id=np.array(ids, np.uint32),
        ts=ts.astype(np.int64),
        length=np.full(len(ids), 8, np.uint8),
        data=data,
    )


def envelopes(numbers: range) -> Iterator[Numbered]:
    """Every eleventh cannot be read, and is as much part of the ledger as the others."""
    for each in numbered_envelopes(SEED, DEVICES, numbers, frames_of):
        if each.number % 11 == 10:
            yield replace(each, envelope=replace(each.envelope, body=each.envelope.body[:-7]))
        else:
            yield each


@dataclass
class Published:
    message_ids: list[str]

    def publish(self, deployment: Deployment, numbers: range) -> None:
        with HubPublisher(deployment.stores.servers, deployment.hub) as hub:
            for each in envelopes(numbers):
                hub.publish(each.device, each.envelope)
                self.message_ids.append(each.envelope.message_id)


def disturbed_run(deployment: Deployment) -> Published:
    published = Published([])
    campaigns = [Campaign(deployment.site, command) for command in POINTS]
    for campaign in campaigns:
        campaign.start()
    number = 0
    while any(campaign.is_alive() for campaign in campaigns):
        published.publish(deployment, range(number, number + BATCH))
        number += BATCH
        time.sleep(0.25)  # the fleet's own pace
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
    published = Published([])
    published.publish(deployment, range(envelopes_published))
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
    # Counts replace each other, so merges decide which of them are still there; FINAL shows the last ones.
    columns, table = "machine, bus, can_id, page, count", "unmodelled FINAL"
    last_counts = peaceful.stores.select(columns, "ce_technology", table, columns)
    assert killed.stores.select(columns, "ce_technology", table, columns) == last_counts
