"""SIGKILL any process of `make run`: the others go on, it comes back, and the ledger is whole."""

from collections import Counter
from pathlib import Path

import pytest

from tests.faults.running_system import RunningSystem, hub_message_ids

pytestmark = [pytest.mark.xdist_group("system"), pytest.mark.faults, pytest.mark.kafka, pytest.mark.timeout(900)]

SERVERS = ["postgres", "redis", "kafka", "clickhouse"]
APPLICATION = ["web", "ingest", "process", "distribute", "worker", "jobs", "beat", "simulate"]
SETTLE_SECONDS = 180


def test_any_process_may_die(tmp_path: Path) -> None:
    system = RunningSystem(tmp_path / "var")
    try:
        system.wait_until_started()
        assert set(system.states()) == {*SERVERS, *APPLICATION}
        for name in APPLICATION:
            assert system.kill(name) == set(), f"only {name} was killed"
        for name in SERVERS:
            # A worker may leave and start anew when its broker goes; what counts is the ledger below.
            system.kill(name)
        system.wait_for("all are up", lambda: all(state.state == "RUNNING" for state in system.states().values()), 60)
        stores = system.stores()
        # The fleet falls silent, so that there is an end to compare.
        system.supervisor._call("stopProcess", "application:simulate")
        published = hub_message_ids(stores)
        assert published.total() > 100
        system.wait_for("all is through", lambda: stores.outcomes().total() >= published.total(), SETTLE_SECONDS)
        assert set(published.values()) == {1}
        assert Counter(stores.raw_message_ids()) == published
        stored = stores.select("message_id", "raw_data_cache_store", "envelope", "1")
        assert Counter(row[0] for row in stored) == published
        assert stores.outcomes() == published
        key = "machine, group, source, ts, ordinal"
        values = stores.select(key, "ce_technology", "frame_values", key)
        assert len(set(values)) == len(values) > 1000
    finally:
        status = system.stop()
    assert status == 130, "".join(system.lines[-30:])  # as a shell says of Ctrl-C
