"""Counting what no definition knows: ids without a message, and values of multiplexors without a page."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from parsing.engine.kernels import address, kernel
from parsing.engine.layout import FREE


@dataclass(frozen=True, slots=True)
class Unmodelled:
    """One entry for each (bus, can_id, page) of a batch, in the order of their first frames.

    `bus` u8[u], `can_id` u32[u] (bit 31 = 29-bit id), `page` i64[u] (-1 = the id itself is unknown, else the raw bits
    of the multiplexor), `count` u64[u], `first` and `last` u32[u]: frame indices. `frames` is the sum of the counts.
    """

    bus: np.ndarray
    can_id: np.ndarray
    page: np.ndarray
    count: np.ndarray
    first: np.ndarray
    last: np.ndarray

    def __len__(self) -> int:
        return len(self.count)

    @property
    def frames(self) -> int:
        return int(self.count.sum())


def count_unmodelled(
    bus: np.ndarray, can_id: np.ndarray, unknown_frame: np.ndarray, unknown_page: np.ndarray
) -> Unmodelled:
    """Sum up the unknown frames `unknown_frame` u32[k] with their pages i64[k]."""
    number = len(unknown_frame)
    bits = max(4, (2 * number).bit_length())
    places = np.full(2**bits, FREE, np.uint32)
    page, count, total = np.empty(number, np.int64), np.zeros(number, np.uint64), np.zeros(1, np.uint64)
    first, last = np.empty((2, number), np.uint32)
    kernel("count_unknown")(
        len(can_id), address(bus), address(can_id), number, address(unknown_frame), address(unknown_page),
        address(places), 64 - bits, len(places) - 1, address(page), address(count), address(first), address(last),
        address(total),
    )  # fmt: skip
    found = int(total[0])
    first = first[:found]
    return Unmodelled(bus[first], can_id[first], page[:found], count[:found], first, last[:found])
