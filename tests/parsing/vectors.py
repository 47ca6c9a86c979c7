"""Payloads against a DBC file, for tests on vectors: what each gives by the names of signals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from parsing.assemble import build_content
from parsing.dbc import read_dbc
from parsing.engine import Frames
from tests.parsing.oracle import ABSENT, EXTENDED, Cell, Decoded
from tests.parsing.oracle_comparison import compare

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from parsing.dbc import Match
    from parsing.definitions import Content, Signal
    from tests.parsing.oracle_comparison import Answer


class Definitions:
    """DBC files as the only model of a content, each with its `match` and bus."""

    def __init__(self, files: Iterable[tuple[str | bytes, Match, int | None]]) -> None:
        files = list(files)
        self.sets = [read_dbc(file, str(number), match=match) for number, (file, match, _) in enumerate(files)]
        bindings = [(str(number), bus) for number, (_, _, bus) in enumerate(files)]
        self.content: Content = build_content(self.sets, {"model": bindings})
        self.signals: dict[tuple[int, int], Signal] = {
            (group.id, signal.slot): signal
            for each in self.content.sets
            for message in each.messages
            for group in message.groups
            for signal in group.signals
        }

    def decode(self, listed: Sequence[tuple[int, int, bytes]]) -> list[Answer]:
        """What each (bus, id, payload) gives by the oracle; asserts that the kernels say the same."""
        return compare(self.content, frames_of(listed))[1]

    def cells_of(self, answer: Decoded) -> list[tuple[Signal, Cell]]:
        return [(self.signals[row.group, slot], cell) for row in answer.rows for slot, cell in enumerate(row.cells)]

    def by_name(self, answer: Decoded) -> dict[str, Cell]:
        """All cells that are there, by the name of the signal."""
        return {signal.name: cell for signal, cell in self.cells_of(answer) if cell.quality != ABSENT}

    def names_of_values(self, answer: Decoded) -> dict[str, dict[int, str]]:
        """The enum of each signal that a frame gives."""
        enums: dict[int | None, dict[int, str]] = {enum.id: dict(enum.values) for enum in self.content.enums}
        return {signal.name: enums.get(signal.enum, {}) for signal, _ in self.cells_of(answer)}


def frames_of(listed: Sequence[tuple[int, int, bytes]]) -> Frames:
    """What is behind a payload is ones: they show a kernel that reads beyond the frame."""
    width = max(8, *(len(data) for _, _, data in listed))
    return Frames(
        np.array([bus for bus, _, _ in listed], np.uint8),
        np.array([can_id for _, can_id, _ in listed], np.uint32),
        np.array([len(data) for _, _, data in listed], np.uint16),
        np.frombuffer(b"".join(data.ljust(width, b"\xff") for _, _, data in listed), np.uint8).reshape(-1, width),
    )


def read_vectors(table: Path) -> dict[str, dict[tuple[int, bytes], list[dict[str, Any]]]]:
    """The rows of a table of vectors by DBC, and by (id, payload)."""
    import pyarrow.parquet as pq

    vectors: dict[str, dict[tuple[int, bytes], list[dict[str, Any]]]] = {}
    for row in pq.read_table(table).to_pylist():
        key = row["can_id"] | (EXTENDED if row["extended"] else 0), bytes.fromhex(row["data_hex"])
        vectors.setdefault(row["dbc"], {}).setdefault(key, []).append(row)
    return vectors
