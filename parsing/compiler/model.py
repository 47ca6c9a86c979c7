"""A release and a model's id to `ModelTables`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from parsing.compiler.fields import describe, locate
from parsing.compiler.matching import Matcher
from parsing.compiler.paging import Multiplexor, Page, build_tree
from parsing.compiler.tables import GROUP, INTERVAL, MULTIPLEXOR, PAGE, SIGNAL, ModelTables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parsing.definitions import Enum, Group, Message
    from parsing.release import Release


def compile_model(release: Release, model_id: int) -> ModelTables:
    """The tables for the machines of a model; KeyError where the release has no such model."""
    builder = _Builder({enum.id: enum for enum in release.content.enums})
    matcher = Matcher(builder.add_message)
    sets = {definition_set.id: definition_set for definition_set in release.content.sets}
    bus_classes = matcher.add_model(release.model(model_id), sets)
    exact, pgns = matcher.tables()
    return ModelTables(
        model=model_id,
        release=release.number,
        bus_classes=bus_classes,
        exact=exact,
        pgns=pgns,
        pages=_records(builder.pages, PAGE),
        page_groups=np.array(builder.page_groups, np.uint32),
        page_multiplexors=np.array(builder.page_multiplexors, np.uint32),
        multiplexors=_records(builder.multiplexors, MULTIPLEXOR),
        intervals=_records(builder.intervals, INTERVAL),
        groups=_records(builder.groups, GROUP),
        signals=_records(builder.signals, SIGNAL),
        most_groups=builder.most_groups,
        most_pages=builder.most_pages,
    )


class _Builder:
    """Grows the tables message by message; a message that several keys lead to is added once."""

    def __init__(self, enums: Mapping[int, Enum]) -> None:
        self._enums = enums
        self._roots: dict[int, int] = {}
        self._group_index: dict[int, int] = {}
        self._page_index: dict[int, tuple[Page, int]] = {}
        self.pages: list[dict[str, Any]] = []
        self.page_groups: list[int] = []
        self.page_multiplexors: list[int] = []
        self.multiplexors: list[dict[str, Any]] = []
        self.intervals: list[dict[str, Any]] = []
        self.groups: list[dict[str, Any]] = []
        self.signals: list[dict[str, Any]] = []
        self.most_groups = 0
        self.most_pages = 1

    def add_message(self, message: Message) -> int:
        """Index of the message's outermost page."""
        key = id(message)  # the release keeps every message alive for as long as the builder lives
        if key not in self._roots:
            for group in message.groups:
                self._add_group(group, j1939=message.j1939)
            root = build_tree(message, self._enums)
            bounds: dict[int, tuple[int, int]] = {}
            most_groups, most_pages = _bounds(root, bounds)
            self.most_groups = max(self.most_groups, most_groups)
            self.most_pages = max(self.most_pages, most_pages)
            self._roots[key] = self._add_page(root)
        return self._roots[key]

    def _add_group(self, group: Group, *, j1939: bool) -> None:
        first = len(self.signals)
        self.signals += [describe(signal, j1939=j1939) for signal in group.signals]
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
        intervals = [
            {"low": low, "high": high, "page": self._add_page(page)} for low, high, page in multiplexor.intervals
        ]
        first = len(self.intervals)
        self.intervals += intervals
        self.multiplexors.append(
            {**locate(multiplexor.signal), "first_interval": first, "end_interval": len(self.intervals)}
        )
        return len(self.multiplexors) - 1


def _bounds(page: Page, known: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Rows that a frame can give from this page on, and pages that can wait to be visited at once."""
    if id(page) not in known:
        groups, deepest = len(page.groups), 1
        for multiplexor in page.multiplexors:
            inner = [_bounds(inner_page, known) for _, _, inner_page in multiplexor.intervals]
            groups += max((most_groups for most_groups, _ in inner), default=0)
            deepest = max([deepest, *(most_pages for _, most_pages in inner)])
        known[id(page)] = (groups, len(page.multiplexors) + deepest)
    return known[id(page)]


def _records(rows: list[dict[str, Any]], dtype: np.dtype[Any]) -> np.ndarray:
    names = dtype.names or ()
    return np.array([tuple(row[name] for name in names) for row in rows], dtype)
