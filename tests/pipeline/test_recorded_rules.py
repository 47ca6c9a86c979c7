"""Rules over a recorded log through the whole pipeline, in envelopes of several sizes, past killed workers."""

import csv
import gzip
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import orjson
import pytest

from ingest.device.envelopes import DeviceEnvelope, can_envelope, numbered_message_id
from ingest.device.packer import Limits, Packer
from ingest.device.publisher import HubPublisher
from ingest.frames import CanFrames
from ingest.logs import read_log
from parsing.assemble import document_of
from parsing.dbc import read_dbc
from parsing.definitions import Content
from tests.conftest import SHARED_DATA
from tests.pipeline.deployments import Deployment
from tests.pipeline.ruled import content_of, groups_of

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.clickhouse,
    pytest.mark.redis,
    pytest.mark.shared_data,
    pytest.mark.timeout(600),
]

CAR = SHARED_DATA / "02_car_bigendian_toyota"
DEVICE = "car"
SECOND = 1_000_000
RULES = """
derived steering_angle_deg : f64 [deg] = STEER_ANGLE_SENSOR.STEER_ANGLE + STEER_ANGLE_SENSOR.STEER_FRACTION
derived speed_mps : f64 [m/s] = (WHEEL_SPEED_FL + WHEEL_SPEED_FR + WHEEL_SPEED_RL + WHEEL_SPEED_RR) / 4
derived smooth_speed : f64 [m/s] = mean(speed_mps, over: 2s)
derived acceleration : f64 [m/s^2] = rate(speed_mps)
check wheels_agree { expect abs(WHEEL_SPEED_FL - WHEEL_SPEED_RR) < 0.3 [km/h] else flag warning "wheels differ" }
event steering { raise when abs(steering_angle_deg) > 5 [deg] for 300ms capture speed_mps }
event fast { raise when speed_mps > 30 [km/h] for 1s clear when speed_mps < 28 [km/h] for 1s }
"""
# Of some seven batches.
DEATHS = ["process.committed:1", "process.before_commit:1", "process.state:2", "process.committed:2"]
KILLED = -9
Rows = list[tuple[Any, ...]]


def content() -> Content:
    dbc = read_dbc((CAR / "toyota_nodsu_pt_generated.dbc").read_bytes(), "toyota")
    return content_of(RULES, dbc, bus=0)


def packed(log: CanFrames, frames: int) -> list[CanFrames]:
    packer = Packer(Limits(frames=frames))
    return [*packer.add(log), *packer.flush()]


def publish(deployment: Deployment, parts: Sequence[CanFrames]) -> int:
    """The frames, and a log entry of a later time, behind which no row waits. Gives how many envelopes."""
    with HubPublisher(deployment.stores.servers, deployment.hub) as hub:
        for number, part in enumerate(parts):
            hub.publish(DEVICE, can_envelope(part, message_id=numbered_message_id(1, number)))
        body = orjson.dumps({"ts": int(parts[-1].ts.max()) + 60 * SECOND, "message": "end"})
        hub.publish(DEVICE, DeviceEnvelope("vehicle_log", body, numbered_message_id(2, 0), "application/json"))
    return len(parts) + 1


def found(deployment: Deployment, of: Content) -> tuple[Rows, Rows]:
    """Rows of derived signals and findings, as they were written: none twice."""
    groups = ", ".join(map(str, groups_of(of).values()))
    columns = "group, toUnixTimestamp64Micro(ts), source, ordinal, values, qualities"
    rows = deployment.stores.select(columns, "ce_technology", f"frame_values WHERE group IN ({groups})", "group, ts")
    columns = "rule, toUnixTimestamp64Micro(ts), `index`, toUnixTimestamp64Micro(since), state, severity, capture"
    return rows, deployment.stores.select(columns, "ce_technology", "finding", "ts, rule")


def test_computed_signals_past_killed_workers(new_deployment: Callable[..., Deployment]) -> None:
    of = content()
    parts = packed(read_log(CAR / "frames.candump.log.gz"), 30)
    undisturbed = new_deployment([DEVICE], document_of(of))
    undisturbed.run_workers(publish(undisturbed, parts))
    rows, findings = found(undisturbed, of)
    assert_equal_to_what_comma_published(rows, of)
    assert {state for _, _, _, _, state, *_ in findings} == {"raised", "cleared"}

    killed = new_deployment([DEVICE], document_of(of))
    envelopes = publish(killed, parts)
    others = [killed.site.start(command) for command in ("ingest", "distribute")]
    killed.wait_for("raw", lambda: killed.stores.count("raw_data_cache_store", "envelope") >= envelopes)
    for point in DEATHS:
        assert killed.site.start("process", point).wait(120) == KILLED, killed.site.tail("process")
    last = killed.site.start("process")
    killed.settle(envelopes)
    for worker in (*others, last):
        worker.terminate()
        assert worker.wait(30) == 0
    assert found(killed, of) == (rows, findings)


def assert_equal_to_what_comma_published(rows: Rows, of: Content) -> None:
    with gzip.open(CAR / "expected_by_comma.csv.gz", "rt") as file:
        expected = list(csv.DictReader(file))
    assert len(expected) == 4974
    times = np.array([float(row["t"]) for row in expected]) * SECOND
    groups = groups_of(of)
    for name in ("steering_angle_deg", "speed_mps"):
        ours = [(ts, values[0]) for group, ts, _, _, values, _ in rows if group == groups[name]]
        assert len(ours) == 4974
        ts, values = (np.array(column) for column in zip(*ours, strict=True))
        latest = np.searchsorted(ts, times + 1, "right") - 1
        np.testing.assert_allclose(values[latest], [float(row[name]) for row in expected], rtol=0, atol=1e-9)


def test_the_cut_into_envelopes_does_not_matter(new_deployment: Callable[..., Deployment]) -> None:
    of = content()
    first = packed(read_log(CAR / "frames.candump.log.gz"), 2_500)[0]
    outcomes = []
    for size in (1, 7, 100, 1_000):
        deployment = new_deployment([DEVICE], document_of(of))
        deployment.run_workers(publish(deployment, packed(first, size)))
        outcomes.append(found(deployment, of))
    assert len(outcomes[0][0]) > 100
    assert outcomes[1:] == outcomes[:1] * 3
