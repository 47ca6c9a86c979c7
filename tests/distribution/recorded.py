"""What a machine sent, put into the stores as the workers put it there."""

import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from types import MappingProxyType

import pyarrow as pa

from distribution.schema import ce_technology, raw_data_cache_store
from distribution.writers.raw_store import DEAD_LETTER, ENVELOPE, _envelope
from ingest.decoding.decode import decode
from ingest.decoding.records import RawRecord
from ingest.decoding.rules import RuleLane
from ingest.decoding.tables import tables_of
from ingest.meta.catalogue import Catalogue
from ingest.meta.directory import MachineEntry
from ingest.processor.state import MachineState, advance, listeners_of, memories_of, trails_of
from tests.distribution.conftest import SECOND, Store

# The raw store forgets what is old.
NOW = (int(time.time()) - 3600) * SECOND
DEVICE = "ex-1"

# Of no other test: envelopes are found by partition and offset. Servers may have those of an earlier run.
_PARTITIONS = count(1_000 + uuid.uuid4().int % 30_000)


@dataclass
class Recording:
    """One machine's stream, in a partition of its own; `add` numbers records and stores their envelopes."""

    store: Store
    machine: int
    device: str = DEVICE
    partition: int = field(default_factory=lambda: next(_PARTITIONS))
    records: list[RawRecord] = field(default_factory=list)

    def add(self, records: Sequence[RawRecord], received: int = NOW) -> list[RawRecord]:
        added = [
            replace(
                each,
                partition=self.partition,
                offset=len(self.records) + number,
                headers={**each.headers, "device": self.device},
                received=received,
            )
            for number, each in enumerate(records)
        ]
        self.records += added
        self._insert("envelope", pa.Table.from_pylist([_envelope(each) for each in added], ENVELOPE))
        return added

    def decode(self, catalogue: Catalogue, batch: int = 7) -> None:
        """All records, by a release and in batches, as the processor does."""
        entry = next(iter(catalogue.machines.values()))
        mine = MachineEntry(self.machine, entry.model, entry.channel, entry.attributes)
        catalogue = replace(catalogue, machines=MappingProxyType({self.device: mine}))
        states: dict[int, MachineState] = {}
        lane = RuleLane()
        for start in range(0, len(self.records), batch):
            part = self.records[start : start + batch]
            decoded = decode(part, catalogue, listeners_of(states), trails_of(states))
            memories = lane.run(decoded, catalogue, memories_of(states))
            changed, counted = advance(decoded, states, memories)
            states |= changed
            for name, table in tables_of(decoded, counted).items():
                self.store.client.insert_arrow(ce_technology(name), table)

    def reject(self, records: Sequence[RawRecord], code: str) -> None:
        refused = {"code": code, "detail": "", "stage": "process", "release": 1, "rejected": NOW}
        rows = [_envelope(each) | refused for each in records]
        self._insert("dead_letter", pa.Table.from_pylist(rows, DEAD_LETTER))

    def forget(self) -> None:
        """As retention does it, at once."""
        table = raw_data_cache_store("envelope")
        self.store.client.command(f"DELETE FROM {table} WHERE `partition` = {self.partition}")  # noqa: S608 - our own

    def _insert(self, table: str, rows: pa.Table) -> None:
        self.store.client.insert_arrow(raw_data_cache_store(table), rows)
