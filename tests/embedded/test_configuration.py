"""The configuration that the supervisor and the servers are given."""

import stat
from pathlib import Path

import pytest
from supervisor.options import ServerOptions

from duco_cms.embedded import redis
from duco_cms.embedded.credentials import load_or_create
from duco_cms.embedded.kafka import broker
from duco_cms.embedded.layout import Layout, layout_at
from duco_cms.embedded.server import Program, Site
from duco_cms.embedded.supervision import APPLICATION, SERVERS, configuration, socket_path

SERVER = Program("store", ("/bin/sh", "-c", 'echo "50 %" \\ $0'), stop_signal="INT", stop_seconds=7)
WORKER = Program("worker", ("/bin/true",))


def _options(layout: Layout) -> ServerOptions:
    """The configuration as the supervisor itself reads it."""
    layout.create()
    path = layout.run / "supervisord.conf"
    path.write_text(configuration(layout, {SERVERS: [SERVER], APPLICATION: [WORKER]}))
    options = ServerOptions()
    options.realize(["--configuration", str(path)])
    return options


def _site(layout: Layout) -> Site:
    layout.create()
    ports = {"redis": 20001, "kafka": 20002, "kafka-controller": 20003}
    return Site(layout, ports, load_or_create(layout.credentials))


def test_every_process_comes_back_for_ever_and_leaves_in_order(tmp_path: Path) -> None:
    layout = layout_at(tmp_path)
    groups = {group.name: group for group in _options(layout).process_group_configs}
    # Groups stop from the highest priority down: workers commit while the servers still run.
    assert groups[APPLICATION].priority > groups[SERVERS].priority
    for group in groups.values():
        for process in group.process_configs:
            assert process.autorestart.__name__ == "RestartUnconditionally"
            assert process.startretries >= 1_000_000
            assert process.stopasgroup
            assert process.killasgroup
            assert process.stdout_logfile == str(layout.log / f"{process.name}.log")
            assert process.stdout_logfile_maxbytes > 0
    assert [process.autostart for process in groups[SERVERS].process_configs] == [True]
    # Workers wait until the stores are set up.
    assert [process.autostart for process in groups[APPLICATION].process_configs] == [False]


def test_a_command_reaches_the_process_word_by_word(tmp_path: Path) -> None:
    layout = layout_at(tmp_path / "of two words")
    groups = {group.name: group for group in _options(layout).process_group_configs}
    store = groups[SERVERS].process_configs[0]
    process = store.make_process()
    assert tuple(process.get_execv_args()[1]) == SERVER.command
    assert store.stopwaitsecs == 7


@pytest.mark.parametrize("name", ["50%", "a;b", 'a"b', "a\nb"])
def test_a_directory_that_no_configuration_can_hold_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="cannot hold a local system"):
        layout_at(tmp_path / name)


def test_only_the_owner_talks_to_the_supervisor(tmp_path: Path) -> None:
    assert _options(layout_at(tmp_path)).server_configs[0]["chmod"] == 0o700


def test_a_path_too_long_for_a_socket_gets_one_elsewhere(tmp_path: Path) -> None:
    path = socket_path(layout_at(tmp_path / ("d" * 100)))
    assert len(str(path)) < 100
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.parent.rmdir()


def test_servers_listen_on_loopback_only(tmp_path: Path) -> None:
    site = _site(layout_at(tmp_path))
    lines = redis.configuration(site).splitlines()
    assert "bind 127.0.0.1" in lines
    assert f"requirepass {site.credentials.redis_password}" in lines
    assert "appendonly yes" in lines
    settings = dict(line.split("=", 1) for line in broker.properties(site).splitlines())
    assert settings["listeners"] == "PLAINTEXT://127.0.0.1:20002,CONTROLLER://127.0.0.1:20003"
    assert settings["advertised.listeners"] == "PLAINTEXT://127.0.0.1:20002"
    assert settings["auto.create.topics.enable"] == "false"
