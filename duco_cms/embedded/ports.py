"""Loopback ports, chosen once and remembered, so that URLs stay the same from one start to the next."""

import json
import random
import socket
from collections.abc import Iterable
from pathlib import Path

LOOPBACK = "127.0.0.1"
# Below Linux's range for outgoing connections (32768 and up), so that no client socket sits on a remembered port.
CHOICE = range(20_000, 32_000)


def is_free(port: int) -> bool:
    """True if a server can listen on the port. Connections of the past (TIME_WAIT) do not count."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def first_free(start: int) -> int:
    """The first free port from `start` on. Raises LookupError where the next hundred are taken."""
    for port in range(start, start + 100):
        if is_free(port):
            return port
    raise LookupError(f"No port between {start} and {start + 99} is free on {LOOPBACK}.")


def read_ports(path: Path) -> dict[str, int]:
    """Ports by name; empty where none were chosen yet. Raises ValueError where the file is not such a table."""
    if not path.exists():
        return {}
    try:
        return {str(name): int(port) for name, port in json.loads(path.read_text()).items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise ValueError(
            f"{path} does not hold ports by name ({error}); delete it, and new ones are chosen."
        ) from error


def settle_ports(path: Path, names: Iterable[str]) -> tuple[dict[str, int], list[str]]:
    """Give every name a free port, the remembered one where nobody else took it, and remember the outcome.

    Returns the ports and one sentence for each port that had to change.
    """
    remembered = read_ports(path)
    ports, notes = dict(remembered), []
    for name in names:
        old = remembered.get(name)
        if old is not None and is_free(old):
            continue
        ports[name] = _choose(set(ports.values()))
        if old is not None:
            notes.append(f"Port {old}, {name}'s until now, is taken by another program; {name} moves to {ports[name]}.")
    path.write_text(json.dumps(ports, indent=2) + "\n")
    return ports, notes


def _choose(taken: set[int]) -> int:
    candidates = [port for port in CHOICE if port not in taken]
    random.shuffle(candidates)
    for port in candidates:
        if is_free(port):
            return port
    raise LookupError(f"No port of {CHOICE.start} to {CHOICE.stop - 1} is free on {LOOPBACK}.")
