"""Whatever a device sends becomes rows or a dead letter that says why; nothing stops a worker or is tried for ever."""

from collections.abc import Callable

import msgpack
import numpy as np
import pytest
from confluent_kafka import Producer

from ingest.iothub.headers import encode_headers
from parsing.codes import Code
from tests.device.bodies import T0, packed, properties
from tests.device.test_malformed import CASES
from tests.pipeline.catalogue import GEAR
from tests.pipeline.deployments import Deployment

pytestmark = [pytest.mark.kafka, pytest.mark.clickhouse, pytest.mark.redis, pytest.mark.timeout(600)]

MONTH = 30 * 86_400 * 1_000_000
DEVICE = "machine-1"
Sent = tuple[str, dict[str, str], bytes | None]  # device ("" = none), properties, body


def gears(times: list[int]) -> bytes:
    """One frame at each time; a map each, as they lie further apart than 32 bits of microseconds."""
    one_id = np.array([GEAR], "<u4").tobytes()
    return msgpack.packb([{"t0": ts, "bus": 0, "dt": bytes(4), "id": one_id, "data": bytes(8)} for ts in times])


def repeated(count: int) -> bytes:
    ids = np.full(count, GEAR, "<u4").tobytes()
    return msgpack.packb({"t0": T0 + 7, "bus": 0, "dt": bytes(4 * count), "id": ids, "data": bytes(8 * count)})


REJECTED: dict[str, tuple[Code, Sent]] = {
    name: (code, (DEVICE, headers, body)) for name, code, headers, body in CASES
} | {
    "unknown machine": (Code.UNKNOWN_MACHINE, ("nobody", properties(), gears([T0]))),
    "no device": (Code.NO_DEVICE, ("", properties(), gears([T0]))),
    "300 times one id": (Code.REPEATED_TIME, (DEVICE, properties(), repeated(300))),
}
STORED: dict[str, Sent] = {
    "150 months": (DEVICE, properties(), gears([T0 - MONTH * month for month in range(150)])),
    "256 times one id": (DEVICE, properties(), repeated(256)),
    "1970": (DEVICE, properties(), gears([0])),
    "raw bytes": (DEVICE, properties("client_raw", "application/x-anything"), b"\x00\xff"),
    "150 months of positions": (
        DEVICE,
        properties("vehicle_position"),
        packed([{"ts": T0 - MONTH * month, "lat": 48.1, "lon": 11.5} for month in range(150)]),
    ),
    "good": (DEVICE, properties(), gears([T0 + 1])),
}


def publish(deployment: Deployment, sent: dict[str, Sent]) -> None:
    producer = Producer({"bootstrap.servers": deployment.stores.servers, "message.max.bytes": 2_000_000})
    for name, (device, headers, body) in sent.items():
        own = {key: value for key, value in headers.items() if key in ("kind", "schema", "realtime")}
        encoded = encode_headers(
            device,
            T0,
            message_id=name,
            content_type=headers.get("content-type"),
            content_encoding=headers.get("content-encoding"),
            application=own,
        )
        kept = [(key, value) for key, value in encoded if device or key != "iothub-connection-device-id"]
        producer.produce(deployment.hub, body, partition=0, headers=kept)
    assert producer.flush(60) == 0


def test_every_envelope_has_the_outcome_that_the_contract_says(
    new_deployment: Callable[[list[str]], Deployment],
) -> None:
    deployment = new_deployment([DEVICE])
    publish(deployment, {name: sent for name, (_, sent) in REJECTED.items()} | STORED)
    deployment.run_workers(len(REJECTED) + len(STORED))

    stores = deployment.stores
    letters = stores.select("message_id, code, detail, body", "raw_data_cache_store", "dead_letter", "1")
    assert {row[0]: row[1] for row in letters} == {name: str(code) for name, (code, _) in REJECTED.items()}
    assert len(letters) == len(REJECTED)
    assert all(row[2] for row in letters), "each says in words what is wrong"
    decoded = dict(stores.select("message_id, rows", "ce_technology", "envelope", "1"))
    rows = {"150 months": 150, "256 times one id": 256, "150 months of positions": 150, "1970": 1, "good": 1}
    assert decoded == rows | {"raw bytes": 0}
    assert stores.count("ce_technology", "frame_values") == 150 + 256 + 1 + 1
    assert stores.count("ce_technology", "position") == 150
    # Dead letters and the raw store keep the bytes as they came.
    kept = stores.select("message_id, body", "raw_data_cache_store", "envelope", "1")
    assert len(kept) == len(REJECTED) + len(STORED)
