"""A small fleet that publishes numbered envelopes, the same for the same numbers."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from ingest.device.campaign import Numbered, numbered_envelopes
from ingest.device.publisher import HubPublisher
from ingest.envelope import CanFrames
from tests.pipeline.catalogue import EEC1, GEAR, STATUS
from tests.pipeline.deployments import Deployment

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
    """What has been published so far; the next numbers follow."""

    message_ids: list[str] = field(default_factory=list)

    def publish(self, deployment: Deployment, count: int = BATCH) -> None:
        first = len(self.message_ids)
        with HubPublisher(deployment.stores.servers, deployment.hub) as hub:
            for each in envelopes(range(first, first + count)):
                hub.publish(each.device, each.envelope)
                self.message_ids.append(each.envelope.message_id)


def pace() -> None:
    """The fleet's own pause between two batches."""
    time.sleep(0.25)
