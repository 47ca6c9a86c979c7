"""A re-decode of a machine: history stored again under a release of its own, and what that replaces taken out."""

import uuid
from collections import Counter
from typing import Final

from distribution.backtest.run import Run
from distribution.jobs.backtest import packed, unpacked
from distribution.jobs.client import Job, Outcome, PartOfMachine
from distribution.queries.replaced import delete_replaced
from distribution.schema import ce_technology
from distribution.writers.clickhouse_store import ClickHouseStore
from ingest.decoding.outcome import Decoded
from ingest.decoding.records import RawRecord
from ingest.decoding.tables import tables_of
from ingest.meta.catalogue import Catalogue
from parsing.quality import Quality

REPLACED: Final = ("frame_values", "text_value", "position", "log", "event", "finding")
"""Tables whose rows definitions make. What is heard of J1939 follows from the standard, counts only count up."""
STORED: Final = (*REPLACED, "envelope")
"""The ledger too; it has a row for each envelope, whichever release decoded it last."""


class RedecodeWork:
    """Rows are stored as they come; those of smaller numbers go when all of the machine's are there. A span that is
    done again stores the same rows again, which collapse.
    """

    def __init__(self, catalogue: Catalogue, job: Job) -> None:
        self._catalogue, self._job = catalogue, job
        self._store = ClickHouseStore()
        self._machine = 0
        self._clear()

    def begin(self, machine: PartOfMachine) -> None:
        (memory,) = unpacked(machine.memory, 1)
        self._machine = machine.machine
        self._run = Run(self._catalogue, machine.machine, memory)
        self._clear()

    def warm(self, page: list[RawRecord]) -> None:
        self._run.take(page)

    def take(self, page: list[RawRecord]) -> None:
        decoded = self._run.take(page)
        self._envelopes += len(page)
        self._values += sum(int((block.qualities != Quality.ABSENT).sum()) for block in decoded.blocks)
        self._rejected.update(str(each.rejected.code) for each in decoded.envelopes if each.rejected is not None)
        self._insert(decoded)

    def end_span(self, *, last: bool) -> Outcome:
        if last:
            for table in REPLACED:
                delete_replaced(table, self._machine, self._job.begin, self._job.end, self._catalogue.release.number)
        found = {"rows": dict(self._rows), "rejected": dict(self._rejected)}
        memory = b"" if last else packed([self._run.memory()])
        outcome = Outcome(self._envelopes, self._values, found, [], memory)
        self._clear()
        return outcome

    def _insert(self, decoded: Decoded) -> None:
        # A token of its own: a table forgets which blocks it had only after a thousand others, and what was taken out
        # since would be missed.
        token = uuid.uuid4().hex
        for table, rows in tables_of(decoded, {}).items():
            if table in STORED:
                self._store.insert(ce_technology(table), rows, f"{token}:{table}")
                self._rows[table] += rows.num_rows

    def _clear(self) -> None:
        self._envelopes = self._values = 0
        self._rows: Counter[str] = Counter()
        self._rejected: Counter[str] = Counter()
