"""DUCO's own processes, and what has to be done to the stores before they start."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import httpx
import psutil

from duco_cms.embedded.layout import Layout
from duco_cms.embedded.ports import LOOPBACK, first_free, read_ports
from duco_cms.embedded.readiness import ServerFailedError, tail
from duco_cms.embedded.server import NotReadyError, Program
from duco_cms.environment import BASE_DIR

WEB_PORT = 8000
FLEET = ("--machines", "5", "--rate", "100")
# In this order: each needs what those above it made.
SETUP = (
    ("bringing PostgreSQL's tables up to date", ("migrate", "--no-input", "--verbosity", "0")),
    ("bringing ClickHouse's tables up to date", ("migrate_clickhouse",)),
    ("creating Kafka's topics", ("create_topics",)),
    ("collecting the pages' files", ("collectstatic", "--no-input", "--verbosity", "0")),
    ("making sure that there is an administrator", ("create_admin",)),
    ("making sure that there is a demo fleet", ("create_demo",)),
)


def web_port(layout: Layout, say: Callable[[str], None]) -> int:
    """8000, or the next free port."""
    port = first_free(WEB_PORT)
    if port != WEB_PORT:
        say(f"Port {WEB_PORT} is taken by another program; the pages move to {port}.")
    if port in read_ports(layout.ports).values():
        raise LookupError(f"Port {port} is one of {layout.ports}; free port {WEB_PORT}, or delete that file.")
    return port


def programs(layout: Layout, port: int) -> list[Program]:
    """Every process of a whole DUCO and its simulated fleet."""
    celery = (sys.executable, "-m", "celery", "--app", "duco_cms")
    # Threads: a process pool would be killed with its group instead of ending its tasks, and takes more memory.
    workers = ("--loglevel", "INFO", "--pool", "threads")
    return [
        Program("web", _web(port), stop_seconds=15),
        Program("ingest", _manage("ingest"), stop_seconds=30),
        Program("process", _manage("process"), stop_seconds=30),
        Program("distribute", _manage("distribute"), stop_seconds=30),
        Program(
            "worker", (*celery, "worker", *workers, "--concurrency", "2", "--queues", "duco", "--hostname", "worker@%h")
        ),
        Program(
            "jobs",
            (*celery, "worker", *workers, "--concurrency", "1", "--queues", "duco.jobs", "--hostname", "jobs@%h"),
        ),
        Program("beat", (*celery, "beat", "--loglevel", "INFO", "--pidfile=", "--schedule", str(layout.run / "beat"))),
        Program("simulate", _manage("simulate", *FLEET)),
    ]


def _web(port: int) -> tuple[str, ...]:
    return (
        sys.executable, "-m", "uvicorn", "duco_cms.asgi:application", "--host", LOOPBACK, "--port", str(port),
        # Without a limit an open websocket would keep the process from ending.
        "--timeout-graceful-shutdown", "5", "--no-server-header",
        # There is no proxy whose word on addresses counts. Pages send commands of some dozen bytes over websockets.
        "--no-proxy-headers", "--ws-max-size", "4096",
    )  # fmt: skip


def _manage(*words: str) -> tuple[str, ...]:
    return (sys.executable, str(BASE_DIR / "manage.py"), *words)


def set_up(
    layout: Layout, environment: Mapping[str, str], say: Callable[[str], None], *, without: frozenset[str] = frozenset()
) -> None:
    """Run the steps, save those of the commands in `without`. Raises ServerFailedError for the first that fails."""
    log = layout.log_of("setup")
    log.unlink(missing_ok=True)
    for title, words in SETUP:
        if words[0] in without:
            continue
        began = time.monotonic()
        with log.open("ab") as file:
            done = subprocess.run(
                _manage(*words), env=dict(environment), stdin=subprocess.DEVNULL, stdout=file, stderr=file, check=False
            )
        if done.returncode != 0:
            raise ServerFailedError(f"Failed {title} (manage.py {words[0]}).\n{tail(log)}")
        say(f"{title} … {time.monotonic() - began:.1f} s")


def probe_web(url: str, process: Callable[[], int]) -> None:
    """Raises NotReadyError until the sign-in page is served, and ServerFailedError where not by our own `process`."""
    try:
        httpx.get(f"{url}/sign-in/", timeout=5).raise_for_status()
    except httpx.HTTPError as error:
        raise NotReadyError(str(error)) from error
    if not listens(process(), httpx.URL(url).port):
        raise ServerFailedError(
            f"Another program took {url} while the servers started. `make run` again: the pages move to a free port."
        )


def listens(process: int, port: int | None) -> bool:
    """True where that very process takes connections at the port."""
    try:
        sockets = psutil.Process(process).net_connections("tcp")
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
    return any(socket.status == psutil.CONN_LISTEN and socket.laddr.port == port for socket in sockets)


def admin_password_file(layout: Layout) -> Path:
    """Where `manage.py create_admin` keeps what it printed."""
    return layout.var / "admin-password.txt"
