"""A re-decode of a machine: history stored again under a release of its own, and what that replaces taken out."""

import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

import pyarrow as pa

from distribution.backtest.run import Run
from distribution.jobs.backtest import packed, unpacked
from distribution.jobs.client import Job, Outcome, PartOfMachine
from distribution.jobs.span_end import HeldBefore, before_redecode, rows_at_end
from distribution.queries.replaced import Replaced, delete_replaced, first_cleared, open_before, rules_found
from distribution.schema import ce_technology
from distribution.writers.clickhouse_store import ClickHouseStore
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
    done again stores the same rows again, which collapse. `alive` is called between steps that take long.
    """

    def __init__(self, catalogue: Catalogue, job: Job, alive: Callable[[], None]) -> None:
        self._catalogue, self._job, self._alive = catalogue, job, alive
        self._store = ClickHouseStore()
        self._before = HeldBefore()
        self._clear()

    def begin(self, machine: PartOfMachine, spans: int) -> None:  # noqa: ARG002 - as of every work
        memory, before = unpacked(machine.memory, 2)
        self._span = Replaced(machine.machine, self._job.begin, self._job.end, self._catalogue.release.number)
        self._run = Run(self._catalogue, machine.machine, memory)
        self._before = HeldBefore.unpack(before)
        self._clear()

    def warm(self, page: list[RawRecord]) -> None:
        self._run.take(page)

    def end_warm_up(self) -> None:
        self._run.forget_given()
        # Now, as what will be stored hides rows of the same keys, and in the end those that it replaces go.
        self._before = before_redecode(self._span)

    def take(self, page: list[RawRecord]) -> None:
        decoded = self._run.take(page)
        self._envelopes += len(page)
        self._values += sum(int((block.qualities != Quality.ABSENT).sum()) for block in decoded.blocks)
        self._rejected.update(str(each.rejected.code) for each in decoded.envelopes if each.rejected is not None)
        self._insert(tables_of(decoded, {}))

    def end_span(self, *, last: bool) -> Outcome:
        if last:
            self._delete_replaced()
            self._insert(rows_at_end(self._span, self._before))
        found = {"rows": dict(self._rows), "rejected": dict(self._rejected)}
        memory = b"" if last else packed([self._run.memory(), self._before.pack()])
        outcome = Outcome(self._envelopes, self._values, found, [], memory)
        self._clear()
        return outcome

    def _delete_replaced(self) -> None:
        span = self._span
        # Raised before the span, by a rule that this content has no more: its end is in what would go.
        raised = open_before(span.machine, span.begin).keys()
        kept = first_cleared(span, raised - rules_found(span) - self._run.raised())
        for table in REPLACED:
            self._alive()
            delete_replaced(table, span, kept if table == "finding" else set())

    def _insert(self, tables: Mapping[str, pa.Table]) -> None:
        # A token of its own: a table forgets which blocks it had only after a thousand others, and what was taken out
        # since would be missed.
        token = uuid.uuid4().hex
        for table, rows in tables.items():
            if table in STORED:
                self._store.insert(ce_technology(table), rows, f"{token}:{table}")
                self._rows[table] += rows.num_rows

    def _clear(self) -> None:
        self._envelopes = self._values = 0
        self._rows: Counter[str] = Counter()
        self._rejected: Counter[str] = Counter()
