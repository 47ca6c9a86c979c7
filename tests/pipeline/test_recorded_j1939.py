"""The J1939 of a recorded log through the whole pipeline, in envelopes that cut its messages, past killed workers."""

import gzip
import json
from collections.abc import Callable
from typing import Any

import pytest

from ingest.device.envelopes import can_envelope, numbered_message_id
from ingest.device.packer import Limits, Packer
from ingest.device.publisher import HubPublisher
from ingest.logs import read_log
from parsing.j1939.dtc import read_dtcs
from parsing.j1939.lifecycle import Lifecycle
from parsing.source import encode_source
from tests.conftest import SHARED_DATA
from tests.pipeline.deployments import Deployment

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.clickhouse,
    pytest.mark.redis,
    pytest.mark.shared_data,
    pytest.mark.timeout(600),
]

TRUCK = SHARED_DATA / "01_truck_j1939_gps"
DEVICE = "truck"
BUS = 1
# A message takes 150 ms and more, in which some seventy frames come: each is cut at least once.
FRAMES_AN_ENVELOPE = 30
DEATHS = ["process.committed:1", "process.before_commit:1", "process.committed:2"]
KILLED = -9


def reference(name: str) -> list[dict[str, Any]]:
    text = gzip.decompress((TRUCK / f"{name}.jsonl.gz").read_bytes()).decode()
    return [json.loads(line) for line in text.splitlines()]


def micros(seconds: float) -> int:
    return round(seconds * 1e6)


def publish(deployment: Deployment) -> int:
    """Gives how many envelopes."""
    packer = Packer(Limits(frames=FRAMES_AN_ENVELOPE))
    parts = [*packer.add(read_log(TRUCK / "frames.candump.log.gz")), *packer.flush()]
    with HubPublisher(deployment.stores.servers, deployment.hub) as hub:
        for number, part in enumerate(parts):
            hub.publish(DEVICE, can_envelope(part, message_id=numbered_message_id(1, number)))
    return len(parts)


def run(deployment: Deployment, envelopes: int) -> None:
    """Each processor but the last dies at its point, among the messages of a machine."""
    others = [deployment.site.start(command) for command in ("ingest", "distribute")]
    deployment.wait_for("raw", lambda: deployment.stores.count("raw_data_cache_store", "envelope") >= envelopes)
    for point in DEATHS:
        assert deployment.site.start("process", point).wait(120) == KILLED, deployment.site.tail("process")
    last = deployment.site.start("process")
    deployment.settle(envelopes)
    for worker in (*others, last):
        worker.terminate()
        assert worker.wait(30) == 0


def select(deployment: Deployment, columns: str, table: str) -> list[tuple[Any, ...]]:
    return deployment.stores.select(columns, "ce_technology", table, "ts, source")


def assert_messages(deployment: Deployment) -> None:
    columns = "toUnixTimestamp64Micro(ts), source, ordinal, pgn, length, lower(hex(data))"
    assert select(deployment, columns, "transport_message") == [
        (micros(row["timestamp"]), encode_source(BUS, row["sa"], row["da"]), 0, row["pgn"], row["length"], row["data"])
        for row in sorted(reference("reference_tp_messages"), key=lambda row: (row["timestamp"], row["sa"]))
    ]


def assert_lists(deployment: Deployment) -> None:
    columns = "toUnixTimestamp64Micro(ts), source, ordinal, dm, transport, lamps, spn, fmi, oc, cm, lower(hex(data))"
    assert select(deployment, columns, "dtc_list") == [
        (
            micros(row["timestamp"]), encode_source(BUS, row["sa"]), 0, 1, row["transport"],
            int.from_bytes(bytes.fromhex(row["lamp_bytes"]), "little"),
            *([dtc[name] for dtc in row["dtcs"]] for name in ("spn", "fmi", "oc", "cm")), row["data"],
        )
        for row in reference("reference_dm1")
    ]  # fmt: skip


def assert_lifecycle(deployment: Deployment) -> None:
    lifecycle, last = Lifecycle(), {}
    for index, row in enumerate(reference("reference_dm1")):
        said = read_dtcs(1, bytes.fromhex(row["data"]))
        for told in lifecycle.hear(index, micros(row["timestamp"]), encode_source(BUS, row["sa"]), said):
            last[told.source, told.spn, told.fmi, told.occurrence] = told
    times = ", ".join(f"toUnixTimestamp64Micro({name})" for name in ("ts", "first_seen", "last_seen"))
    columns = f"source, spn, fmi, occurrence, active, {times}, ended, count, oc, cm, lamps, version"
    found = deployment.stores.select(columns, "ce_technology", "dtc FINAL", "source, spn, fmi, occurrence")
    assert found == [
        (
            one.source, one.spn, one.fmi, one.occurrence, 1, one.began, one.first_seen, one.last_seen, None, one.count,
            one.oc, one.cm, one.lamps, 1 << 32 | one.update,
        )
        for _, one in sorted(last.items())
    ]  # fmt: skip
    assert len(found) == 4


def test_every_message_and_list_is_stored_once_however_it_was_cut(
    new_deployment: Callable[[list[str]], Deployment],
) -> None:
    deployment = new_deployment([DEVICE])
    run(deployment, publish(deployment))
    assert_messages(deployment)
    assert_lists(deployment)
    assert_lifecycle(deployment)
    assert deployment.stores.count("ce_technology", "bus_fault") == 0
    assert deployment.stores.count("ce_technology", "source_name") == 0
