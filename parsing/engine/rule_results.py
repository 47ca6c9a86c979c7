"""What the kernels of rules write, and what becomes of it."""

from __future__ import annotations

import numpy as np

from parsing.engine.arena import Pool
from parsing.engine.kernels import address, kernel
from parsing.engine.rule_layout import Out
from parsing.engine.rule_outcome import Derived, Findings
from parsing.rules.layout import FINDING, ROW
from parsing.rules.linking import RuleTables

_ROOM = 32_768
"""Results that there is room for at once, beside an instant's; more are fetched in several goes."""

_COUNTS = [Out.ROW_COUNT, Out.FINDING_COUNT, Out.CAPTURED_COUNT]
_ROW_BYTES = 8 + 8 + 4 + 1


class Results:
    """Of one engine."""

    def __init__(self, tables: RuleTables) -> None:
        rules = len(tables.linked)
        groups = {rule.id: rule.output.group for rule in tables.linked if rule.output is not None}
        self._outputs = [(rule, groups[rule] or 0) for rule in tables.outputs]
        self._rows, self._findings = np.empty(_ROOM + rules, ROW), np.empty(_ROOM + rules, FINDING)
        self._captured = np.empty(_ROOM + tables.captures, np.float64)
        self._qualities = np.empty(_ROOM + tables.captures, np.uint8)
        self._counts, self._starts = np.zeros((2, len(tables.outputs)), np.uint64)
        self._out, self._pool = np.zeros(len(Out), np.uint64), Pool()
        self._fetched: list[tuple[np.ndarray, ...]] = []

    def begin(self) -> np.ndarray:
        """The list `Out`."""
        out = self._out
        out[:] = 0
        self._counts[:] = 0
        self._fetched.clear()
        out[Out.ROWS], out[Out.ROW_ROOM] = address(self._rows), len(self._rows)
        out[Out.FINDINGS], out[Out.FINDING_ROOM] = address(self._findings), len(self._findings)
        out[Out.CAPTURED], out[Out.CAPTURED_ROOM] = address(self._captured), len(self._captured)
        out[Out.CAPTURED_QUALITIES], out[Out.COUNTS] = address(self._qualities), address(self._counts)
        return out

    def is_done(self, envelopes: int) -> bool:
        """Whether the kernel came to the end; else room is made for it to go on."""
        if self._out[Out.ENVELOPE] == envelopes:
            return True
        if self._out[_COUNTS].any():
            self._fetched.append(tuple(array.copy() for array in self._written()))
            self._out[_COUNTS] = 0
        return False

    def end(self) -> tuple[Derived, Findings]:
        rows, findings, captured, qualities = self._written()
        if self._fetched:
            rows, findings, captured, qualities = (
                np.concatenate(parts) for parts in zip(*self._fetched, self._written(), strict=True)
            )  # fmt: skip
        return self._split(rows), Findings(findings.copy(), captured.copy(), qualities.copy())

    def _written(self) -> tuple[np.ndarray, ...]:
        rows, findings, captured = self._out[_COUNTS].tolist()
        return self._rows[:rows], self._findings[:findings], self._captured[:captured], self._qualities[:captured]

    def _split(self, rows: np.ndarray) -> Derived:
        count, ends = len(rows), self._counts.cumsum()
        np.subtract(ends, self._counts, self._starts)
        arena = self._pool.take(_ROW_BYTES * count)
        at, envelopes_at, qualities_at = arena.at, arena.at + 16 * count, arena.at + 20 * count
        kernel("split_rows")(
            count, address(rows), address(self._starts), at, envelopes_at, at + 8 * count, qualities_at
        )  # fmt: skip
        return Derived(self._outputs, ends, arena.bytes[: _ROW_BYTES * count])
