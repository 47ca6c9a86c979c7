"""Random frames for given definitions: the ones that they are about, and others."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

import numpy as np

from parsing.engine import Frames
from tests.parsing.oracle import ERROR_FRAME, EXTENDED, FLOAT_FORMATS, REMOTE, bit_places

if TYPE_CHECKING:
    from random import Random

    from parsing.definitions import Content, Message, Signal

BUSES = (0, 1, 255)
FLOATS = (0.0, -0.0, 1.0, -2.5, math.inf, -math.inf, math.nan, 65504.0, 2.0**-24, 2.0**-14)


def make_frames(random: Random, content: Content, width: int) -> Frames:
    messages = [message for each in content.sets for message in each.messages]
    count = random.choice((1, 2, 3, 8, 25))
    # What is behind a payload is anything too: it shows a kernel that reads beyond the frame.
    data = np.zeros((count, width), np.uint8)
    can_id, length = np.zeros(count, np.uint32), np.zeros(count, np.uint16)
    for frame in range(count):
        message = random.choice(messages)
        can_id[frame] = _identity(random, message)
        payload = _payload(random, message, width)
        data[frame] = np.frombuffer(payload, np.uint8)
        length[frame] = _length(random, message, width)
    bus = np.array([random.choice((*BUSES, 7)) for _ in range(count)], np.uint8)
    return Frames(bus, can_id, length, data)


def _identity(random: Random, message: Message) -> int:
    way = random.choice(("its own", "its own", "its own", "of its PGN", "of its PGN", "another", "no data"))
    own = message.can_id | (EXTENDED if message.extended else 0)
    if way == "its own":
        return own
    if way == "no data":
        return own | random.choice((REMOTE, ERROR_FRAME, REMOTE | ERROR_FRAME))
    if way == "of its PGN" and message.extended:
        receiver = 0 if message.can_id >> 16 & 0xFF >= 240 else random.getrandbits(8) << 8
        return EXTENDED | message.can_id & 0x3FFFF00 ^ receiver | random.getrandbits(3) << 26 | random.getrandbits(8)
    return random.choice((random.getrandbits(11), EXTENDED | random.getrandbits(29), own ^ EXTENDED))


def _payload(random: Random, message: Message, width: int) -> bytearray:
    """Random bytes or all alike, with multiplexors set to pages that are known, and signals to numbers that matter."""
    alike = random.choice((None, None, b"\xff", b"\xfe", b"\0"))
    payload = bytearray(alike * width if alike else _bytes(random, width))
    signals = {signal.name: signal for group in message.groups for signal in group.signals}
    for signal in signals.values():
        if random.random() < 0.4:
            _plant(payload, signal, random.choice(_telling_numbers(signal)))
    if message.groups and random.random() < 0.8:
        for condition in random.choice(message.groups).condition:
            low, high = random.choice(condition.ranges)
            _plant(payload, signals[condition.multiplexor], random.choice((low, high)))
    return payload


def _bytes(random: Random, count: int) -> bytes:
    return random.getrandbits(8 * count).to_bytes(count, "little")


def _telling_numbers(signal: Signal) -> list[int]:
    numbers = raw_numbers(signal.type, signal.length)
    top = max(0, signal.length - 8)
    found = [0, 1, numbers.start, numbers.stop - 1, numbers.stop - 2]
    found += [(byte << top) + less for byte in (0xFB, 0xFC, 0xFE, 0xFF) for less in (-1, 0, 1)]
    for own in (signal.not_available, signal.error):
        found += [] if own is None else [own.low - 1, own.low, own.high, own.high + 1]
    if signal.length > 53:
        # Half way between two f64: only what is added decides which is nearer.
        half = numbers.stop // 2 + numbers.stop // 2**54
        found += [half, half - 1, half + 1, -half]
    if signal.type == "float":
        form = FLOAT_FORMATS[signal.length]
        found += [int.from_bytes(struct.pack(form, number), "big") for number in FLOATS]
    elif signal.scale:
        limits = [limit for limit in (signal.minimum, signal.maximum) if limit is not None]
        edges = [(limit - signal.offset) / signal.scale for limit in limits]
        found += [math.floor(edge) + less for edge in edges if math.isfinite(edge) for less in (-1, 0, 1, 2)]
    return found


def _plant(payload: bytearray, signal: Signal, number: int) -> None:
    """Set a signal's bits, as far as they are in the payload."""
    for byte, bit in reversed(bit_places(signal.start, signal.length, signal.byte_order)):
        if byte < len(payload):
            payload[byte] = payload[byte] & ~(1 << bit) | (number & 1) << bit
        number >>= 1


def _length(random: Random, message: Message, width: int) -> int:
    """Mostly whole; else around the message's length or the end of a signal, or beyond the columns."""
    ends = [max(bit_places(s.start, s.length, s.byte_order))[0] + 1 for group in message.groups for s in group.signals]
    around = random.choice((message.length, *ends)) + random.choice((-1, 0, 1))
    length = random.choice((width, width, width, width, around, around, random.randint(0, width), width + 1, 65_535))
    return min(max(0, length), 65_535)


def raw_numbers(kind: str, length: int) -> range:
    lowest = -(2 ** (length - 1)) if kind == "signed" else 0
    return range(lowest, lowest + 2**length)
