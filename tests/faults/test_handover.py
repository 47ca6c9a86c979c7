"""Workers come, go, and freeze while a fleet publishes: partitions change hands, the ledger stays whole."""

import signal
import time
from collections import Counter
from collections.abc import Callable

import pytest

from ingest.streaming.config import SESSION_TIMEOUT_MS
from tests.faults.fleet import DEVICES, Published, pace
from tests.pipeline.deployments import WORKERS, Deployment

pytestmark = [
    pytest.mark.faults,
    pytest.mark.kafka,
    pytest.mark.clickhouse,
    pytest.mark.redis,
    pytest.mark.timeout(600),
]

EVICTED_SECONDS = SESSION_TIMEOUT_MS / 1000 + 8


def publish_for(seconds: float, published: Published, deployment: Deployment) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        published.publish(deployment)
        pace()


def test_partitions_change_hands_under_load(new_deployment: Callable[[list[str]], Deployment]) -> None:
    deployment, published = new_deployment(DEVICES), Published()
    first = {command: deployment.site.start(command, worker="first") for command in WORKERS}
    publish_for(8, published, deployment)
    second = {command: deployment.site.start(command, worker="second") for command in WORKERS}
    publish_for(15, published, deployment)

    # The first ones freeze for longer than their sessions last, and wake up as zombies.
    for worker in first.values():
        worker.send_signal(signal.SIGSTOP)
    publish_for(EVICTED_SECONDS, published, deployment)
    for worker in first.values():
        worker.send_signal(signal.SIGCONT)
    publish_for(10, published, deployment)

    # The second ones leave in good order.
    for worker in second.values():
        worker.terminate()
    publish_for(5, published, deployment)
    third = {command: deployment.site.start(command, worker="third") for command in WORKERS}
    try:
        deployment.settle(len(published.message_ids))
    finally:
        for worker in (*first.values(), *third.values()):
            worker.terminate()
        for worker in (*first.values(), *second.values(), *third.values()):
            worker.wait(60)

    once = Counter(published.message_ids)
    assert Counter(deployment.stores.raw_message_ids()) == once
    stored = deployment.stores.select("message_id", "raw_data_cache_store", "envelope", "1")
    assert Counter(row[0] for row in stored) == once
    assert deployment.stores.outcomes() == once
    states = deployment.stores.states()
    assert sum(state.envelopes for state in states.values()) == len(once)
    values = deployment.stores.values()
    assert len({row[:5] for row in values}) == len(values)
