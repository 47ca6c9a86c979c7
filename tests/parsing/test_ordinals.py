"""Ordinals count rows alike within an envelope."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from parsing.ordinal import ordinals


def columns(rows: list[tuple[int, int, int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    envelope, group, source, ts = zip(*rows, strict=True) if rows else ((), (), (), ())
    return (
        np.array(envelope, np.uint32),
        np.array(group, np.uint32),
        np.array(source, np.uint32),
        np.array(ts, np.int64),
    )


SMALL = st.integers(0, 3)


@settings(deadline=None)  # the first example may compile the kernel
@given(st.lists(st.tuples(SMALL, SMALL, SMALL, st.integers(-2, 2)), max_size=200))
def test_each_row_counts_those_alike_before_it_in_its_envelope(rows: list[tuple[int, int, int, int]]) -> None:
    found, overflowed = ordinals(*columns(rows))

    seen: Counter[tuple[int, int, int, int]] = Counter()
    for row, ordinal in zip(rows, found.tolist(), strict=True):
        assert ordinal == seen[row]
        seen[row] += 1
    assert found.dtype == np.uint8
    assert overflowed.size == 0


def test_256_rows_fit_and_one_more_does_not() -> None:
    rows = [(4, 1, 2, 10)] * 256 + [(2, 1, 2, 10)] * 257 + [(3, 1, 2, 10)] * 300 + [(9, 1, 2, 10)]

    found, overflowed = ordinals(*columns(rows))

    assert found[:256].tolist() == list(range(256))
    assert found[-1] == 0
    assert overflowed.tolist() == [2, 3]


def test_one_group_for_all_rows() -> None:
    envelope, _, source, ts = columns([(0, 0, 1, 5), (0, 0, 1, 5), (0, 0, 2, 5), (1, 0, 1, 5)])

    found, _ = ordinals(envelope, 40, source, ts)

    assert found.tolist() == [0, 1, 0, 0]


def test_envelopes_are_counted_apart_however_many() -> None:
    found, _ = ordinals(*columns([(number * number, 1, 2, 10) for _ in range(2) for number in range(3000)]))

    assert found.tolist() == [0] * 3000 + [1] * 3000
