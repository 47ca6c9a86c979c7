"""A model's tables as one block of bytes that kernels read where it lies: it can be kept in a file, or shared."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from parsing.engine.layout import Model

if TYPE_CHECKING:
    from parsing.compiler.tables import ModelTables

_ALIGNMENT = 64


def pack(tables: ModelTables) -> bytes:
    """The list `Model` (u64 each), with distances from the block's beginning for addresses, and the tables behind it.

    Each table is at a multiple of 64 bytes, in this machine's byte order (`parsing.engine.scratch.CompiledModel`).
    """
    matches = tables.matches
    arrays = {
        Model.GROUP_TABLE: tables.groups,
        Model.SIGNALS: tables.signals,
        Model.GROUP_BITS: tables.group_bits,
        Model.BUS_CLASSES: tables.bus_classes,
        Model.KEYS: matches.keys,
        Model.ROUTES: matches.routes,
        Model.PAGES: tables.pages,
        Model.PAGE_GROUPS: tables.page_groups,
        Model.PAGE_MULTIPLEXORS: tables.page_multiplexors,
        Model.MULTIPLEXORS: tables.multiplexors,
        Model.INTERVALS: tables.intervals,
        Model.DENSE: tables.dense,
        Model.SIMPLE: tables.simple,
        Model.LEAVES: tables.leaves,
        Model.ADDRESSES: matches.addresses,
    }
    places: dict[Model, int] = {
        Model.GROUPS: len(tables.groups),
        Model.MULTIPLIER: matches.multiplier,
        Model.SHIFT: matches.shift,
        Model.LAST: len(matches.keys) - 1,
        Model.EXACT_EXTENDED: int(tables.exact_extended),
        Model.HAS_CLASSES: int(tables.bus_classes.any()),
        Model.SIGNAL_COUNT: len(tables.signals),
        Model.WIDTHS: int(tables.groups["width"].sum(dtype=np.int64)),
        Model.MOST_GROUPS: tables.most_groups,
        Model.MOST_CELLS: tables.most_cells,
        Model.MOST_PAGES: tables.most_pages,
    }
    block = bytearray(8 * len(Model))
    for place, array in arrays.items():
        block += bytes(-len(block) % _ALIGNMENT)
        places[place] = len(block)
        block += np.ascontiguousarray(array).tobytes()
    struct.pack_into(f"={len(Model)}Q", block, 0, *(places[place] for place in Model))
    return bytes(block)
