"""The kernels held against the oracle: all that a batch gives, to the last bit."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

import numpy as np

from parsing.compiler import compile_model
from parsing.compiler.packing import pack
from parsing.engine import Extractor
from parsing.engine.kernels import address
from parsing.engine.long_form import long_rows
from parsing.engine.row_extractor import FrameColumns, RowExtractor
from parsing.engine.scratch import CompiledModel
from tests.parsing.oracle import ABSENT, Decoded, Oracle, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsing.compiler import ModelTables
    from parsing.definitions import Content
    from parsing.engine import Extraction, Frames

    Answer = Decoded | Unknown | None
    Cells = dict[tuple[int, int, int], tuple[int, int, int, int]]
    """(source, bits of the value, quality, raw) by (frame, group, slot)."""


def compare(content: Content, frames: Frames, model_id: int = 1) -> tuple[Extraction, list[Answer]]:
    """Extract and decode a batch, and assert that both say the same; returns what they say."""
    tables = compile_model(content, model_id)
    extraction = Extractor(tables).extract(frames)
    oracle = Oracle(content, model_id)
    answers = [oracle.decode(*frame) for frame in each_frame(frames)]
    expected = oracle_cells(answers)
    assert_cells(extraction, expected)
    assert_long_rows(extraction, tables, expected)
    assert_rows_of_plain_memory(extraction, tables)
    assert_counts(extraction, frames, answers)
    return extraction, answers


def each_frame(frames: Frames) -> Iterator[tuple[int, int, bytes]]:
    """(bus, id, payload) of each frame. A length beyond the columns is not believed."""
    for bus, can_id, length, data in zip(frames.bus, frames.can_id, frames.length, frames.data, strict=True):
        yield int(bus), int(can_id), data[:length].tobytes()


def bits_of(value: float) -> int:
    """All NaNs are one: which of them an operation gives is the processor's affair (IEEE 754-2019, 6.2.3)."""
    return struct.unpack(">Q", struct.pack(">d", math.nan if math.isnan(value) else value))[0]


def oracle_cells(answers: list[Answer]) -> Cells:
    """Absent ones included, without a raw number."""
    return {
        (frame, row.group, slot): (row.source, bits_of(cell.value), cell.quality, cell.raw or 0)
        for frame, answer in enumerate(answers)
        if isinstance(answer, Decoded)
        for row in answer.rows
        for slot, cell in enumerate(row.cells)
    }


def assert_cells(extraction: Extraction, expected: Cells) -> None:
    found = {}
    for block in extraction.blocks:
        assert (np.diff(block.frame_index.astype(np.int64)) > 0).all()
        rows = zip(
            block.frame_index.tolist(),
            block.source.tolist(),
            block.values.tolist(),
            block.qualities.tolist(),
            strict=True,
        )
        for frame, source, values, qualities in rows:
            for slot, (value, quality) in enumerate(zip(values, qualities, strict=True)):
                found[frame, block.group, slot] = source, bits_of(value), quality
    assert found == {key: cell[:3] for key, cell in expected.items()}
    assert extraction.rows == len({key[:2] for key in expected})


def assert_long_rows(extraction: Extraction, tables: ModelTables, expected: Cells) -> None:
    """Raw numbers too; a row a value that is there, in the order of the frames."""
    places = signal_places(tables)
    rows = long_rows(extraction)
    assert (np.diff(rows.frame.astype(np.int64)) >= 0).all()
    found = {}
    columns = (rows.frame, rows.signal, rows.value, rows.quality, rows.raw)
    for frame, signal, value, quality, raw in zip(*(column.tolist() for column in columns), strict=True):
        found[frame, *places[signal]] = bits_of(value), quality, raw
    assert len(found) == len(rows)
    # 64 unsigned bits are the i64 of the same bits.
    there = {key: (bits, quality, raw) for key, (_, bits, quality, raw) in expected.items() if quality != ABSENT}
    assert found == {
        key: (bits, quality, raw - 2**64 if raw >= 2**63 else raw) for key, (bits, quality, raw) in there.items()
    }


def assert_rows_of_plain_memory(extraction: Extraction, tables: ModelTables) -> None:
    """The other way to the same rows, over a model that was packed."""
    frames, extractor = extraction.frames, RowExtractor(CompiledModel(pack(tables)))
    words = frames.words()
    columns = map(address, (frames.bus, frames.can_id, frames.length, words))

    found = extractor.extract(FrameColumns(len(frames), 0, 0, *columns, words.shape[1], words))

    long = long_rows(extraction)
    for name in ("frame", "signal", "value", "raw", "quality"):
        column = getattr(long, name)
        assert bytes(getattr(found.rows, name).view[: column.nbytes]) == column.tobytes(), name
    assert (found.other, found.short) == (extraction.other_frames, len(extraction.short_frame))
    unknown = zip(extraction.unknown_frame.tolist(), extraction.unknown_page.tolist(), strict=True)
    assert extractor.unknown_frames() == list(unknown)


def signal_places(tables: ModelTables) -> list[tuple[int, int]]:
    """(group, slot) of each place in the table of signals."""
    places = [(group, place) for group in tables.groups for place in range(group["first_signal"], group["end_signal"])]
    groups = {place: int(group["id"]) for group, place in places}
    return [(groups[place], int(signal["slot"])) for place, signal in enumerate(tables.signals)]


def assert_counts(extraction: Extraction, frames: Frames, answers: list[Answer]) -> None:
    """Frames that give no rows, each with one of its unknown pages; frames that end too early; the others."""
    unknown = {frame: answer.pages for frame, answer in enumerate(answers) if isinstance(answer, Unknown)}
    pages = dict(zip(extraction.unknown_frame.tolist(), extraction.unknown_page.tolist(), strict=True))
    assert len(pages) == len(extraction.unknown_frame)
    assert pages.keys() == unknown.keys()
    assert all(page in unknown[frame] for frame, page in pages.items())
    assert sorted(extraction.short_frame.tolist()) == [
        frame for frame, answer in enumerate(answers) if isinstance(answer, Decoded) and answer.is_short
    ]
    assert extraction.other_frames == answers.count(None)

    sums: dict[tuple[int, int, int], list[int]] = {}
    for frame, page in sorted(pages.items()):
        sums.setdefault((int(frames.bus[frame]), int(frames.can_id[frame]), page), []).append(frame)
    counted = extraction.unmodelled
    columns = (counted.bus, counted.can_id, counted.page, counted.count, counted.first, counted.last)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == [
        (*key, len(alike), alike[0], alike[-1]) for key, alike in sums.items()
    ]
