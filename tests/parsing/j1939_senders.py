"""Nodes of J1939 buses that send messages of several packets, well and badly, and say what a listener must find."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

from parsing.engine.frames import Frames
from parsing.j1939 import Fault, Reassembled

EXTENDED = 0x8000_0000
BAM, RTS, CTS, ACK, ABORT = 32, 16, 17, 19, 255
TP_CM, TP_DT = 0xEC, 0xEB
T1, T2, T4 = 750_000, 1_250_000, 1_050_000
GLOBAL = 255
START = 1_700_000_000_000_000


class Sent(NamedTuple):
    ts: int
    bus: int
    can_id: int
    payload: bytes


Truth = tuple[Any, ...]


@dataclass
class Step:
    sent: Sent
    gives: list[Truth] = field(default_factory=list)


class Silence(NamedTuple):
    """A session that ends with the first frame of its bus after `until`."""

    until: int
    bus: int
    gives: Truth


def columns(sent: Iterable[Sent]) -> tuple[np.ndarray, Frames]:
    rows = list(sent)
    data = b"".join(row.payload.ljust(8, b"\xaa") for row in rows)
    return np.array([row.ts for row in rows], np.int64), Frames(
        np.array([row.bus for row in rows], np.uint8),
        np.array([row.can_id for row in rows], np.uint32),
        np.array([len(row.payload) for row in rows], np.uint16),
        np.frombuffer(data, np.uint8).reshape(-1, 8),
    )


def control(bus: int, sender: int, receiver: int, payload: bytes, ts: int = START) -> Sent:
    return Sent(ts, bus, EXTENDED | 7 << 26 | TP_CM << 16 | receiver << 8 | sender, payload)


def packet(bus: int, sender: int, receiver: int, payload: bytes, ts: int = START) -> Sent:
    return Sent(ts, bus, EXTENDED | 7 << 26 | TP_DT << 16 | receiver << 8 | sender, payload)


def brief(outcome: Reassembled | Fault) -> Truth:
    """What a sender can know of an outcome."""
    where = (outcome.bus, outcome.source_address, outcome.destination_address, outcome.pgn)
    return (outcome.index, *where, outcome.payload if isinstance(outcome, Reassembled) else outcome.reason.value)


class Sender:
    """One after the other, the sessions from one node to another, or to all."""

    def __init__(self, draw: Callable[[Any], Any], bus: int, sender: int, receiver: int, pgns: list[int]) -> None:
        self.draw, self.bus, self.sender, self.receiver, self.pgns = draw, bus, sender, receiver, pgns
        self.steps: list[Step] = []
        self.silences: list[Silence] = []
        self.clock = START + draw(st.integers(0, 3_000_000))
        self.limit = T1 if receiver == GLOBAL else T2
        self.pgn = self.packets = 0
        self.payload = b""
        self.came: set[int] = set()

    # What a sender does.

    def wait(self, least: int = 0, most: int | None = None) -> None:
        most = self.limit if most is None else most
        self.clock += self.draw(st.one_of(st.integers(least, most), st.sampled_from([least, most])))

    def announce(self, *, truth: str = "") -> None:
        """Begin a message, in order or as another than the one before."""
        sizes = st.one_of(st.integers(9, 60), st.sampled_from([14, 15, 1785]))
        size = self.draw(sizes.filter(lambda size: size != len(self.payload)))
        self.payload = self.draw(st.binary(min_size=size, max_size=size))
        self.packets, self.came = -(-size // 7), set()
        pgn = self.pgn
        self.pgn = self.draw(st.sampled_from(self.pgns))
        self.send_announcement(*([(*self.key, pgn, truth)] if truth else []))

    def send_announcement(self, *truths: Truth, size: int | None = None) -> None:
        kind, most = (BAM, 255) if self.receiver == GLOBAL else (RTS, 16)
        size = len(self.payload) if size is None else size
        head = bytes([kind, size & 255, size >> 8, self.packets, most])
        self.send_control(head, truths)

    def send_control(self, head: bytes, truths: tuple[Truth, ...] = (), *, back: bool = False) -> None:
        ends = (self.receiver, self.sender) if back else (self.sender, self.receiver)
        payload = head + self.pgn.to_bytes(3, "little")
        self.steps.append(Step(control(self.bus, *ends, payload, self.clock), list(truths)))

    def send_packet(self, number: int, *truths: Truth) -> None:
        part = self.payload[7 * number - 7 : 7 * number].ljust(7, b"\xff")
        sent = packet(self.bus, self.sender, self.receiver, bytes([number]) + part, self.clock)
        self.steps.append(Step(sent, list(truths)))

    def deliver(self, number: int) -> None:
        """A packet of a session in order: the message is there with the last that was missing."""
        missing = self.packets - len(self.came)
        self.came.add(number)
        last = missing == 1 and self.packets == len(self.came)
        self.send_packet(number, *([(*self.key, self.pgn, self.payload)] if last else []))

    def clear(self, count: int, number: int) -> None:
        if self.receiver != GLOBAL:
            self.send_control(bytes([CTS, count, number, 255, 255]), back=True)
            self.wait()

    def deliver_some(self, first: int, last: int) -> None:
        for number in range(first, last + 1):
            if number % 16 == 1 or number == first:
                self.clear(min(16, last + 1 - number), number)
            self.deliver(number)
            self.wait()

    def begin(self) -> int:
        """A session and, of it, some packets but not all; their number."""
        self.announce()
        self.wait()
        done = self.draw(st.integers(0, min(self.packets, 12) - 1))
        self.deliver_some(1, done)
        return done

    def pass_over(self, first: int) -> None:
        """Packets of a session that has been closed."""
        for number in range(first, min(self.packets, first + 5) + 1):
            self.send_packet(number)
            self.wait()

    def fall_silent(self, done: int, limit: int) -> None:
        self.clock = self.steps[-1].sent.ts
        self.silences.append(Silence(self.clock + limit, self.bus, (*self.key, self.pgn, "timeout")))
        self.clock += limit
        self.wait(1, 2_000_000)
        if self.draw(st.booleans()):
            self.send_packet(done + 1, self.orphaned)
            self.wait()
            self.pass_over(done + 2)

    @property
    def key(self) -> tuple[int, int, int]:
        return (self.bus, self.sender, self.receiver)

    @property
    def orphaned(self) -> Truth:
        return (*self.key, TP_DT << 8, "no_session")

    # How it goes.

    def complete(self) -> None:
        self.announce()
        self.wait()
        self.deliver_some(1, self.packets)
        if self.receiver != GLOBAL:
            size = len(self.payload)
            self.send_control(bytes([ACK, size & 255, size >> 8, self.packets, 255]), back=True)

    def double(self) -> None:
        self.announce()
        if self.draw(st.booleans()):
            self.wait()
            self.send_announcement()
        self.wait()
        for number in range(1, self.packets + 1):
            self.deliver(number)
            if self.draw(st.booleans()):
                self.deliver(number)
            self.wait()

    def replace(self) -> None:
        self.begin()
        self.announce(truth="replaced")
        self.wait()
        self.deliver_some(1, self.packets)

    def stall(self) -> None:
        self.fall_silent(self.begin(), self.limit)

    def refuse_sequence(self) -> None:
        done = self.begin()
        number = self.draw(st.sampled_from([0, self.packets + 1]).filter(lambda number: number < 256))
        part = bytes([number]) + bytes(7)
        sent = packet(self.bus, self.sender, self.receiver, part, self.clock)
        self.steps.append(Step(sent, [(*self.key, self.pgn, "bad_sequence")]))
        self.wait()
        self.pass_over(done + 1)

    def announce_badly(self) -> None:
        size = self.draw(st.sampled_from([0, 8, 1786, 65_535, 70]))
        self.payload, self.packets = bytes(63), 9
        self.pgn = self.draw(st.sampled_from(self.pgns))
        self.wait(3_000_000, 4_000_000)
        self.send_announcement((*self.key, self.pgn, "bad_length"), size=size)
        self.wait()
        self.pass_over(1)

    def start_without_announcement(self) -> None:
        self.payload, self.packets = bytes(63), 9
        self.wait(3_000_000, 4_000_000)
        self.send_packet(3, self.orphaned)
        self.wait()
        self.pass_over(4)

    def lose(self) -> None:
        """BAM: the next packet shows it."""
        done = self.begin()
        if done + 2 > self.packets:
            self.fall_silent(done, self.limit)
            return
        self.send_packet(done + 2, (*self.key, self.pgn, "lost_packet"))
        self.wait()
        self.pass_over(done + 3)

    def lose_unnoticed(self) -> None:
        """RTS/CTS: the recorder lost a packet that the receiver has."""
        self.announce()
        self.wait()
        lost = self.draw(st.integers(1, min(self.packets, 12)))
        for number in range(1, self.packets + 1):
            if number != lost:
                self.deliver(number)
                self.wait()
        self.send_control(bytes([ACK, 9, 0, 2, 255]), ((*self.key, self.pgn, "lost_packet"),), back=True)

    def send_again(self) -> None:
        """RTS/CTS: packets that were lost or are doubted are asked for again."""
        self.announce()
        self.wait()
        wanted = list(range(1, self.packets + 1))
        lost = self.draw(st.sets(st.integers(1, min(self.packets, 12)), max_size=4))
        for number in wanted:
            if number not in lost:
                self.deliver(number)
                self.wait()
        first = min(lost, default=1)
        self.deliver_some(first, self.packets)

    def hold(self) -> None:
        done = self.begin()
        for _ in range(self.draw(st.integers(1, 3))):
            self.send_control(bytes([CTS, 0, 255, 255, 255]), back=True)
            self.wait(0, T4)
        if self.draw(st.booleans()):
            self.deliver_some(done + 1, self.packets)
        else:
            self.fall_silent(done, T4)

    def abort(self) -> None:
        done = self.begin()
        back = self.draw(st.booleans())
        self.send_control(bytes([ABORT, 3, 255, 255, 255]), ((*self.key, self.pgn, "aborted"),), back=back)
        self.wait()
        self.pass_over(done + 1)


_BOTH = (
    Sender.complete,
    Sender.double,
    Sender.replace,
    Sender.stall,
    Sender.refuse_sequence,
    Sender.announce_badly,
    Sender.start_without_announcement,
)
_BROADCAST = (*_BOTH, Sender.lose)
_CONNECTED = (*_BOTH, Sender.lose_unnoticed, Sender.send_again, Sender.hold, Sender.abort)


@st.composite
def buses(draw: Callable[[Any], Any]) -> tuple[list[Sent], list[Truth]]:
    """The frames of a machine's buses as recorded, and what a listener finds in them: (index, bus, sender, receiver,
    PGN, payload or reason), by index.
    """
    # Both directions, both kinds and both buses; PGNs apart, as an abort closes both directions of its PGN.
    ways = draw(st.lists(st.sampled_from([(1, 2), (2, 1), (1, GLOBAL), (2, GLOBAL), (3, 1)]), unique=True, max_size=4))
    senders = [
        Sender(draw, bus, sender, receiver, [pgn + sender, 0xE000 + (sender << 8)])
        for bus, pgn in ((0, 0xFEE3), (1, 0x1FE00))
        for sender, receiver in ways
    ]
    for sender in senders:
        kinds = _BROADCAST if sender.receiver == GLOBAL else _CONNECTED
        for go in draw(st.lists(st.sampled_from(kinds), max_size=3)):
            go(sender)
            sender.wait()
    noise = draw(st.lists(st.tuples(st.integers(0, 8_000_000), st.integers(0, 1), st.booleans()), max_size=10))
    others = [
        Step(Sent(START + ts, bus, EXTENDED | 0x18FECA09 if near else 0x7EC, bytes(6) + b"\xff\xff"))
        for ts, bus, near in noise
    ]
    steps = sorted([step for one in senders for step in one.steps] + others, key=lambda step: step.sent.ts)
    return [step.sent for step in steps], _truths(steps, [silence for one in senders for silence in one.silences])


def _truths(steps: list[Step], silences: list[Silence]) -> list[Truth]:
    found = [(index, *truth) for index, step in enumerate(steps) for truth in step.gives]
    for silence in silences:
        reveals = (
            index
            for index, step in enumerate(steps)
            if step.sent.ts > silence.until and step.sent.bus == silence.bus and step.sent.can_id & EXTENDED
        )
        found += [(index, *silence.gives) for index in reveals][:1]
    return sorted(found, key=repr)
