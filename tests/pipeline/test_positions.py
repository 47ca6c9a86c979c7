"""Positions and the values of their definition through the whole pipeline, past killed workers: outliers are marked."""

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from ingest.device.envelopes import numbered_message_id, object_envelope
from ingest.device.publisher import HubPublisher
from parsing.assemble import document_of
from parsing.definitions import Model
from parsing.quality import Quality
from tests.objects.definitions import SECOND, content_of
from tests.pipeline.catalogue import MODEL, give_copies
from tests.pipeline.deployments import Deployment

pytestmark = [pytest.mark.kafka, pytest.mark.clickhouse, pytest.mark.redis, pytest.mark.timeout(600)]

DEVICE = "ex-1"
TEXT = """
position Gnss on vehicle_position {
    signal lat   : f64 at $.place.lat [deg]
    signal lon   : f64 at $.place.lon [deg]
    signal speed : f64 at $.v [km/h]
    signal mode  : text at $.mode
    suspect when haversine(prev, this) > 100 [m] + 30 [m/s] * elapsed(prev) as speed_jump
}
"""
# A batch is of 500 envelopes at most, so there are three, and each begins with an outlier.
ENVELOPES, IN_EACH = 1200, 2
EVERY = 50
DEATHS = ["process.committed:1", "process.before_commit:1", "process.state:1"]
KILLED = -9


def publish(deployment: Deployment, first: int) -> list[str]:
    """A position a second from `first` (µs) on; gives the reason that each should have."""
    reasons = ["speed_jump" if number and number % EVERY == 0 else "" for number in range(ENVELOPES * IN_EACH)]
    bodies = [
        {
            "ts": first + number * SECOND, "v": 36.0, "mode": "3D",
            "place": {"lat": 50.0 + number * 1e-5 + (1.0 if reason else 0.0), "lon": 9.0},
        }
        for number, reason in enumerate(reasons)
    ]  # fmt: skip
    with HubPublisher(deployment.stores.servers, deployment.hub) as hub:
        for number in range(ENVELOPES):
            lot = bodies[number * IN_EACH : (number + 1) * IN_EACH]
            hub.publish(
                DEVICE, object_envelope("vehicle_position", lot, message_id=numbered_message_id(1, number))
            )  # fmt: skip
    return reasons


def test_outliers_are_marked_whoever_dies(new_deployment: Callable[[list[str]], Deployment]) -> None:
    deployment = new_deployment([DEVICE])
    content = content_of(TEXT)
    model = Model(MODEL, "EX-1", content.models[0].sets)
    give_copies(deployment.site.logs, [DEVICE], content=document_of(replace(content, models=(model,))))
    first = (time.time_ns() // 1000 // SECOND - 10_000) * SECOND
    reasons = publish(deployment, first)
    others = [deployment.site.start(command) for command in ("ingest", "distribute")]
    deployment.wait_for("raw", lambda: deployment.stores.count("raw_data_cache_store", "envelope") >= ENVELOPES)
    for point in DEATHS:
        assert deployment.site.start("process", point).wait(120) == KILLED, deployment.site.tail("process")
    last = deployment.site.start("process")
    deployment.settle(ENVELOPES)
    for worker in (*others, last):
        worker.terminate()
        assert worker.wait(30) == 0

    columns = "toUnixTimestamp64Micro(ts), ordinal, reason, quality, speed"
    found = deployment.stores.select(columns, "ce_technology", "position", "ts")
    assert [row[:3] for row in found] == [(first + n * SECOND, 0, reason) for n, reason in enumerate(reasons)]
    assert [row[3] for row in found] == [Quality.SUSPECT if reason else Quality.OK for reason in reasons]
    assert {round(row[4], 9) for row in found} == {10.0}
    group = content.objects[0].group
    values = deployment.stores.values()
    assert [(row[1], row[2], row[3].timestamp()) for row in values[:1]] == [(group, 0x00FEFF, first / SECOND)]
    qualities = [[Quality.SUSPECT if reason else Quality.OK] * 3 + [Quality.ABSENT] for reason in reasons]
    assert [row[6] for row in values] == qualities
    texts = deployment.stores.select("slot, value", "ce_technology", "text_value", "ts")
    assert texts == [(3, "3D")] * len(reasons)
    (state,) = deployment.stores.states().values()
    assert [trail.trusted.ts for trail in state.unpack_trails().values() if trail.trusted] == [
        first + (len(reasons) - 1) * SECOND
    ]
