"""Waiting until servers serve, by asking them, with a deadline."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from duco_cms.embedded.layout import Layout
from duco_cms.embedded.server import NotReadyError, Server

# Java alone takes half a minute on a machine that is busy with something else.
DEADLINE_SECONDS = 180
PAUSE_SECONDS = 0.05
TAIL_LINES = 25


class ServerFailedError(Exception):
    """A server did not become ready in time; the text holds its last answer and the end of its log."""


def wait_for_servers(
    servers: Sequence[Server], layout: Layout, say: Callable[[str], None], seconds: float = DEADLINE_SECONDS
) -> None:
    """Wait for all of them at the same time. Raises ServerFailedError for the first that is late."""
    began = time.monotonic()
    deadline = began + seconds

    def wait(server: Server) -> None:
        log = layout.log_of(server.program.name)
        _wait(server, deadline, log)
        say(f"{server.title} is ready after {time.monotonic() - began:.1f} s")

    with ThreadPoolExecutor(max_workers=max(1, len(servers))) as pool:
        for waiting in [pool.submit(wait, server) for server in servers]:
            waiting.result()


def _wait(server: Server, deadline: float, log: Path) -> None:
    while True:
        try:
            server.probe()
        except NotReadyError as error:
            if time.monotonic() > deadline:
                raise ServerFailedError(
                    f"{server.title} did not become ready. Its last answer: {error}\n{tail(log)}"
                ) from error
            time.sleep(PAUSE_SECONDS)
        else:
            return


def tail(log: Path) -> str:
    """The end of a log with a heading that names the file."""
    if not log.exists():
        return f"There is no {log}."
    lines = log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
    return "\n".join([f"The end of {log}:", *(f"    {line}" for line in lines)])
