"""A planned range is inserted again exactly as planned, whatever came after it."""

from collections.abc import Callable, Sequence

import pyarrow as pa
import pytest

from distribution.writers.planned import PlannedWriter
from distribution.writers.sink import Inserts
from ingest.streaming.batches import Record
from ingest.streaming.errors import Retryable
from tests.streaming.conftest import Deployment
from tests.streaming.loops import run_until

pytestmark = pytest.mark.kafka


class Numbers:
    """A sink whose rows are the numbers in the records."""

    name = "numbers"

    def __init__(self, topic: str) -> None:
        self.topics = [topic]

    def inserts(self, records: Sequence[Record]) -> Inserts:
        return {"numbers": pa.table({"number": [int(record.value) for record in records]})}


class MemoryStore:
    """Deduplicates by token as ClickHouse does: another insert under a known token is dropped unread."""

    def __init__(self) -> None:
        self.attempts: list[tuple[str, list[int]]] = []
        self.kept: dict[str, list[int]] = {}
        self.before: Callable[[], None] = lambda: None
        self.after: Callable[[], None] = lambda: None

    def insert(self, _table: str, rows: pa.Table, token: str) -> None:
        self.before()
        self.attempts.append((token, rows["number"].to_pylist()))
        self.kept.setdefault(token, rows["number"].to_pylist())
        self.after()

    @property
    def numbers(self) -> list[int]:
        return sorted(number for rows in self.kept.values() for number in rows)


class CrashError(Exception):
    pass


def writer_of(deployment: Deployment, store: MemoryStore) -> PlannedWriter:
    return PlannedWriter(deployment.servers, deployment.prefix, "0", Numbers(deployment.topics.parsed), store)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_crash_around_the_insert_stores_each_record_once(deployment: Deployment, moment: str) -> None:
    deployment.produce(deployment.topics.parsed, 0, [b"%d" % number for number in range(50)])
    store = MemoryStore()

    def crash() -> None:
        raise CrashError

    setattr(store, moment, crash)
    with pytest.raises(CrashError):
        run_until(writer_of(deployment, store).run, lambda: False)

    # More has come in the meantime: the range must be the planned one all the same.
    deployment.produce(deployment.topics.parsed, 0, [b"%d" % number for number in range(50, 80)])
    store.before = store.after = lambda: None
    run_until(writer_of(deployment, store).run, lambda: store.numbers == list(range(80)))

    tokens = [token for token, _ in store.attempts]
    assert store.numbers == list(range(80))
    if moment == "after":
        assert tokens[0] == tokens[1], "the planned range comes again under its own token"
        assert store.attempts[0] == store.attempts[1], "and with the same rows"


def test_an_outage_of_the_store_is_only_delay(deployment: Deployment) -> None:
    deployment.produce(deployment.topics.parsed, 1, [b"%d" % number for number in range(20)])
    store = MemoryStore()
    refusals = iter(range(3))

    def refuse_three_times() -> None:
        if next(refusals, None) is not None:
            raise Retryable("away")

    store.before = refuse_three_times
    run_until(writer_of(deployment, store).run, lambda: store.numbers == list(range(20)))
    assert next(refusals, None) is None
    assert len(store.attempts) == 1


def test_a_writer_goes_on_where_it_left(deployment: Deployment) -> None:
    store = MemoryStore()
    for start in (0, 10, 20):
        deployment.produce(deployment.topics.parsed, 0, [b"%d" % number for number in range(start, start + 10)])
        run_until(writer_of(deployment, store).run, lambda end=start + 10: store.numbers == list(range(end)))
    assert len(store.attempts) == len(store.kept), "nothing is inserted again once its end is committed"
