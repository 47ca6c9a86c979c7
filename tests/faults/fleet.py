"""A small fleet that publishes numbered envelopes, the same for the same numbers."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from ingest.device.campaign import Numbered, numbered_envelopes
from ingest.device.publisher import HubPublisher
from ingest.frames import CanFrames
from tests.pipeline.buses import EXTENDED, T0, Sent, dm1, long_message
from tests.pipeline.buses import frames_of as frames_of_sent
from tests.pipeline.catalogue import EEC1, GEAR, STATUS
from tests.pipeline.deployments import Deployment

DEVICES = [f"machine-{number}" for number in range(1, 8)]
SEED = 20_26
BATCH = 20


def frames_of(device: str, number: int) -> CanFrames:
    """Frames that move with the number: J1939, pages (an unknown one too), an unknown id, equal times.

    In front come the last packets of a message that the device's envelope before has begun, at the end the first ones
    of the next; where the one before could not be read, packets are missing.
    """
    ids = [EEC1 | EXTENDED, STATUS | EXTENDED, GEAR, 0x555] * 3
    rng = np.random.default_rng([number, DEVICES.index(device)])
    data = rng.integers(0, 255, (len(ids), 8), np.uint8)
    data[1::4, 0] = rng.integers(0, 5, 3)
    start = T0 + number * 100_000
    times = (start + np.repeat(np.arange(3), 4) * 20_000).tolist()
    own = [Sent(ts, 1, can_id, bytes(one)) for ts, can_id, one in zip(times, ids, data, strict=True)]
    _, _, *rest = long_message(start - 2_000, number, step=1)
    begin = long_message(start + 60_000, number + len(DEVICES), step=1)[:2]
    trouble = dm1(start + 60_500, "6E000301" if number % 3 else "00000000")
    return frames_of_sent([*rest, *own, *begin, trouble])


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
