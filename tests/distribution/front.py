"""A ClickHouse front of a test's own, as a process: these tests kill it."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import clickhouse_connect
import httpx
from clickhouse_connect.driver.client import Client

ROOT = Path(__file__).resolve().parents[2]


class FrontProcess:
    """`with FrontProcess(path) as front:` answers when entered; extra arguments go to the command."""

    def __init__(self, path: Path, *arguments: str, **environment: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._command = [
            sys.executable, "-m", "duco_cms.embedded.clickhouse_front",
            "--path", str(path), "--port", str(self.port), *arguments,
        ]  # fmt: skip
        self._environment = {**os.environ, **environment}

    def start(self) -> None:
        self.process = subprocess.Popen(
            self._command, cwd=ROOT, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if httpx.get(f"{self.url}/ping", timeout=1).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
        self.process.kill()
        raise AssertionError(self.process.communicate()[0])

    def end(self, how: signal.Signals) -> str:
        """Signal it, wait for its end, give what it said."""
        self.process.send_signal(how)
        return self.process.communicate(timeout=30)[0]

    def client(self, **options: object) -> Client:
        return clickhouse_connect.get_client(host="127.0.0.1", port=self.port, autogenerate_session_id=False, **options)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()
