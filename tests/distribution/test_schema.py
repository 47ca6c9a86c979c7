"""The tables hold what docs/contracts/rows.md says, and collapse what is one row."""

# ruff: noqa: S608 - the tests' own tables and numbers

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from clickhouse_connect.driver.client import Client
from django.test import override_settings

from distribution.schema import ce_technology, raw_data_cache_store
from distribution.schema.migrations import migrate
from parsing.rows import SCHEMAS
from tests.distribution.conftest import DAY, START, Store

pytestmark = pytest.mark.clickhouse

TYPES = {
    pa.uint8(): "UInt8",
    pa.uint16(): "UInt16",
    pa.uint32(): "UInt32",
    pa.uint64(): "UInt64",
    pa.int64(): "Int64",
    pa.float64(): "Float64",
    pa.string(): "String",
    pa.binary(): "String",
    pa.timestamp("us", "UTC"): "DateTime64(6, 'UTC')",
}


def clickhouse_type(column: pa.Field) -> str:
    if pa.types.is_list(column.type):
        return f"Array({TYPES[column.type.value_type]})"
    name = TYPES[column.type]
    return f"Nullable({name})" if column.nullable else name


@pytest.mark.parametrize("table", sorted(SCHEMAS))
def test_a_table_has_the_columns_of_its_parsed_rows(database: Client, table: str) -> None:
    described = database.query(f"DESCRIBE TABLE {ce_technology(table)}").result_rows
    columns = {name: kind.replace("LowCardinality(String)", "String") for name, kind, *_ in described}
    assert columns == {column.name: clickhouse_type(column) for column in SCHEMAS[table]}


def test_migrating_again_changes_nothing(database: Client) -> None:
    assert migrate(database) == []


@pytest.mark.parametrize("name", ["envelope", "dead_letter", "dtc_list", "transport_message"])
def test_a_changed_retention_reaches_the_tables(database: Client, name: str) -> None:
    qualified = ce_technology(name) if name in SCHEMAS and name != "envelope" else raw_data_cache_store(name)

    def table() -> str:
        return str(database.command(f"SHOW CREATE TABLE {qualified}"))

    before = table()
    with override_settings(RAW_RETENTION_DAYS=7):
        migrate(database)
        assert "toIntervalDay(7)" in table()
    migrate(database)
    assert table() == before


def test_a_resend_and_a_redecode_are_one_row_of_the_highest_release(store: Store, group: int) -> None:
    for release, value in [(2, 20.0), (1, 10.0), (2, 20.0)]:
        store.frames((group, 1, START, [value], [0]), release=release)
    table = ce_technology("frame_values")
    rows = store.client.query(
        f"SELECT `values`, release FROM {table} FINAL WHERE machine = {{m:UInt32}}", parameters={"m": store.machine}
    ).result_rows
    assert rows == [([20.0], 2)]
    # Rows that differ in any part of the key stay apart.
    store.frames((group, 1, START, [1.0], [0]), ordinal=1)
    store.frames((group, 2, START, [1.0], [0]), (group + 1, 1, START, [1.0], [0]), (group, 1, START + 1, [1.0], [0]))
    count = f"SELECT count() FROM {table} FINAL WHERE machine = {store.machine}"
    assert store.client.command(count) == 5


def test_one_token_inserts_150_months_once(store: Store, group: int) -> None:
    rows = [
        {"group": group, "source": 1, "ts": month * 31 * DAY, "values": [1.0], "qualities": [0]} for month in range(150)
    ]
    count = f"SELECT count() FROM {ce_technology('frame_values')} WHERE machine = {store.machine}"
    store.client.command(f"SYSTEM STOP MERGES {ce_technology('frame_values')}")
    try:
        for token, expected in [("a", 150), ("a", 150), ("b", 300)]:
            store.insert("frame_values", rows, f"{store.machine}{token}")
            assert store.client.command(count) == expected
    finally:
        store.client.command(f"SYSTEM START MERGES {ce_technology('frame_values')}")


def test_the_view_names_values_and_leaves_absent_ones_out(store: Store, group: int) -> None:
    store.catalogue((group, 0, "EEC1", "EngineSpeed"), (group, 1, "EEC1", "Torque"))
    store.frames((group, 1, START, [800.5, 0.0], [0, 6]), (group, 1, START + 1, [800.0, 2.0, 3.0], [2, 1, 0]))
    columns = "SELECT name, value, quality, unit"
    sql = f"{columns} FROM {ce_technology('signal')} WHERE machine = {store.machine} ORDER BY ts, name"
    rows = store.client.query(sql).result_rows
    assert rows == [
        ("EEC1.EngineSpeed", 800.5, "ok", "rpm"),
        ("EEC1.EngineSpeed", 800.0, "out_of_range", "rpm"),
        ("EEC1.Torque", 2.0, "suspect", "rpm"),
    ]


@pytest.mark.parametrize("table", ["envelope", "dead_letter"])
def test_raw_envelopes_are_one_row_a_place(database: Client, table: str) -> None:
    name = raw_data_cache_store(table)
    columns = ["partition", "offset", "origin", "received", "properties", "body"]
    moment = datetime(2100, 1, 1, tzinfo=UTC)
    # Other tests' rows lie in this table too.
    place = 60_003
    for token in ("a", "b"):
        row = [place, 9, "o", moment, {"a": "b"}, b"\x00\xff"]
        database.insert(name, [row], columns, settings={"insert_deduplication_token": token})
    sql = f"SELECT {', '.join(f'`{column}`' for column in columns)} FROM {name} FINAL WHERE `partition` = {place}"
    rows = database.query(sql, query_formats={"String": "bytes"}).result_rows
    assert [(row[0], row[1], row[4], row[5]) for row in rows] == [(place, 9, {b"a": b"b"}, b"\x00\xff")]
