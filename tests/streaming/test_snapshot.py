"""SnapShot Redis holds the newest value of each series, whatever order the records come in."""

import uuid
from collections.abc import Iterator

import pyarrow as pa
import pytest
import redis
from django.conf import settings
from django.test import override_settings

from distribution.snapshot.findings import open_counts, open_findings
from distribution.snapshot.read import HEAD
from distribution.writers import snapshot
from distribution.writers.snapshot import SnapshotWriter
from ingest.streaming.batches import Record
from parsing.rows import SCHEMAS

pytestmark = [pytest.mark.redis, pytest.mark.kafka]

ABSENT = 6


@pytest.fixture
def writer() -> Iterator[SnapshotWriter]:
    prefix = f"test:{uuid.uuid4().hex[:12]}:"
    url = settings.SNAPSHOT_REDIS_URL
    yield SnapshotWriter(settings.KAFKA_BOOTSTRAP_SERVERS, prefix, "0", "parsed", url, prefix)
    with redis.Redis.from_url(url) as connection:
        for key in connection.scan_iter(f"{prefix}*"):
            connection.delete(key)


def record(table: str, rows: list[dict]) -> Record:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, SCHEMAS[table]) as stream:
        stream.write_table(pa.Table.from_pylist(rows, SCHEMAS[table]))
    return Record("parsed", 0, 0, 0, [("table", table.encode())], sink.getvalue().to_pybytes())


def row(ts: int, *values: float, ordinal: int = 0, release: int = 1, group: int = 10, quality: int = 0) -> dict:
    return {
        "machine": 7, "group": group, "source": 65535, "ts": ts, "ordinal": ordinal, "values": list(values),
        "qualities": [quality] * len(values), "release": release, "received": 5,
    }  # fmt: skip


def held(writer: SnapshotWriter, field: bytes = b"10:65535") -> tuple[int, int, int, float]:
    """(ts, ordinal, release, first value)"""
    stored = writer._redis.hgetall(f"{writer._redis_prefix}snapshot:7")[field]
    ts, ordinal, release, _, slots = HEAD.unpack_from(stored)
    values = memoryview(stored)[HEAD.size : HEAD.size + 8 * slots].cast("d")
    return ts, ordinal, release, values[0]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        (row(100, 1.0), row(101, 2.0)),
        (row(100, 1.0, ordinal=0), row(100, 2.0, ordinal=1)),
        (row(100, 1.0, release=1), row(100, 2.0, release=2)),
        (row(100, 1.0, ordinal=9, release=9), row(101, 2.0)),
        (row(1_700_000_000_000_000, 1.0), row(1_700_000_000_000_001, 2.0)),
    ],
)
def test_the_newer_row_stays_in_whichever_order_they_come(writer: SnapshotWriter, older: dict, newer: dict) -> None:
    expected = (newer["ts"], newer["ordinal"], newer["release"], 2.0)
    for order in ([older, newer], [newer, older]):
        writer._redis.delete(f"{writer._redis_prefix}snapshot:7")
        for each in order:
            writer.write([record("frame_values", [each])])
        assert held(writer) == expected
        writer._redis.delete(f"{writer._redis_prefix}snapshot:7")
        writer.write([record("frame_values", order)])
        assert held(writer) == expected


def test_an_empty_frame_is_no_news(writer: SnapshotWriter) -> None:
    writer.write([record("frame_values", [row(100, 1.0)])])
    writer.write([record("frame_values", [row(101, 0.0, quality=ABSENT), row(99, 3.0, group=11)])])
    assert held(writer) == (100, 0, 1, 1.0)
    assert held(writer, b"11:65535")[3] == 3.0


def test_contact_and_release_never_go_back(writer: SnapshotWriter) -> None:
    envelope = {
        "partition": 0, "offset": 0, "origin": "", "message_id": "", "device": "", "machine": 7, "kind": "",
        "frames": 0, "rows": 0, "unmodelled": 0, "first_ts": None, "last_ts": None, "release": 1, "received": 0,
    }  # fmt: skip
    for received, release in ((300, 2), (200, 3), (100, 1)):
        writer.write([record("envelope", [envelope | {"received": received, "release": release}])])
    assert writer._redis.zscore(f"{writer._redis_prefix}contact", "7") == 300
    assert writer._redis.zscore(f"{writer._redis_prefix}running", "7") == 3


def test_a_machine_that_makes_up_addresses_fills_its_own_room_only(
    writer: SnapshotWriter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "FIELDS_MAXIMUM", 3)
    made_up = [row(100, 1.0) | {"source": source} for source in range(5)]
    writer.write([record("frame_values", made_up)])
    writer.write([record("frame_values", [each | {"machine": 8} for each in made_up[:2]])])
    key = f"{writer._redis_prefix}snapshot:"
    assert (writer._redis.hlen(f"{key}7"), writer._redis.hlen(f"{key}8")) == (3, 2)
    # What is there goes on.
    there = writer._redis.hkeys(f"{key}7")
    writer.write([record("frame_values", [each | {"ts": 101, "values": [2.0]} for each in made_up])])
    assert sorted(writer._redis.hkeys(f"{key}7")) == sorted(there)
    assert {held(writer, field)[0] for field in there} == {101}


def finding(ts: int, state: str, rule: int = 3, severity: str = "error", release: int = 1, index: int = 0) -> dict:
    return {
        "machine": 7, "rule": rule, "ts": ts, "index": index, "kind": "event", "name": "n", "state": state,
        "severity": severity, "text": "", "since": ts, "capture": "{}", "group_by": "", "release": release,
        "received": 5,
    }  # fmt: skip


def open_rules(writer: SnapshotWriter) -> list[int]:
    with override_settings(REDIS_PREFIX=writer._redis_prefix):
        return sorted(row["rule"] for row in open_findings(7))


def open_of_severities(writer: SnapshotWriter) -> list[int]:
    with override_settings(REDIS_PREFIX=writer._redis_prefix):
        return list(open_counts([7]).get(7, {}).values())


@pytest.mark.parametrize(
    ("older", "newer", "is_open"),
    [
        (finding(100, "raised"), finding(101, "cleared"), False),
        (finding(100, "cleared"), finding(101, "raised"), True),
        (finding(100, "raised", release=1), finding(100, "cleared", release=2), False),
        (finding(100, "cleared", index=0), finding(100, "raised", index=1), True),
        (finding(100, "raised", release=9), finding(101, "cleared", release=1), False),
    ],
)
def test_what_is_open_is_what_the_newest_finding_says(
    writer: SnapshotWriter, older: dict, newer: dict, is_open: bool
) -> None:
    for batches in ([[older], [newer]], [[newer], [older]], [[older, newer]], [[newer, older]]):
        for name in ("findings:7", "findings"):
            writer._redis.delete(writer._redis_prefix + name)
        for rows in batches:
            writer.write([record("finding", rows)])
        assert open_rules(writer) == [3] * is_open
        assert open_of_severities(writer) == [0, 0, 1, 0] * is_open


def test_open_findings_are_counted_by_severity(writer: SnapshotWriter) -> None:
    words = ["info", "warning", "warning", "critical"]
    writer.write([record("finding", [finding(1, "raised", rule, word) for rule, word in enumerate(words)])])
    assert open_of_severities(writer) == [1, 2, 0, 1]
    writer.write([record("finding", [finding(2, "cleared", 1), finding(2, "raised", 0, "critical")])])
    assert open_of_severities(writer) == [0, 1, 0, 2]
    assert open_rules(writer) == [0, 2, 3]
    # A batch of everything at once, with another machine's.
    writer.write(
        [
            record(
                "finding", [finding(3, "cleared", rule) for rule in range(4)] + [finding(3, "raised") | {"machine": 8}]
            ),
            record("frame_values", [row(100, 1.0)]),
        ]
    )
    assert (open_of_severities(writer), open_rules(writer)) == ([], [])
    assert writer._redis.hlen(f"{writer._redis_prefix}findings") == 1
    assert held(writer) == (100, 0, 1, 1.0)
