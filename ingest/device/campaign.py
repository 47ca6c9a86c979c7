"""Numbered envelopes that are the same for the same seed: what a test publishes and later looks for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ingest.device.envelopes import DeviceEnvelope, can_envelope, numbered_message_id
from ingest.frames import CanFrames


@dataclass(frozen=True, slots=True)
class Numbered:
    number: int
    device: str
    envelope: DeviceEnvelope


def numbered_envelopes(
    seed: int,
    devices: Sequence[str],
    numbers: range,
    frames_of: Callable[[str, int], CanFrames],
    *,
    realtime: bool = False,
) -> Iterator[Numbered]:
    """One envelope for each number; the devices take turns, so number n is of device n modulo their count.

    `frames_of(device, number)` gives its frames, and must give the same for the same arguments.
    """
    for number in numbers:
        device = devices[number % len(devices)]
        message_id = numbered_message_id(seed, number)
        envelope = can_envelope(frames_of(device, number), message_id=message_id, realtime=realtime)
        yield Numbered(number, device, envelope)
