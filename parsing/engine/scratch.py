"""A model's tables, and a batch's scratch memory, with the addresses that the kernels take."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from parsing.engine.layout import CHUNK, MODEL_ADDRESSES, ROWS_ALIGNED, Model
from parsing.engine.memory import Memory

_GROUP_WORDS = 5
"""Of a record of `tables.GROUP`: `id` and `width` are the first two."""


class Room(NamedTuple):
    """Memory for what a batch gives: `cells` f64 values, as many u8 qualities, and `rows` u32 frame indices."""

    cells: int
    rows: int

    @property
    def size(self) -> int:
        return self.index_at + 4 * self.rows

    @property
    def qualities_at(self) -> int:
        """Where they begin, behind the values."""
        return 8 * self.cells

    @property
    def index_at(self) -> int:
        """Where frame indices begin, behind the qualities."""
        return 9 * self.cells


class CompiledModel:
    """A model from the block that `parsing.compiler.packing` makes of its tables.

    `groups` and `signals` are their numbers; `list_at` is the address of the list `Model`.
    """

    def __init__(self, packed: bytes | memoryview) -> None:
        self._memory = Memory.of(packed)
        places = self._memory.view[: 8 * len(Model)].cast("Q")
        for place in MODEL_ADDRESSES:
            places[place] += self._memory.at
        self.list_at = self._memory.at
        self.groups, self.signals, widths = places[Model.GROUPS], places[Model.SIGNAL_COUNT], places[Model.WIDTHS]
        self.groups_at, self.signals_at = places[Model.GROUP_TABLE], places[Model.SIGNALS]
        self.most_groups, self.most_cells = max(1, places[Model.MOST_GROUPS]), places[Model.MOST_CELLS]
        self.most_pages = places[Model.MOST_PAGES]
        self.padding_rows = (ROWS_ALIGNED - 1) * self.groups
        self._padding_cells = (ROWS_ALIGNED - 1) * widths

    def room(self, frames: int) -> Room:
        """For the most that so many frames can give; what they do not fill is not touched."""
        cells = -(-(frames * self.most_cells + self._padding_cells) // ROWS_ALIGNED) * ROWS_ALIGNED
        return Room(cells, frames * self.most_groups + self.padding_rows)

    @cached_property
    def ids(self) -> list[int]:
        """By group."""
        return self._group_words()[0::_GROUP_WORDS]

    @cached_property
    def widths(self) -> list[int]:
        """By group."""
        return self._group_words()[1::_GROUP_WORDS]

    def _group_words(self) -> list[int]:
        return self._memory.numbers("I", _GROUP_WORDS * self.groups, self.groups_at - self._memory.at)


class Scratch:
    """Memory that a batch of up to `capacity` frames needs on its way; `list_at` is the address of the list `Work`.

    `unknown_frame` u32, `unknown_page` i64 and `short_frame` u32 are for who called.
    """

    def __init__(self, model: CompiledModel, capacity: int) -> None:
        entries = capacity * model.most_groups
        self.capacity = capacity
        self.unknown_frame, self.unknown_page = Memory(4 * capacity), Memory(8 * capacity)
        self.short_frame = Memory(4 * capacity)
        # In the order of `Work`.
        self._parts = (
            Memory(4 * model.most_pages),
            Memory(4 * entries),
            Memory(4 * entries),
            Memory(4 * capacity),
            self.unknown_frame,
            self.unknown_page,
            self.short_frame,
            Memory(8 * 3 * CHUNK),
            Memory(8 * (entries + model.padding_rows)),
            Memory(8 * model.groups),
        )
        self._list = Memory.of_numbers("Q", [part.at for part in self._parts])
        self.list_at = self._list.at
