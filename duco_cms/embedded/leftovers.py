"""One run a directory at a time; and what a run that was killed left behind, found and ended."""

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from duco_cms.embedded.layout import MARK, Layout
from duco_cms.embedded.supervision import STOP_SECONDS

END_SECONDS = 30


class AlreadyRunningError(Exception):
    """Another run holds the directory."""


@contextmanager
def exclusive(layout: Layout) -> Iterator[None]:
    """Hold the directory. The kernel lets go of it with our last breath, so a stale lock cannot be.

    Raises AlreadyRunningError, with the other's process number, where another run holds it.
    """
    layout.create()
    path = layout.run / "lock"
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(_explanation(layout, path)) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _explanation(layout: Layout, path: Path) -> str:
    holder = path.read_text().strip() or "unknown"
    return (
        f"A DUCO system already runs in {layout.var} (process {holder}). Use that one, or end it first: "
        f"press Ctrl-C in its terminal, or `kill {holder}`."
    )


def end_leftovers(layout: Layout) -> list[str]:
    """End every process that an earlier run of this directory started and that still lives; call it under the lock.

    Returns the names of the programs that were found. A supervisor goes first, and ends the others in their order.
    """
    found = [process for process in psutil.process_iter() if _is_ours(process, layout)]
    names = sorted({_name(process) for process in found})
    _end([process for process in found if _is_supervisor(process)], STOP_SECONDS)
    _end([process for process in found if process.is_running()], END_SECONDS)
    return names


def _is_ours(process: psutil.Process, layout: Layout) -> bool:
    try:
        return bool(process.pid != os.getpid() and process.environ().get(MARK) == str(layout.var))
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def _is_supervisor(process: psutil.Process) -> bool:
    try:
        return "supervisor.supervisord" in process.cmdline()
    except psutil.NoSuchProcess:
        return False


def _name(process: psutil.Process) -> str:
    try:
        return str(process.name())
    except psutil.NoSuchProcess:
        return "a process that just ended"


def _end(processes: list[psutil.Process], seconds: float) -> None:
    for process in processes:
        # PostgreSQL takes TERM as "once all clients have left"; INT is its way to end now.
        _send(process, signal.SIGINT if _name(process) == "postgres" else signal.SIGTERM)
    _, alive = psutil.wait_procs(processes, timeout=seconds)
    for process in alive:
        _send(process, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=seconds)


def _send(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
