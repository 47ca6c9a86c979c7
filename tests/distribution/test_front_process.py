"""The front as a process: killed, ended, started twice, and what it refuses."""

import gzip
import signal
import subprocess
import zlib
from pathlib import Path

import httpx
import pytest

from tests.distribution.front import FrontProcess


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_what_was_inserted_is_there_after_the_end(tmp_path: Path, how: signal.Signals) -> None:
    front = FrontProcess(tmp_path)
    with front:
        client = front.client()
        client.command("CREATE TABLE t (a UInt32) ENGINE = MergeTree ORDER BY a")
        for number in range(20):
            client.raw_insert("t", ["a"], f"{number}\n", fmt="TSV")
        front.end(how)
        if how is signal.SIGTERM:
            assert front.process.returncode == 0
    with front:
        assert front.client().command("SELECT count(), sum(a) FROM t") == ["20", "190"]


def test_a_second_process_says_who_holds_the_directory(tmp_path: Path) -> None:
    with FrontProcess(tmp_path) as first:
        second = FrontProcess(tmp_path)
        ended = subprocess.run(second._command, capture_output=True, text=True, timeout=30, check=False)
        assert ended.returncode == 1
        assert "another clickhouse_front" in ended.stderr
        assert first.client().ping()


def test_only_its_user_gets_in(tmp_path: Path) -> None:
    secret = {"CLICKHOUSE_FRONT_USER": "duco", "CLICKHOUSE_FRONT_PASSWORD": "pass:wörd"}
    with FrontProcess(tmp_path, **secret) as front:
        query = f"{front.url}/?query=SELECT+1"
        assert httpx.get(query, auth=("duco", "pass:wörd")).text == "1\n"
        keys = {"X-ClickHouse-User": "duco", "X-ClickHouse-Key": "pass:wörd".encode()}
        assert httpx.get(query, headers=list(keys.items())).text == "1\n"
        for auth in [None, ("duco", ""), ("duco", "wrong"), ("default", "pass:wörd")]:
            refusal = httpx.get(query, auth=auth)
            assert (refusal.status_code, refusal.headers["X-ClickHouse-Exception-Code"]) == (403, "516")
        # A page in a browser of this machine may send requests too.
        page = httpx.post(query, auth=("duco", "pass:wörd"), headers={"Origin": "https://example.org"})
        assert page.status_code == 403
        rebound = httpx.get(query, auth=("duco", "pass:wörd"), headers={"Host": f"example.org:{front.port}"})
        assert rebound.status_code == 403


def test_bodies_are_bounded_as_sent_and_unpacked(tmp_path: Path) -> None:
    with FrontProcess(tmp_path, "--max-body", "100000", "--max-unpacked", "1000000") as front:
        insert = f"{front.url}/?query=INSERT+INTO+FUNCTION+null('a+String')+FORMAT+TSV"
        assert httpx.post(insert, content=b"x" * 200_000).status_code == 413
        bomb = gzip.compress(b"x" * 50_000_000)
        assert len(bomb) < 100_000
        assert httpx.post(insert, content=bomb, headers={"Content-Encoding": "gzip"}).status_code == 413
        for body, encoding in [
            (b"nonsense", "lz4"),
            (gzip.compress(b"a\n")[:-4], "gzip"),
            (zlib.compress(b"a"), "br"),
            (b"nonsense", "zstd"),
        ]:
            assert httpx.post(insert, content=body, headers={"Content-Encoding": encoding}).status_code == 400
        assert httpx.post(insert, content=iter([b"a\n", b"b\n"])).status_code == 200
        assert httpx.get(f"{front.url}/?query=SELECT+1&compress=1").status_code == 501
        assert list((tmp_path / "spool").iterdir()) == []
