"""What a planned writer needs of a sink: the topics it reads, and the rows a range of records becomes."""

from collections.abc import Sequence
from typing import Protocol

import pyarrow as pa

from ingest.streaming.batches import Record

# Qualified table (database.table) → rows, in the order in which they are to be stored.
Inserts = dict[str, pa.Table]


class Sink(Protocol):
    """Turns records into inserts; the same records always give the same inserts, to the byte."""

    name: str
    topics: list[str]

    def inserts(self, records: Sequence[Record]) -> Inserts:
        """The rows of consecutive records of one partition."""
        ...


class Store(Protocol):
    """A store that takes the same insert under the same token once, however often it comes."""

    def insert(self, table: str, rows: pa.Table, token: str) -> None:
        """Raises ingest.streaming.errors.Retryable where the store is away or refuses for now."""
        ...
