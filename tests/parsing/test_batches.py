"""Batches: of any size, and from columns of any memory."""

from __future__ import annotations

import numpy as np
import pytest
from definition_samples import content, definition_set, extractor, group, message, signal

from parsing.engine import Frames
from parsing.engine.layout import CHUNK

ENGINE_CONTENT = content(
    definition_set(1, message(group(1, signal("a", 0, 16), signal("b", 23, 16, slot=1, byte_order="big"))))
)


def numbered(count: int) -> Frames:
    data = np.zeros((count, 8), np.uint8)
    data[:, :2] = np.arange(count, dtype="<u2").view(np.uint8).reshape(-1, 2)
    data[:, 2:4] = np.arange(count, dtype=">u2").view(np.uint8).reshape(-1, 2)
    return Frames(np.zeros(count, np.uint8), np.full(count, 0x123, np.uint32), np.full(count, 8, np.uint16), data)


@pytest.mark.parametrize("count", [1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7, 65_536])
def test_every_frame_of_a_batch_of_any_size_is_there(count: int) -> None:
    engine = extractor(ENGINE_CONTENT)

    for size in (count, 5, count):  # the scratch memory is used again
        (block,) = engine.extract(numbered(size)).blocks
        assert block.frame_index.tolist() == list(range(size))
        assert block.values.tolist() == [[row, row] for row in range(size)]
        assert not block.qualities.any()


def test_results_are_the_callers_own() -> None:
    engine = extractor(ENGINE_CONTENT)
    (first,) = engine.extract(numbered(3)).blocks

    engine.extract(numbered(2000))

    assert first.values.tolist() == [[0, 0], [1, 1], [2, 2]]


def test_read_only_and_strided_columns() -> None:
    frames = numbered(10)
    wide = np.zeros((10, 32), np.uint8)
    wide[:, 8:16] = frames.data
    data = wide[:, 8:16]
    can_id = np.frombuffer(frames.can_id.tobytes(), np.uint32)

    (block,) = extractor(ENGINE_CONTENT).extract(Frames(frames.bus, can_id, frames.length, data)).blocks

    assert block.values.tolist() == [[row, row] for row in range(10)]


def test_a_length_beyond_the_columns_is_not_believed() -> None:
    frames = numbered(1)

    of = content(definition_set(1, message(group(1, signal("a", 56, 16)))))
    (block,) = extractor(of).extract(Frames(frames.bus, frames.can_id, np.array([255], np.uint16), frames.data)).blocks

    assert block.qualities.tolist() == [[6]]


@pytest.mark.parametrize(
    "columns",
    [
        {"bus": np.zeros(2, np.uint8)},
        {"can_id": np.zeros(1, np.int64)},
        {"length": np.zeros((1, 1), np.uint16)},
        {"data": np.zeros(8, np.uint8)},
        {"data": np.zeros((2, 8), np.uint8)},
        {"data": np.zeros((1, 8), np.int8)},
    ],
)
def test_columns_that_disagree_are_refused(columns: dict[str, np.ndarray]) -> None:
    right = {
        "bus": np.zeros(1, np.uint8),
        "can_id": np.zeros(1, np.uint32),
        "length": np.zeros(1, np.uint16),
        "data": np.zeros((1, 8), np.uint8),
    }

    with pytest.raises(ValueError, match=next(iter(columns))):
        Frames(**(right | columns))
