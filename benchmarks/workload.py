"""Workload W1: what a mixed fleet's buses carry, made from a seed. All peers get the same DBC text.

60 J1939 messages with 400 or more signals: multiplexed ones, both byte orders, signed ones, limits and sentinels of
J1939; 200 machines; ids as often as their cycle times make them.
"""

from __future__ import annotations

from dataclasses import dataclass

import cantools
import numpy as np

from parsing.engine import Frames

EXTENDED = 0x8000_0000
MACHINES = 200
CYCLES_MS = (10, 20, 50, 100, 100, 250, 500, 1000, 1000, 5000)
FIRST_PGN = 0xFE10


@dataclass(frozen=True, slots=True)
class Workload:
    """A DBC, and frames of `machine` u32[n]."""

    name: str
    dbc: str
    frames: Frames
    machine: np.ndarray


def w1(frames: int, seed: int = 2026) -> Workload:
    rng = np.random.default_rng(seed)
    dbc = _w1_dbc(rng)
    database = cantools.database.load_string(dbc, "dbc", strict=True)
    weights = np.array([1.0 / CYCLES_MS[index % len(CYCLES_MS)] for index in range(len(database.messages))])
    return Workload("W1", dbc, *_frames(database, weights, frames, rng))


def of_dbc(name: str, dbc: str, frames: int, seed: int = 2026) -> Workload:
    """Random payloads for the messages of a DBC that cantools reads; every message alike, pages that exist."""
    rng = np.random.default_rng(seed)
    database = cantools.database.load_string(dbc, "dbc", strict=False)
    database.messages[:] = [message for message in database.messages if message.signals]
    return Workload(name, dbc, *_frames(database, np.ones(len(database.messages)), frames, rng))


def _frames(
    database: cantools.database.Database, weights: np.ndarray, count: int, rng: np.random.Generator
) -> tuple[Frames, np.ndarray]:
    messages = database.messages
    chosen = rng.choice(len(messages), count, p=weights / weights.sum())
    ids = np.array([m.frame_id | (EXTENDED if m.is_extended_frame else 0) for m in messages], np.uint32)
    length = np.array([m.length for m in messages], np.uint16)[chosen]
    width = 8 if length.max() <= 8 else 64
    data = rng.integers(0, 256, (count, width), np.uint8)
    for index, message in enumerate(messages):
        at = np.flatnonzero(chosen == index)
        for signal in message.signals:
            if signal.is_multiplexer:
                pages = sorted(
                    {
                        page
                        for s in message.signals
                        for page in s.multiplexer_ids or ()
                        if s.multiplexer_signal == signal.name
                    }
                )
                data[at, signal.start // 8] = rng.choice(pages, len(at))
    return Frames(np.zeros(count, np.uint8), ids[chosen], length, data), rng.integers(0, MACHINES, count).astype(
        np.uint32
    )


def _w1_dbc(rng: np.random.Generator) -> str:
    lines = ['VERSION ""', "NS_ :", "BS_:", "BU_: ECU"]
    ids = []
    for number in range(60):
        can_id = EXTENDED | 6 << 26 | (FIRST_PGN + 3 * number) << 8 | 0xFE
        ids.append(can_id)
        lines.append(f"BO_ {can_id} M{number}: 8 ECU")
        if number % 10 == 4:
            lines += _multiplexed(number, rng)
        else:
            lines += _plain(number, rng)
    lines.append('BA_DEF_ BO_ "VFrameFormat" ENUM "StandardCAN","ExtendedCAN","reserved","J1939PG";')
    lines.append('BA_DEF_DEF_ "VFrameFormat" "J1939PG";')
    return "\n".join(lines) + "\n"


def _plain(number: int, rng: np.random.Generator) -> list[str]:
    big = number % 3 == 1
    lengths: list[int] = []
    while sum(lengths) < 64 and len(lengths) < 9:
        lengths.append(min(int(rng.choice([2, 4, 8, 8, 8, 16, 16, 12])), 64 - sum(lengths)))
    at = 0
    lines = []
    for index, length in enumerate(lengths):
        lines.append(_signal(f"M{number}_S{index}", at, length, rng, big=big))
        at += length
    return lines


def _multiplexed(number: int, rng: np.random.Generator) -> list[str]:
    lines = [f' SG_ M{number}_Page M : 0|8@1+ (1,0) [0|0] "" ECU']
    for page in range(4):
        for index in range(5):
            text = _signal(f"M{number}_P{page}_S{index}", 8 + 11 * index, 11, rng, big=False)
            lines.append(text.replace(" : ", f" m{page} : "))
    return lines


def _signal(name: str, at: int, length: int, rng: np.random.Generator, *, big: bool) -> str:
    """`at` counts bits as they are sent for big-endian signals, from the least significant one else."""
    signed = length >= 8 and rng.random() < 0.15
    scale = float(rng.choice([1, 0.125, 0.5, 0.05, 0.00390625, 0.4]))
    offset = float(rng.choice([0, 0, -40, -125, -273])) if length >= 8 else 0.0
    low, high = (-(2 ** (length - 1)), 2 ** (length - 1) - 1) if signed else (0, 2**length - 1)
    reach = high * 0.97
    limits = "0|0" if rng.random() < 0.2 else f"{low * scale + offset:.10g}|{reach * scale + offset:.10g}"
    start = at ^ 7 if big else at
    kind = f"{0 if big else 1}{'-' if signed else '+'}"
    return f' SG_ {name} : {start}|{length}@{kind} ({scale:g},{offset:g}) [{limits}] "" ECU'
