"""An unchanged clickhouse-connect client finds in the front what it finds in a ClickHouse server."""

import gzip
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import DatabaseError

from tests.distribution.front import FrontProcess

MONTHS = 150


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontProcess]:
    path: Path = tmp_path_factory.mktemp("clickhouse")
    with FrontProcess(path, "--max-body", "50000000", "--max-unpacked", "100000000") as process:
        yield process


@pytest.fixture
def client(front: FrontProcess) -> Iterator[Client]:
    client = front.client()
    client.command("DROP TABLE IF EXISTS t")
    client.command(
        "CREATE TABLE t (a UInt32, ts DateTime64(6, 'UTC'), v Array(Float64), m Map(String, String), "
        "n Nullable(UInt16)) ENGINE = MergeTree PARTITION BY toYYYYMM(ts) ORDER BY a "
        "SETTINGS non_replicated_deduplication_window = 1000"
    )
    yield client
    client.close()


def table(rows: int = MONTHS) -> pa.Table:
    month = 31 * 86_400_000_000
    return pa.table(
        {
            "a": pa.array(range(rows), pa.uint32()),
            "ts": pa.array([i * month + 123_457 for i in range(rows)], pa.timestamp("us", "UTC")),
            "v": pa.array([[1.5, float(i)] for i in range(rows)]),
            "m": pa.array([[("k", str(i))] for i in range(rows)], pa.map_(pa.string(), pa.string())),
            "n": pa.array([None if i % 2 else i for i in range(rows)], pa.uint16()),
        }
    )


def test_arrow_rows_of_150_months_come_back_as_they_went(client: Client) -> None:
    summary = client.insert_arrow("t", table(), settings={"max_partitions_per_insert_block": 0})
    assert summary.written_rows == MONTHS
    rows = client.query("SELECT * FROM t ORDER BY a LIMIT 2").result_rows
    moment = datetime(1970, 1, 1, 0, 0, 0, 123_457, tzinfo=UTC).replace(tzinfo=None)
    assert rows[0] == (0, moment, [1.5, 0.0], {"k": "0"}, 0)
    assert rows[1][4] is None
    arrow = client.query_arrow("SELECT * FROM t ORDER BY a")
    assert arrow["ts"].to_pylist() == table()["ts"].to_pylist()


def test_an_insert_the_table_refuses_is_an_error_and_stores_nothing(client: Client) -> None:
    # The engine's own streaming insert would report 150 rows written here.
    with pytest.raises(DatabaseError) as refusal:
        client.insert_arrow("t", table(), settings={"max_partitions_per_insert_block": 100})
    assert refusal.value.code == 252
    assert client.command("SELECT count() FROM t") == 0


def test_a_deduplication_token_is_good_for_one_insert(client: Client) -> None:
    def insert(token: str) -> int:
        settings = {"max_partitions_per_insert_block": 0, "insert_deduplication_token": token}
        client.insert_arrow("t", table(), settings=settings)
        return client.command("SELECT count() FROM t")

    assert [insert("one"), insert("one"), insert("two"), insert("one")] == [150, 150, 300, 300]


@pytest.mark.parametrize("compression", [None, "lz4", "zstd", "gzip"])
def test_raw_inserts_arrive_however_they_are_packed(client: Client, compression: str | None) -> None:
    import lz4.frame
    import zstandard

    pack = {"lz4": lz4.frame.compress, "zstd": zstandard.compress, "gzip": gzip.compress, None: lambda data: data}
    half = b'{"a": 1}\n' * 5000
    # Two frames in a row: clients pack block by block.
    body = pack[compression](half) + pack[compression](half)
    client.raw_insert("t", ["a"], body, fmt="JSONEachRow", compression=compression)
    assert client.command("SELECT count() FROM t WHERE a = 1") == 10_000


@pytest.mark.parametrize("compress", [True, "lz4", "zstd", "gzip", False])
def test_answers_and_inserts_survive_every_compression(front: FrontProcess, client: Client, compress: object) -> None:
    packed = front.client(compress=compress)
    packed.insert("t", [[7, datetime(2020, 1, 1, tzinfo=UTC), [0.5], {}, None]], ["a", "ts", "v", "m", "n"])
    assert packed.query("SELECT a, v FROM t").result_rows == [(7, [0.5])]
    numbers = packed.query("SELECT number, toString(number) AS s FROM numbers(300000)")
    assert numbers.row_count == 300_000
    assert numbers.result_rows[-1] == (299_999, "299999")


def test_parameters_are_bound_and_never_read_as_sql(client: Client) -> None:
    moment = datetime(2020, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC).replace(tzinfo=None)
    asked = {"s": "'; DROP TABLE t; --", "a": ["x'", "\\", "y\n"], "t": moment}
    rows = client.query("SELECT {s:String}, {a:Array(String)}, {t:DateTime64(6)}", parameters=asked).result_rows
    assert rows == [("'; DROP TABLE t; --", ["x'", "\\", "y\n"], moment)]
    # Long ones are sent as a form.
    assert client.query("SELECT length({s:String})", parameters={"s": "é" * 50_000}).result_rows == [(100_000,)]


def test_errors_have_clickhouses_code_name_and_words(client: Client) -> None:
    cases = {
        "SELECT nosuch": (47, "UNKNOWN_IDENTIFIER"),
        "SELECT 1 FROM nosuch": (60, "UNKNOWN_TABLE"),
        "SELEC 1": (62, "SYNTAX_ERROR"),
        "SELECT 1; SELECT 2": (62, "SYNTAX_ERROR"),
        "SELECT throwIf(1, 'told')": (395, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO"),
    }
    for sql, expected in cases.items():
        with pytest.raises(DatabaseError) as refusal:
            client.command(sql)
        assert (refusal.value.code, refusal.value.name) == expected, sql
    with pytest.raises(DatabaseError, match="max rows: 5"):
        client.query("SELECT number FROM numbers(10)", settings={"max_result_rows": 5})


def test_settings_and_databases_end_with_their_request(client: Client, front: FrontProcess) -> None:
    assert client.query("SELECT getSetting('max_threads')", settings={"max_threads": 1}).result_rows == [(1,)]
    assert client.query("SELECT getSetting('max_threads')").result_rows != [(1,)]
    client.command("CREATE DATABASE IF NOT EXISTS other")
    assert front.client(database="other").command("SELECT currentDatabase()") == "other"
    assert client.command("SELECT currentDatabase()") == "default"


def test_data_that_begins_like_white_space_is_whole(client: Client) -> None:
    client.command(
        "CREATE TABLE IF NOT EXISTS ten (" + ", ".join(f"c{i} UInt8" for i in range(10)) + ") ENGINE = Memory"
    )
    # A Native block of ten columns begins with the byte of a line end.
    client.insert("ten", [list(range(10))])
    assert client.query("SELECT * FROM ten").result_rows == [tuple(range(10))]


def test_statements_run_side_by_side(client: Client) -> None:
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda i: client.command(f"SELECT {i} + sleep(0.05)"), range(32)))
    assert answers == list(range(32))


def test_streams_in_blocks(client: Client) -> None:
    with client.query_row_block_stream("SELECT number FROM numbers(200000)") as blocks:
        assert sum(len(block) for block in blocks) == 200_000
    assert client.query("SELECT a, ts FROM t LIMIT 0").column_names == ("a", "ts")
    assert client.ping()
