"""`exec`: a command beside servers, its exit code, and what it says where Kafka cannot be had."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from duco_cms.embedded.kafka.jars import NoKafkaError, fetch, java
from duco_cms.embedded.volatile_broker import PARTITIONS, VolatileBroker

GIVEN = ("DATABASE_URL", "REALTIME_REDIS_URL", "CLICKHOUSE_URL", "KAFKA_BOOTSTRAP_SERVERS")


def _execute(data: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    # Every URL is given, so no server starts.
    given = {name: f"given-{name}" for name in GIVEN}
    command = [sys.executable, "-m", "duco_cms.embedded", "exec", "--data", str(data), *words]
    return subprocess.run(
        command, env={**os.environ, **given, **environment}, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_exit_code_is_the_commands(tmp_path: Path) -> None:
    assert _execute(tmp_path, "--", "sh", "-c", "exit 7").returncode == 7


def test_urls_that_are_set_reach_the_command_and_start_nothing(tmp_path: Path) -> None:
    done = _execute(tmp_path, "--", "sh", "-c", 'echo "$DATABASE_URL $KAFKA_BOOTSTRAP_SERVERS"')
    assert "given-DATABASE_URL given-KAFKA_BOOTSTRAP_SERVERS" in done.stdout
    assert not (tmp_path / "postgres").exists()


def test_fresh_forgets_servers_data_and_nothing_else(tmp_path: Path) -> None:
    for name in ("postgres", "mine"):
        (tmp_path / name).mkdir()
    assert _execute(tmp_path, "--fresh", "--", "true").returncode == 0
    assert not (tmp_path / "postgres").exists()
    assert (tmp_path / "mine").exists()


def test_what_is_missing_for_kafka_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoKafkaError, match="install a JDK, version 17 or newer"):
        fetch()
    old = tmp_path / "java"
    old.write_text("""#!/bin/sh\necho 'openjdk version "11.0.2" 2019-01-15' >&2\n""")
    old.chmod(0o755)
    with pytest.raises(NoKafkaError, match="is too old"):
        java()


def test_the_volatile_broker_has_duco_s_topics() -> None:
    from confluent_kafka.admin import AdminClient

    broker = VolatileBroker()
    environment = broker.environment()
    admin = AdminClient({"bootstrap.servers": environment["KAFKA_BOOTSTRAP_SERVERS"]})
    topics = admin.list_topics(timeout=10).topics
    prefix = environment["KAFKA_TOPIC_PREFIX"]
    assert set(topics) >= {f"{prefix}hub", f"{prefix}raw", f"{prefix}engine_state"}
    assert {len(topic.partitions) for topic in topics.values()} == {PARTITIONS}


def test_two_lives_of_the_volatile_broker_share_no_topic() -> None:
    # The second would count offsets from zero, and the stores would take its records for those of the first.
    assert VolatileBroker().environment()["KAFKA_TOPIC_PREFIX"] != VolatileBroker().environment()["KAFKA_TOPIC_PREFIX"]
