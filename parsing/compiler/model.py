"""A release's content and a model's id to `ModelTables`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from parsing.compiler.fields import describe, locate
from parsing.compiler.matching import Matcher
from parsing.compiler.paging import Multiplexor, Page, build_tree
from parsing.compiler.tables import (
    ADDRESSED_GROUP,
    GROUP,
    INTERVAL,
    MULTIPLEXOR,
    NO_GROUP,
    NO_PAGE,
    PAGE,
    PLACE_BITS,
    SIGNAL,
    SIMPLE,
    SIMPLE_GROUP,
    Layout,
    ModelTables,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parsing.definitions import Content, Enum, Group, Message, Signal

DENSE_BITS = 10
"""Multiplexors up to this many bits find their page in one step."""


def compile_model(content: Content, model_id: int) -> ModelTables:
    """The tables for the machines of a model; KeyError where the content has no such model."""
    builder = _Builder({enum.id: enum for enum in content.enums})
    matcher = Matcher(builder.route_of)
    sets = {definition_set.id: definition_set for definition_set in content.sets}
    model = {model.id: model for model in content.models}[model_id]
    bus_classes = matcher.add_model(model, sets)
    return ModelTables(
        bus_classes=bus_classes,
        matches=matcher.table(),
        exact_extended=matcher.exact_extended,
        pages=_records(builder.pages, PAGE),
        page_groups=np.array(builder.page_groups, np.uint32),
        page_multiplexors=np.array(builder.page_multiplexors, np.uint32),
        multiplexors=_records(builder.multiplexors, MULTIPLEXOR),
        intervals=_records(builder.intervals, INTERVAL),
        dense=np.array(builder.dense, np.uint32),
        simple=_records(builder.simple, SIMPLE),
        leaves=np.array(builder.leaves, np.uint32),
        groups=_records(builder.groups, GROUP),
        group_bits=np.array(builder.group_bits, np.uint32),
        signals=_records(builder.signals, SIGNAL),
        most_groups=builder.most_groups,
        most_cells=builder.most_cells,
        most_pages=builder.most_pages,
    )


class _Builder:
    """Grows the tables message by message; a message that several keys lead to is added once."""

    def __init__(self, enums: Mapping[int, Enum]) -> None:
        self._enums = enums
        self._routes: dict[int, int] = {}
        self._group_index: dict[int, int] = {}
        self._page_index: dict[int, tuple[Page, int]] = {}
        self.pages: list[dict[str, Any]] = []
        self.page_groups: list[int] = []
        self.page_multiplexors: list[int] = []
        self.multiplexors: list[dict[str, Any]] = []
        self.intervals: list[dict[str, Any]] = []
        self.dense: list[int] = []
        self.simple: list[dict[str, Any]] = []
        self.leaves: list[int] = []
        self.group_bits: list[int] = []
        self.groups: list[dict[str, Any]] = []
        self.signals: list[dict[str, Any]] = []
        self.most_groups = self.most_cells = 0
        self.most_pages = 1

    def route_of(self, message: Message) -> int:
        """The route of a message (see `tables.HashTable`)."""
        key = id(message)  # the content keeps every message alive for as long as the builder lives
        if key not in self._routes:
            for group in message.groups:
                self._add_group(group, j1939=message.j1939)
            root = build_tree(message, self._enums)
            most = _bounds(root, {})
            self.most_groups = max(self.most_groups, most.groups)
            self.most_cells = max(self.most_cells, most.cells)
            self.most_pages = max(self.most_pages, most.pages)
            page = self._add_page(root)
            self._routes[key] = self._route(page, message.length)
        return self._routes[key]

    def _route(self, page: int, length: int) -> int:
        groups = self._groups_of(page)
        if max(len(self.pages), len(self.groups)) >= ADDRESSED_GROUP:
            msg = f"a model has at most {ADDRESSED_GROUP} groups"
            raise ValueError(msg)
        if len(groups) == 1 and not self._multiplexors_of(page):
            return self._packed(length, page, groups[0], groups)
        simple = self._simple(page)
        if simple is None:
            return self._packed(length, page, NO_GROUP, [])
        self.simple.append({**simple, "length": length})
        leaves = self.leaves[simple["first_leaf"] :]
        reached = [simple["group"], *(group for group in leaves if group != NO_GROUP)]
        return self._packed(length, len(self.simple) - 1, SIMPLE_GROUP, reached)

    def _packed(self, length: int, page: int, group: int, groups: list[int]) -> int:
        """`groups` are those that a frame must be long enough for if no closer look is to be taken."""
        needed = max([length, *(-(-self.group_bits[each] // 8) for each in groups)])
        return needed << 2 * PLACE_BITS | page << PLACE_BITS | group

    def _simple(self, page: int) -> dict[str, Any] | None:
        """The record of a simple message (see `tables.SIMPLE`), whose leaves are added; None where it is not simple."""
        groups, multiplexors = self._groups_of(page), [self.multiplexors[n] for n in self._multiplexors_of(page)]
        if len(groups) != 1 or len(multiplexors) != 1:
            return None
        (multiplexor,) = multiplexors
        pages = (
            self.dense[multiplexor["first_interval"] : multiplexor["end_interval"]] if multiplexor["is_dense"] else []
        )
        inner = {each for each in pages if each != NO_PAGE}
        plain = all(len(self._groups_of(each)) == 1 and not self._multiplexors_of(each) for each in inner)
        if not inner or not plain or multiplexor["layout"] != Layout.ONE_WORD:
            return None
        first_leaf = len(self.leaves)
        self.leaves += [self._groups_of(each)[0] if each != NO_PAGE else NO_GROUP for each in pages]
        place = {name: multiplexor[name] for name in ("first", "mask", "word", "big")}
        return {**place, "group": groups[0], "first_leaf": first_leaf, "page": page}

    def _groups_of(self, page: int) -> list[int]:
        return self.page_groups[self.pages[page]["first_group"] : self.pages[page]["end_group"]]

    def _multiplexors_of(self, page: int) -> list[int]:
        return self.page_multiplexors[self.pages[page]["first_multiplexor"] : self.pages[page]["end_multiplexor"]]

    def _add_group(self, group: Group, *, j1939: bool) -> None:
        first = len(self.signals)
        fields = [describe(signal) for signal in group.signals]
        # Signals of one word stand together: its rows are fetched once.
        self.signals += sorted(fields, key=lambda field: (field["big"], field["word"]))
        self.group_bits.append(max((signal.end for signal in group.signals), default=0))
        self._group_index[group.id] = len(self.groups)
        self.groups.append(
            {
                "id": group.id,
                "width": group.width,
                "first_signal": first,
                "end_signal": len(self.signals),
                "j1939": j1939,
            }
        )

    def _add_page(self, page: Page) -> int:
        known = self._page_index.get(id(page))
        if known is not None:
            return known[1]
        multiplexors = [self._add_multiplexor(multiplexor) for multiplexor in page.multiplexors]
        first_group, first_multiplexor = len(self.page_groups), len(self.page_multiplexors)
        # A group without signals makes its page known; it has no rows.
        self.page_groups += [self._group_index[group.id] for group in page.groups if group.signals]
        self.page_multiplexors += multiplexors
        index = len(self.pages)
        self.pages.append(
            {
                "first_group": first_group,
                "end_group": len(self.page_groups),
                "first_multiplexor": first_multiplexor,
                "end_multiplexor": len(self.page_multiplexors),
            }
        )
        # The page itself is kept too, so that its id() cannot be given to another one.
        self._page_index[id(page)] = (page, index)
        return index

    def _add_multiplexor(self, multiplexor: Multiplexor) -> int:
        intervals = [(low, high, self._add_page(page)) for low, high, page in multiplexor.intervals]
        is_dense = multiplexor.signal.length <= DENSE_BITS
        table: list[Any] = self.dense if is_dense else self.intervals
        first = len(table)
        if is_dense:
            table += _dense_pages(multiplexor.signal, intervals)
        else:
            table += [{"low": low, "high": high, "page": page} for low, high, page in intervals]
        place = {"first_interval": first, "end_interval": len(table), "is_dense": is_dense}
        self.multiplexors.append({**locate(multiplexor.signal), **place})
        return len(self.multiplexors) - 1


def _dense_pages(signal: Signal, intervals: list[tuple[int, int, int]]) -> list[int]:
    """The page of each raw number, NO_PAGE where there is none."""
    pages = [int(NO_PAGE)] * 2**signal.length
    lowest = -(2 ** (signal.length - 1)) if signal.type == "signed" else 0
    for low, high, page in intervals:
        for number in range(max(low, lowest), min(high, lowest + len(pages) - 1) + 1):
            pages[number % len(pages)] = page
    return pages


class _Most(NamedTuple):
    groups: int
    cells: int
    pages: int


def _bounds(page: Page, known: dict[int, _Most]) -> _Most:
    """Rows and cells that a frame can give from this page on, and pages that can wait to be visited at once."""
    if id(page) not in known:
        groups, cells, deepest = len(page.groups), sum(group.width for group in page.groups), 1
        for multiplexor in page.multiplexors:
            inner = [_bounds(inner_page, known) for _, _, inner_page in multiplexor.intervals]
            groups += max((most.groups for most in inner), default=0)
            cells += max((most.cells for most in inner), default=0)
            deepest = max([deepest, *(most.pages for most in inner)])
        known[id(page)] = _Most(groups, cells, len(page.multiplexors) + deepest)
    return known[id(page)]


def _records(rows: list[dict[str, Any]], dtype: np.dtype[Any]) -> np.ndarray:
    names = dtype.names or ()
    return np.array([tuple(row[name] for name in names) for row in rows], dtype)
