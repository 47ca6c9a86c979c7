"""J1939 buses on which everything goes wrong: the listener never raises, and cuts and its kept state change nothing."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise
from random import Random

import numpy as np

from parsing.definitions import TIME_END
from parsing.engine import Frames
from parsing.j1939 import Heard, J1939Listener
from tests.fuzz.cases import Case
from tests.parsing.oracle import EXTENDED

TP_CM, TP_DT, DM1, DM2, CLAIM = 0xEC00, 0xEB00, 0xFECA, 0xFECB, 0xEE00
ADDRESSES = (0, 1, 2, 254, 255)
RTS, CTS, ACK, BAM, ABORT = 16, 17, 19, 32, 255
ROW = np.dtype([("ts", "<i8"), ("bus", "u1"), ("can_id", "<u4"), ("length", "<u2"), ("data", "u1", 8)])


def make_listener(random: Random) -> Case:
    rows: list[tuple[int, int, int, bytes]] = []
    clock = random.choice((0, 10**15, 10**15, TIME_END - 5_000_000))
    for _ in range(random.randint(1, 12)):
        bus, sender, receiver = random.choice((0, 1)), random.choice(ADDRESSES), random.choice(ADDRESSES)
        pause = random.choice((1000, 20_000, 50_000, 740_000, 760_000))
        for pgn, payload, to in random.choice((_broadcast, _broadcast, _connection, _connection, _single, _noise))(
            random
        ):
            clock += pause if random.random() < 0.99 else random.choice((-100_000, 2_000_000, random.getrandbits(34)))
            clock = min(max(clock, 0), TIME_END - 1)
            ends = {"all": (sender, 255), "one": (sender, receiver), "back": (receiver, sender)}[to]
            rows.append((clock, bus, _id(pgn, *ends), payload))
    _disturb(random, rows)
    seed = random.getrandbits(32)
    return Case([_pack(*row) for row in rows], lambda pieces: run_listener(pieces, seed), "ts, bus, id, length, data")


def _id(pgn: int, sender: int, receiver: int) -> int:
    return EXTENDED | 6 << 26 | pgn << 8 | (receiver << 8 if pgn >> 8 & 0xFF < 240 else 0) | sender


Sent = list[tuple[int, bytes, str]]
"""PGN and payload of frames between two nodes, and whether to `all`, to the `one`, or `back`."""


def _broadcast(random: Random) -> Sent:
    _, told, body = _message(random, 255)
    return [(TP_CM, bytes([BAM]) + told, "all"), *((TP_DT, each, "all") for each in body)]


def _connection(random: Random) -> Sent:
    """Both sides of it."""
    pgn, told, body = _message(random, random.choice((255, 8)))
    sent = [(TP_CM, bytes([RTS]) + told, "one")]
    for number, each in enumerate(body, 1):
        if number % 8 == 1:
            granted = bytes([CTS, random.choice((8, 8, 8, 0, 1)), number & 255, 255, 255]) + pgn
            sent.append((TP_CM, granted, "back"))
        sent.append((TP_DT, each, "one"))
    return [*sent, (TP_CM, bytes([random.choice((ACK, ACK, ABORT, random.getrandbits(8)))]) + told, "back")]


def _message(random: Random, most: int) -> tuple[bytes, bytes, list[bytes]]:
    """PGN, what announces the message behind the control byte, and its packets; mostly all as it should be."""
    pgn = random.choice((DM1, DM1, DM2, 0xFEE3, 0xEF00, random.getrandbits(18))).to_bytes(3, "little")
    size = random.choice((9, 10, 14, 22, 22, 100, 1785, 1786, 8, 0, 65_535, random.randint(9, 300)))
    packets = -(-size // 7) & 255 if random.random() < 0.9 else random.getrandbits(8)
    content = random.choice(
        (random.randbytes(7 * packets), bytes(7 * packets), b"\x00\xff" + b"\x64\x00\x01\x05" * 500)
    )
    body = [bytes([number + 1 & 255]) + content[7 * number :][:7].ljust(7, b"\xff") for number in range(packets)]
    return pgn, size.to_bytes(2, "little") + bytes([packets, most]) + pgn, body


def _single(random: Random) -> Sent:
    payload = random.choice(
        (random.randbytes(8), bytes(8), b"\xff" * 8, b"\x04\x00" + random.randbytes(4) + b"\xff\xff")
    )
    return [(random.choice((DM1, DM1, DM2, CLAIM)), payload, "all")] * random.choice((1, 1, 3))


def _noise(random: Random) -> Sent:
    pgns = (TP_CM, TP_DT, DM1, DM2, CLAIM, random.getrandbits(18))
    count = random.randint(1, 20)
    return [(random.choice(pgns), random.randbytes(random.randint(0, 8)), "one") for _ in range(count)]


def _disturb(random: Random, rows: list[tuple[int, int, int, bytes]]) -> None:
    """Frames lost, doubled, late, cut short, and of other buses."""
    for _ in range(random.choice((0, 0, 1, 3, 10))):
        place, other = random.randrange(len(rows)), random.randrange(len(rows))
        ts, bus, can_id, payload = rows[place]
        way = random.randrange(5)
        if way == 0 and len(rows) > 1:
            del rows[place]
        elif way == 1:
            rows.insert(other, rows[place])
        elif way == 2:
            rows[place], rows[other] = rows[other], rows[place]
        elif way == 3:
            rows[place] = ts, bus, can_id ^ 1 << random.randrange(32), payload
        else:
            rows[place] = ts, bus, can_id, payload[: random.randint(0, 8)]


def _pack(ts: int, bus: int, can_id: int, payload: bytes) -> bytes:
    data = np.frombuffer(payload.ljust(8, b"\xaa")[:8], np.uint8)
    return np.array([(ts, bus, can_id, len(payload), data)], ROW).tobytes()


def run_listener(pieces: list[bytes], seed: int) -> None:
    table = np.frombuffer(b"".join(pieces), ROW)
    whole = _hear(J1939Listener(), table, 0)
    random = Random(seed)  # noqa: S311 - repeatable
    cuts = sorted({0, len(table), *(random.randint(0, len(table)) for _ in range(3))})
    listener, parts = J1939Listener(), Heard()
    for start, end in pairwise(cuts):
        listener = J1939Listener.unpack(listener.pack())
        part = _hear(listener, table[start:end], start)
        for field in fields(Heard):
            getattr(parts, field.name).extend(getattr(part, field.name))
    assert parts == whole


def _hear(listener: J1939Listener, table: np.ndarray, first: int) -> Heard:
    columns = (np.ascontiguousarray(table[name]) for name in ("bus", "can_id", "length", "data"))
    return listener.hear(np.ascontiguousarray(table["ts"]), Frames(*columns), first=first)
