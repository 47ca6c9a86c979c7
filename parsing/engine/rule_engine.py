"""Rules over batches of rows: each machine's reorder buffer, and what its rules make of each instant, by kernels.

What comes out depends on each machine's envelopes and their order, not on how they are cut into batches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from parsing.engine.kernels import address, kernel
from parsing.engine.rule_layout import END, NO_TIME, Linked
from parsing.engine.rule_layout import Envelopes as Columns
from parsing.engine.rule_machines import Machines
from parsing.engine.rule_outcome import Envelopes, FrameRows, Outcome, RuleRows
from parsing.engine.rule_results import Results
from parsing.engine.rule_sources import Sources
from parsing.rules.linking import RuleTables
from parsing.rules.timing import LATENESS


class RuleEngine:
    """The rules of one model, and their memory of machines. One thread at a time may use it; kernels release the GIL.

    `lateness` µs; with 0 what an envelope brings leaves after it.
    """

    def __init__(self, tables: RuleTables, lateness: int = LATENESS) -> None:
        self._tables = tables
        self._machines = Machines(tables)
        self._sources = Sources(tables)
        self._results = Results(tables)
        words, rules = -(-len(tables.linked) // 64), len(tables.linked)
        self._scratch = [
            tables.registers.copy(), np.zeros(len(tables.registers), np.uint8), np.empty(rules, np.uint32),
            np.empty(words, np.uint64), np.empty(1, np.int64),
        ]  # fmt: skip
        listed = {
            Linked.RULES: address(tables.rules), Linked.CODE: address(tables.code), Linked.LISTS: address(tables.lists),
            Linked.DURATIONS: address(tables.durations), Linked.GROUPS: address(tables.groups),
            Linked.BITS: address(tables.bits), Linked.WAKE_BITS: address(tables.wake_bits),
            Linked.VALUES: address(self._scratch[0]), Linked.QUALITIES: address(self._scratch[1]),
            Linked.DUE: address(self._scratch[2]), Linked.DUE_BITS: address(self._scratch[3]),
            Linked.BIT_WORDS: words, Linked.WAKES: tables.wakes, Linked.WAKE_COUNT: len(tables.wake_bits),
            Linked.RULE_COUNT: rules, Linked.CAPTURES: tables.captures,
            Linked.BLOCK_WORDS: len(tables.block), Linked.IDS: address(tables.ids),
            Linked.INSTANT: address(self._scratch[4]),
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

    def forget_given(self, machine: int) -> None:
        """Where rows are stored on change the next evaluation gives one, whether something changes or not. KeyError
        where there is no such machine.
        """
        self._machines.clear(machine, self._tables.given)

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
        machines, results = self._machines, self._results
        arranged = self._sources.arrange(blocks, numbers, len(machines.records))
        machines.make_room(numbers, arranged.needs)
        machines.keep(numbers)
        late = np.zeros(len(numbers), np.uint32)
        newest, received = (
            np.ascontiguousarray(column, np.int64) for column in (envelopes.newest, envelopes.received)
        )  # fmt: skip
        listed = {
            Columns.MACHINES: address(numbers), Columns.NEWEST: address(newest), Columns.RECEIVED: address(received),
            Columns.ENDS: address(arranged.ends), Columns.LATE: address(late), Columns.COUNT: len(numbers),
        }  # fmt: skip
        columns, out = np.array([listed[place] for place in Columns], np.uint64), results.begin()
        while not results.is_done(len(numbers)):
            kernel("run_rules")(
                address(self._linked), address(blocks), address(arranged.entries), address(machines.records),
                address(columns), address(arranged.moving), address(out),
            )  # fmt: skip
        derived, findings = results.end()
        return Outcome(derived, findings, envelopes.machine, late)
