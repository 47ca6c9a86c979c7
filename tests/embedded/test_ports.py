"""Ports are chosen once, remembered, and given up only to a program that took them."""

import socket
from pathlib import Path

import pytest

from duco_cms.embedded.ports import CHOICE, first_free, is_free, settle_ports


def test_ports_stay_the_same_from_one_start_to_the_next(tmp_path: Path) -> None:
    path = tmp_path / "ports.json"
    first, _ = settle_ports(path, ["postgres", "redis"])
    second, notes = settle_ports(path, ["postgres", "redis"])
    assert second == first
    assert notes == []


def test_ports_differ_and_lie_below_those_of_outgoing_connections(tmp_path: Path) -> None:
    ports, _ = settle_ports(tmp_path / "ports.json", ["a", "b", "c", "d"])
    assert len(set(ports.values())) == 4
    assert all(port in CHOICE for port in ports.values())


def test_a_port_that_another_program_took_is_replaced_and_said(tmp_path: Path) -> None:
    path = tmp_path / "ports.json"
    before, _ = settle_ports(path, ["postgres", "redis"])
    with socket.create_server(("127.0.0.1", before["redis"])):
        after, notes = settle_ports(path, ["postgres", "redis"])
    assert after["postgres"] == before["postgres"]
    assert after["redis"] != before["redis"]
    assert notes == [
        f"Port {before['redis']}, redis's until now, is taken by another program; redis moves to {after['redis']}."
    ]
    # The new one is what the next start finds.
    assert settle_ports(path, ["postgres", "redis"])[0] == after


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ports.json"
    path.write_text("[1, 2]")
    with pytest.raises(ValueError, match=r"ports\.json does not hold ports by name"):
        settle_ports(path, ["postgres"])


def test_a_listening_port_is_not_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not is_free(port)
        assert first_free(port) != port
