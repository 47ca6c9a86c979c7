"""Tests that need a server, a browser or recorded data say so by a marker; here it is decided whether they can run.

`make test` starts the servers. Run by hand without them, such tests are skipped with the reason; where CI is set they
fail instead, so that a machine on which a server did not start is never mistaken for a green one. The recorded logs
lie beside the checkout and in no repository: a clone elsewhere skips their tests in CI too.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def _without(variable: str) -> Callable[[], str]:
    return lambda: "" if os.environ.get(variable) else f"{variable} is not set; `make test` starts the server"


def _without_kafka() -> str:
    return os.environ.get("DUCO_NO_KAFKA", "") or _without("KAFKA_BOOTSTRAP_SERVERS")()


def _without_browser() -> str:
    return "" if any(map(shutil.which, CHROMIUM)) else f"there is none of the browsers {', '.join(CHROMIUM)}"


def _without_shared_data() -> str:
    return "" if SHARED_DATA.is_dir() else f"there are no recorded logs at {SHARED_DATA}"


# Marker -> the reason why such a test cannot run here, or nothing.
REASONS: dict[str, Callable[[], str]] = {
    "kafka": _without_kafka,
    "clickhouse": _without("CLICKHOUSE_URL"),
    "redis": _without("REALTIME_REDIS_URL"),
    "browser": _without_browser,
    "shared_data": _without_shared_data,
}
NEVER_FAILS = {"shared_data"}


def pytest_make_parametrize_id(val: object) -> str | None:
    """Of bytes their number: what gzip made has the time in it, and workers have to collect tests of the same names."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker, reason_of in REASONS.items():
        reason = reason_of() if item.get_closest_marker(marker) else ""
        if not reason:
            continue
        if os.environ.get("CI") and marker not in NEVER_FAILS:
            pytest.fail(f"Needs {marker}, and {reason}.", pytrace=False)
        pytest.skip(f"Needs {marker}, and {reason}.")
