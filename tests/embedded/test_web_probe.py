"""The pages are ready when our own web process serves them, not when anybody does at that port."""

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from duco_cms.embedded.application import probe_web
from duco_cms.embedded.readiness import ServerFailedError
from duco_cms.embedded.server import NotReadyError


class SignInPage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/sign-in/" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def url() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), SignInPage) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_our_own_process_is_ready(url: str) -> None:
    probe_web(url, os.getpid)


def test_another_system_at_the_port_is_told_of(url: str) -> None:
    with pytest.raises(ServerFailedError, match=f"Another program took {url}"):
        probe_web(url, os.getppid)


def test_a_process_that_ended_serves_nothing(url: str) -> None:
    # What the supervisor says of a process that does not run.
    with pytest.raises(ServerFailedError):
        probe_web(url, lambda: 0)


def test_nobody_there_is_not_ready() -> None:
    with pytest.raises(NotReadyError):
        probe_web("http://127.0.0.1:1", os.getpid)
