"""Rules over batches of rows: each machine's reorder buffer, and what its rules make of each instant, by kernels.

What comes out depends on each machine's envelopes and their order, not on how they are cut into batches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from parsing.engine.kernels import address, kernel
from parsing.engine.rule_layout import END, NO_TIME, Linked, Out
from parsing.engine.rule_layout import Envelopes as Columns
from parsing.engine.rule_machines import Machines
from parsing.engine.rule_outcome import DerivedRows, Envelopes, Findings, FrameRows, Outcome, RuleRows
from parsing.engine.rule_sources import Sources
from parsing.rules.layout import FINDING, ROW, WAITING
from parsing.rules.linking import RuleTables
from parsing.rules.timing import LATENESS

_ROOM = 32_768
"""Results that there is room for at once, beside an instant's; more are fetched in several goes."""


class RuleEngine:
    """The rules of one model, and their memory of machines. One thread at a time may use it; kernels release the GIL.

    `lateness` µs; with 0 what an envelope brings leaves after it.
    """

    def __init__(self, tables: RuleTables, lateness: int = LATENESS) -> None:
        self._tables = tables
        self._machines = Machines(tables)
        self._sources = Sources(tables)
        self._results = _Results(tables)
        words, rules = -(-len(tables.linked) // 64), len(tables.linked)
        self._scratch = [
            tables.registers.copy(), np.zeros(len(tables.registers), np.uint8), np.empty(rules, np.uint32),
            np.empty(words, np.uint64),
        ]  # fmt: skip
        listed = {
            Linked.RULES: address(tables.rules), Linked.CODE: address(tables.code), Linked.LISTS: address(tables.lists),
            Linked.TIMEOUTS: address(tables.timeouts), Linked.GROUPS: address(tables.groups),
            Linked.BITS: address(tables.bits), Linked.WAKE_BITS: address(tables.wake_bits),
            Linked.VALUES: address(self._scratch[0]), Linked.QUALITIES: address(self._scratch[1]),
            Linked.DUE: address(self._scratch[2]), Linked.DUE_BITS: address(self._scratch[3]),
            Linked.BIT_WORDS: words, Linked.WAKES: tables.wakes, Linked.WAKE_COUNT: len(tables.wake_bits),
            Linked.RULE_COUNT: rules, Linked.CAPTURES: tables.captures,
            # Nothing waits where even what is as new as the watermark leaves.
            Linked.LATENESS: lateness or -1,
        }  # fmt: skip
        self._linked = np.array([listed[place] for place in Linked], np.int64)

    def machine(self, machine: int, attributes: Mapping[str, float], state: bytes | None = None) -> None:
        """Make a machine known, as a new one or as `dump` gave it, under these rules or others'. Raises InvalidState,
        and leaves it then as it was.
        """
        self._machines.add(machine, attributes, state)

    def forget(self, machine: int) -> None:
        """It need not be there."""
        self._machines.forget(machine)

    def dump(self, machine: int) -> bytes:
        """All that rules remember of a machine. KeyError where there is no such machine."""
        return self._machines.dump(machine)

    def mark(self) -> None:
        """From now on `roll_back` comes back to here; only machines that batches touch cost something."""
        self._machines.mark()

    def roll_back(self) -> None:
        """To the mark, which is used up. ValueError without one. Machines made known since stay so."""
        self._machines.roll_back()

    def run(self, rows: Sequence[RuleRows | FrameRows], envelopes: Envelopes) -> Outcome:
        """A batch, whose envelopes are all listed, with rows or without. KeyError where a machine is not known."""
        known = self._machines.numbers
        numbers = np.array([known[machine] for machine in envelopes.machine.tolist()], np.uint32)
        return self._run(self._sources.blocks(rows, len(numbers)), numbers, envelopes)

    def finish(self) -> Outcome:
        """The end of a log: what waits, waits no longer. Envelopes of the outcome are the machines, each once."""
        machines = np.array(list(self._machines.numbers), np.uint32)
        numbers = np.array(list(self._machines.numbers.values()), np.uint32)
        ends = np.full(len(numbers), END, np.int64)
        return self._run(self._sources.blocks([], 0), numbers, Envelopes(machines, ends, np.full_like(ends, NO_TIME)))

    def _run(self, blocks: np.ndarray, numbers: np.ndarray, envelopes: Envelopes) -> Outcome:
        machines, records_of = self._machines, np.unique(numbers)
        entries, ends, needs = self._sources.arrange(blocks, numbers, len(machines.records))
        machines.make_room(records_of, needs)
        machines.keep(records_of)
        late, scratch = np.zeros(len(numbers), np.uint32), np.empty(2 * len(entries), WAITING)
        newest, received = (
            np.ascontiguousarray(column, np.int64) for column in (envelopes.newest, envelopes.received)
        )  # fmt: skip
        columns = np.zeros(len(Columns), np.uint64)
        columns[Columns.MACHINES], columns[Columns.NEWEST] = address(numbers), address(newest)
        columns[Columns.RECEIVED], columns[Columns.ENDS] = address(received), address(ends)
        columns[Columns.LATE], columns[Columns.COUNT] = address(late), len(numbers)
        out = self._results.begin()
        is_done = False
        while not is_done:
            kernel("run_rules")(
                address(self._linked), address(blocks), address(entries), address(machines.records), address(columns),
                address(scratch), address(out),
            )  # fmt: skip
            self._results.fetch()
            is_done = out[Out.ENVELOPE] == len(numbers)
        derived, findings = self._results.end()
        return Outcome(derived, findings, envelopes.machine, late)


class _Results:
    """What kernels write into, and what becomes of it."""

    def __init__(self, tables: RuleTables) -> None:
        rules = len(tables.linked)
        groups = {rule.id: rule.output.group for rule in tables.linked if rule.output is not None}
        self._outputs = [(rule, groups[rule] or 0) for rule in tables.outputs]
        self._rows, self._findings = np.empty(_ROOM + rules, ROW), np.empty(_ROOM + rules, FINDING)
        self._captured = np.empty(_ROOM + tables.captures, np.float64)
        self._qualities = np.empty(_ROOM + tables.captures, np.uint8)
        self._counts = np.zeros(len(tables.outputs), np.uint64)
        self._out = np.zeros(len(Out), np.uint64)
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

    def fetch(self) -> None:
        out = self._out
        rows, findings, captured = (
            out[[Out.ROW_COUNT, Out.FINDING_COUNT, Out.CAPTURED_COUNT]].tolist()
        )  # fmt: skip
        arrays = self._rows[:rows], self._findings[:findings], self._captured[:captured], self._qualities[:captured]
        self._fetched.append(tuple(array.copy() for array in arrays))
        out[[Out.ROW_COUNT, Out.FINDING_COUNT, Out.CAPTURED_COUNT]] = 0

    def end(self) -> tuple[list[DerivedRows], Findings]:
        rows, findings, captured, qualities = (np.concatenate(parts) for parts in zip(*self._fetched, strict=True))
        captured_at = np.append(np.uint32(0), np.cumsum(findings["captured"], dtype=np.uint32))
        columns = [findings[name].copy() for name in ("rule", "envelope", "ts", "since")]
        found = Findings(*columns, findings["raised"].astype(bool), captured_at, captured, qualities)
        return self._split(rows), found

    def _split(self, rows: np.ndarray) -> list[DerivedRows]:
        ends = np.cumsum(self._counts, dtype=np.uint64)
        starts = ends - self._counts
        envelope, ts = np.empty(len(rows), np.uint32), np.empty(len(rows), np.int64)
        values, qualities = np.empty(len(rows), np.float64), np.empty(len(rows), np.uint8)
        kernel("split_rows")(
            len(rows), address(rows), address(starts), address(ts), address(envelope), address(values),
            address(qualities),
        )  # fmt: skip
        derived, start = [], 0
        for (rule, group), end in zip(self._outputs, ends.tolist(), strict=True):
            if end > start:
                here = slice(start, end)
                derived.append(DerivedRows(rule, group, envelope[here], ts[here], values[here], qualities[here]))
            start = end
        return derived
