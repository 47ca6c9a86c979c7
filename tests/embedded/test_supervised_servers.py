"""Servers under supervision: what is killed comes back on the same data, and nothing is left behind."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import redis as redis_client

from duco_cms.embedded import postgres, redis
from duco_cms.embedded.credentials import load_or_create
from duco_cms.embedded.layout import Layout, layout_at
from duco_cms.embedded.leftovers import AlreadyRunningError, end_leftovers, exclusive
from duco_cms.embedded.ports import settle_ports
from duco_cms.embedded.readiness import wait_for_servers
from duco_cms.embedded.server import Server, Site
from duco_cms.embedded.supervision import SERVERS, Supervisor

pytestmark = pytest.mark.faults


def _silent(_text: str) -> None:
    return


@pytest.fixture
def layout(tmp_path: Path) -> Iterator[Layout]:
    layout = layout_at(tmp_path)
    with exclusive(layout):
        yield layout
        end_leftovers(layout)


@pytest.fixture
def servers(layout: Layout) -> tuple[Server, Server]:
    ports, _ = settle_ports(layout.ports, ["postgres", "redis"])
    site = Site(layout, ports, load_or_create(layout.credentials))
    return postgres.server(site), redis.server(site)


@pytest.fixture
def supervisor(layout: Layout, servers: tuple[Server, Server]) -> Iterator[Supervisor]:
    supervisor = Supervisor.start(layout, {SERVERS: [server.program for server in servers]}, os.environ)
    wait_for_servers(servers, layout, _silent)
    yield supervisor
    supervisor.stop()


def _process_of(supervisor: Supervisor, name: str) -> int:
    return next(state.pid for state in supervisor.states() if state.name == name)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not happen within 30 s"
        time.sleep(0.02)


def _kill(supervisor: Supervisor, name: str) -> None:
    """SIGKILL, and wait for the successor."""
    killed = _process_of(supervisor, name)
    os.kill(killed, signal.SIGKILL)
    _until(lambda: _process_of(supervisor, name) not in {0, killed})


def test_killed_servers_come_back_with_their_data(
    layout: Layout, servers: tuple[Server, Server], supervisor: Supervisor
) -> None:
    database, cache = servers
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    with redis_client.Redis.from_url(cache.url) as client:
        client.set("kept", "42")

    _kill(supervisor, "postgres")
    _kill(supervisor, "redis")
    wait_for_servers(servers, layout, _silent)

    with psycopg.connect(database.url) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
    with redis_client.Redis.from_url(cache.url) as client:
        assert client.get("kept") == b"42"


def test_what_a_killed_supervisor_leaves_is_ended(layout: Layout, supervisor: Supervisor) -> None:
    orphans = [psutil.Process(state.pid) for state in supervisor.states()]
    supervisor.process.kill()
    supervisor.process.wait()
    assert all(orphan.is_running() for orphan in orphans)
    assert {"postgres", "redis-server"} <= set(end_leftovers(layout))
    assert not any(orphan.is_running() for orphan in orphans)
    assert end_leftovers(layout) == []


def test_a_second_run_is_told_who_runs(layout: Layout) -> None:
    with pytest.raises(AlreadyRunningError, match=f"already runs in {layout.var} \\(process {os.getpid()}\\)"), \
            exclusive(layout):  # fmt: skip
        pass
