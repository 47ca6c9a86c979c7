"""Multiplexing as a tree: a page's groups and multiplexors, and each multiplexor's values leading to further pages.

A frame's pages are found by one binary search a multiplexor, however many pages a message has.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parsing.definitions import Enum, Group, Message, Signal


@dataclass(frozen=True, slots=True)
class Page:
    """What holds once it is reached: rows of `groups`, and further `multiplexors` to be read."""

    groups: tuple[Group, ...]
    multiplexors: tuple[Multiplexor, ...]


@dataclass(frozen=True, slots=True)
class Multiplexor:
    """`intervals` are (low, high, page), disjoint and ascending; any other value is an unknown page."""

    signal: Signal
    intervals: tuple[tuple[int, int, Page], ...]


def build_tree(message: Message, enums: Mapping[int, Enum]) -> Page:
    """The outermost page of a message whose conditions have been checked (`parsing.release_checks`)."""
    signals = {name: signal for name, (_, signal) in message.homes().items()}
    return _page(message.groups, 0, signals, enums)


def _page(reached: Iterable[Group], depth: int, signals: Mapping[str, Signal], enums: Mapping[int, Enum]) -> Page:
    """The page of the groups whose first `depth` conditions hold."""
    here: list[Group] = []
    beyond: dict[str, list[Group]] = {}
    for group in reached:
        if len(group.condition) == depth:
            here.append(group)
        else:
            beyond.setdefault(group.condition[depth].multiplexor, []).append(group)
    multiplexors = tuple(_multiplexor(signals[name], groups, depth, signals, enums) for name, groups in beyond.items())
    return Page(tuple(here), multiplexors)


def _multiplexor(
    signal: Signal, groups: list[Group], depth: int, signals: Mapping[str, Signal], enums: Mapping[int, Enum]
) -> Multiplexor:
    named = {value for value, _ in enums[signal.enum].values} if signal.enum is not None else set()
    ends = {(low, high + 1) for group in groups for low, high in group.condition[depth].ranges}
    ends |= {(value, value + 1) for value in named}
    cuts = sorted({cut for pair in ends for cut in pair})
    members: list[list[Group]] = [[] for _ in cuts]
    for group in groups:
        for index in _covered(cuts, group.condition[depth].ranges):
            members[index].append(group)
    pages: dict[tuple[int, ...], Page] = {}
    intervals = []
    for (low, end), inside in zip(pairwise(cuts), members, strict=False):
        # A page that only the multiplexor's enum names is known, and empty: cantools knows it too.
        if inside or low in named:
            key = tuple(group.id for group in inside)
            if key not in pages:
                pages[key] = _page(inside, depth + 1, signals, enums)
            intervals.append((low, end - 1, pages[key]))
    return Multiplexor(signal, tuple(intervals))


def _covered(cuts: list[int], ranges: Iterable[tuple[int, int]]) -> list[int]:
    """Indices of the pieces between cuts that lie in one of the ranges, each once."""
    pieces: set[int] = set()
    for low, high in ranges:
        pieces.update(range(bisect_left(cuts, low), bisect_left(cuts, high + 1)))
    return sorted(pieces)
