"""The CMS with 10,000 signals and 1,000 rules, over HTTP: pages, what the editor asks as one types, saving, releasing.

python -m benchmarks.cms

Needs the servers (`python -m duco_cms.embedded exec -- python -m benchmarks.cms`). Once with all in one set and once in
five sets of 2,000 signals and 200 rules, each in a database of its own that goes afterwards. Times are those of whole
requests as a client on the same machine sees them, in ms.
"""

from __future__ import annotations

import json
import os
import re
import socket
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx
import psycopg

from benchmarks.cms_catalogue import set_text

ROOT = Path(__file__).resolve().parents[1]
SIGNALS, RULES = 10_000, 1_000
RUNS = 20
SLOW_RUNS = 5
"""Of what takes seconds."""

USER = "benchmark"
START_SECONDS = 60
CHANGED = 200
PUBLISH = "/admin/definitions/release/publish/"
TYPED = {
    "in_rule": ("derived d0_10 ", "derived x{} : f64 [rpm] = s0_1_0 + 1 [rpm]\n"),
    "unknown_name": ("derived d0_10 ", "derived half : f64 = s0_1_0 + unknown_nam{}\n"),
    "unreadable": ("derived d0_10 ", "derived x{} : f64 = \n"),
    "in_message": ("  signal s0_9_3 ", "  signal n{} : u8 at byte 9\n"),
}
"""Where in the text something is typed, and what."""

LISTS = {
    "sets": "definitions/definitionset/",
    "messages": "definitions/message/",
    "messages_by_signal": "definitions/message/?q=s0_7_3",
    "messages_by_spn": "definitions/message/?q=703",
    "messages_by_pgn": "definitions/message/?q=61447",
    "messages_by_unit": "definitions/message/?q=rpm",
    "messages_by_text": "definitions/message/?q=Controller",
    "signals": "definitions/signal/",
    "signals_last_page": "definitions/signal/?p=199",
    "signals_by_name": "definitions/signal/?q=s0_7_3",
    "signals_by_spn": "definitions/signal/?q=703",
    "signals_by_unit": "definitions/signal/?q=rpm",
    "rules": "definitions/rule/",
    "rules_by_text": "definitions/rule/?q=s0_7",
}


def main() -> None:
    # Pages name their files by what is in them.
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, check=True)
    figures = {
        "one_set": measured([set_text(0, SIGNALS, RULES)]),
        "five_sets": measured([set_text(number, SIGNALS // 5, RULES // 5) for number in range(5)]),
    }
    print(json.dumps({"benchmark": "cms", **figures}))


def measured(texts: list[str]) -> dict[str, dict[str, float]]:
    with _database() as url:
        password = uuid.uuid4().hex
        environment = {**os.environ, "DATABASE_URL": url, "DUCO_FOUR_EYES": "0"}
        began = time.perf_counter()
        command = [sys.executable, "-m", "benchmarks.cms_filling", USER, password]
        subprocess.run(command, cwd=ROOT, env=environment, input=json.dumps(texts), text=True, check=True)
        print(f"{len(texts)} sets stored in {time.perf_counter() - began:.0f} s", flush=True)
        with _server(environment) as (address, process), httpx.Client(base_url=address, timeout=120) as client:
            return _Measuring(client, process, password).all()


@dataclass(slots=True)
class _Measuring:
    """As one administrator."""

    client: httpx.Client
    process: int
    password: str
    text_page: str = ""
    figures: dict[str, dict[str, float]] = field(default_factory=dict)

    def all(self) -> dict[str, dict[str, float]]:
        self._sign_in()
        pages = {name: f"/admin/{path}" for name, path in LISTS.items()}
        pages["message_of_64"] = self._linked("message", "?q=M0_0")
        pages["set"] = self._linked("definitionset", "")
        self.text_page = pages["set"].replace("/change/", "/as-text/")
        for name, path in pages.items():
            self._time(name, partial(self._page, path))
        self._time("text_page", lambda _: self._get(self.text_page), SLOW_RUNS)
        self._lint()
        self._save()
        self._release()
        return self.figures

    def _lint(self) -> None:
        """Somebody types in the middle of the text; at each pause the editor sends all of it."""
        text, _ = self._text()
        self._time("lint_first", lambda _: self._check(text), 1)
        for name, (place, typed) in TYPED.items():
            self._time(f"lint_{name}", partial(self._typed, text, text.index(place), typed))

    def _typed(self, text: str, at: int, new: str, run: int) -> None:
        self._check(text[:at] + new.format(run) + text[at:])

    def _save(self) -> None:
        for count, name in ((1, "save_1_signal"), (CHANGED, f"save_{CHANGED}_signals")):
            self._time(name, partial(self._changed, count), SLOW_RUNS)

    def _changed(self, count: int, _run: int = 0) -> Callable[[], None]:
        """What applies a text in which that many signals have another number, as somebody does who has checked it."""
        text, etag = self._text()
        changed = re.sub(r" spn (\d+)", lambda found: f" spn {(int(found[1]) + 7) % 500_000}", text, count=count)
        self._check(changed)
        return lambda: self._moves(self.text_page, {"text": changed, "etag": etag, "apply": "1"})

    def _release(self) -> None:
        self._time("publish_page", lambda _: self._get(PUBLISH), SLOW_RUNS)
        self._time("submit", lambda _: self._moves(PUBLISH, {"note": "benchmark", "submit": "1"}), 1)
        self._time("publish", lambda _: self._changed_and_published(), SLOW_RUNS)

    def _changed_and_published(self) -> Callable[[], None]:
        self._changed(1)()
        return lambda: self._moves(PUBLISH, {"note": "benchmark", "publish": "1"})

    def _time(self, name: str, ask: Callable[[int], object], runs: int = RUNS) -> None:
        """`ask` gets the number of the run. What it returns is called where it can be: then that alone is timed."""
        took, worked = [], []
        for run in range(runs):
            processor, began = _processor_seconds(self.process), time.perf_counter()
            timed = ask(run)
            if callable(timed):
                processor, began = _processor_seconds(self.process), time.perf_counter()
                timed()
            took.append(time.perf_counter() - began)
            worked.append(_processor_seconds(self.process) - processor)
        took.sort()
        found = {
            "median": statistics.median(took),
            "p95": took[max(0, -(-95 * runs // 100) - 1)],
            "worst": took[-1],
            "processor": statistics.mean(worked),
        }
        self.figures[name] = {**{key: round(value * 1000) for key, value in found.items()}, "runs": runs}
        print(f"{name:22}" + "".join(f" {key} {value:6,.0f}" for key, value in self.figures[name].items()), flush=True)

    def _sign_in(self) -> None:
        self._get("/sign-in/")
        self._moves("/sign-in/", {"username": USER, "password": self.password})

    def _page(self, path: str, _run: int) -> None:
        self._get(path)

    def _get(self, path: str) -> httpx.Response:
        return self.client.get(path, follow_redirects=True).raise_for_status()

    def _post(self, path: str, fields: dict[str, str]) -> httpx.Response:
        return self.client.post(path, data=fields, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        return {"X-CSRFToken": self.client.cookies["csrftoken"], "Referer": str(self.client.base_url)}

    def _moves(self, path: str, fields: dict[str, str]) -> None:
        """Forms that are taken lead to another page."""
        answer = self._post(path, fields)
        if answer.status_code != httpx.codes.FOUND:
            raise SystemExit(f"{path} did not take the form: {answer.status_code}")

    def _check(self, text: str) -> None:
        # In parts, as the editor sends it.
        self.client.post(
            f"{self.text_page}check/", files={"text": (None, text)}, headers=self._headers()
        ).raise_for_status()

    def _text(self) -> tuple[str, str]:
        """And its tag, as the page has them."""
        page = self._get(self.text_page).text
        (text,) = re.findall(r'<textarea name="text"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
        (etag,) = re.findall(r'name="etag" value="([^"]*)"', page)
        return unescape(text).replace("\r\n", "\n"), unescape(etag)

    def _linked(self, model: str, search: str) -> str:
        """The page of the first row in a list."""
        found = re.search(
            rf"/admin/definitions/{model}/\d+/change/", self._get(f"/admin/definitions/{model}/{search}").text
        )
        if found is None:
            raise SystemExit(f"the list of {model} has no row")
        return found[0]


def _processor_seconds(process: int) -> float:
    """Of the server."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _database() -> Iterator[str]:
    name, url = f"cms_bench_{uuid.uuid4().hex[:8]}", os.environ["DATABASE_URL"]
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@contextmanager
def _server(environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [
        sys.executable, "-m", "uvicorn", "duco_cms.asgi:application", "--port", str(port), "--log-level", "warning",
        # The client makes texts of its own for seconds between two requests.
        "--timeout-keep-alive", "300",
    ]  # fmt: skip
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            _await(address)
            yield address, process.pid
        finally:
            process.terminate()


def _await(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{address}/sign-in/").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the web application does not start")


if __name__ == "__main__":
    main()
