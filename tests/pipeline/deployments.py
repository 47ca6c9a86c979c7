"""Deployments of their own on the test servers, with worker processes as the supervisor starts them."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.admin import AdminClient
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from distribution.clickhouse import connect
from ingest.streaming.config import reader_config
from tests.pipeline.catalogue import give_copies
from tests.pipeline.ledger import Stores

ROOT = Path(__file__).resolve().parents[2]
PARTITIONS = 3
SETTLE_SECONDS = 120
WORKERS = ("ingest", "process", "distribute")


@dataclass(frozen=True, slots=True)
class Site:
    """One deployment: the environment of its workers and where their logs go."""

    environment: dict[str, str]
    logs: Path
    started: list[subprocess.Popen] = field(default_factory=list)

    def start(self, command: str, kill_at: str = "", worker: str = "0") -> subprocess.Popen:
        with (self.logs / f"{command}.log").open("ab") as log:
            log.write(f"--- {command} {kill_at}\n".encode())
            log.flush()
            process = subprocess.Popen(
                [sys.executable, "manage.py", command],
                cwd=ROOT,
                env=os.environ | self.environment | {"DUCO_KILL_AT": kill_at, "WORKER_NAME": worker},
                stdout=log,
                stderr=log,
            )
        self.started.append(process)
        return process

    def end(self) -> None:
        """Leave no worker behind a test that failed."""
        for process in self.started:
            process.kill()
            process.wait()

    def tail(self, command: str) -> str:
        return (self.logs / f"{command}.log").read_text(errors="replace")[-3000:]


@dataclass(frozen=True, slots=True)
class Deployment:
    site: Site
    stores: Stores

    @property
    def hub(self) -> str:
        return f"{self.stores.prefix}hub"

    @property
    def settings(self) -> dict[str, str | int]:
        """Django settings under which this process sees the deployment as its workers do."""
        return {
            "KAFKA_TOPIC_PREFIX": self.stores.prefix,
            "KAFKA_PARTITIONS": PARTITIONS,
            "CLICKHOUSE_DATABASE_PREFIX": self.stores.database_prefix,
            "REDIS_PREFIX": self.stores.redis_prefix,
            "VAR_DIR": self.site.logs,
        }

    def wait_for(self, what: str, holds: Callable[[], bool]) -> None:
        """Return when it holds; fail with the workers' last words when it does not in two minutes."""
        deadline = time.monotonic() + SETTLE_SECONDS
        while not holds():
            if time.monotonic() > deadline:
                tails = "\n".join(self.site.tail(command) for command in WORKERS)
                pytest.fail(f"{what} does not hold after {SETTLE_SECONDS} s\n{tails}")
            time.sleep(0.5)  # between two looks; the deadline decides

    def published(self) -> int:
        """Envelopes on the hub's topic."""
        consumer = Consumer(reader_config(self.stores.servers))
        try:
            places = [TopicPartition(self.hub, partition) for partition in range(PARTITIONS)]
            return sum(consumer.get_watermark_offsets(place, timeout=30)[1] for place in places)
        finally:
            consumer.close()

    def settle(self, envelopes: int) -> None:
        """Return when so many published envelopes have gone the whole way."""
        stores = self.stores
        self.wait_for("raw store", lambda: stores.count("raw_data_cache_store", "envelope") >= envelopes)
        self.wait_for("ledger", lambda: stores.outcomes().total() >= envelopes)
        self.wait_for(
            "snapshot", lambda: stores.lag("snapshot", "parsed") == 0 and stores.lag("history", "parsed") == 0
        )

    def run_workers(self, envelopes: int) -> None:
        """Start the three workers, wait until so many envelopes are through, and stop them."""
        running = {command: self.site.start(command) for command in WORKERS}
        try:
            self.settle(envelopes)
        finally:
            for worker in running.values():
                worker.terminate()
            statuses = {command: worker.wait(30) for command, worker in running.items()}
        assert statuses == dict.fromkeys(WORKERS, 0)


@pytest.fixture
def new_deployment(tmp_path: Path) -> Iterator[Callable[..., Deployment]]:
    """Makes deployments whose workers start from copies of a small release; `devices` are its machines 1, 2, …"""
    made: list[Deployment] = []

    def make(devices: list[str], content: dict[str, Any] | None = None) -> Deployment:
        name = f"t{uuid.uuid4().hex[:10]}"
        var = tmp_path / name
        var.mkdir()
        give_copies(var, devices, content=content)
        environment = {
            "DUCO_VAR": str(var), "KAFKA_TOPIC_PREFIX": f"{name}.", "KAFKA_PARTITIONS": str(PARTITIONS),
            "CLICKHOUSE_DATABASE_PREFIX": f"{name}_", "REDIS_PREFIX": f"{name}:", "META_API_URL": "http://127.0.0.1:9",
        }  # fmt: skip
        with override_settings(
            KAFKA_TOPIC_PREFIX=f"{name}.", KAFKA_PARTITIONS=PARTITIONS, CLICKHOUSE_DATABASE_PREFIX=f"{name}_"
        ):
            call_command("create_topics")
            call_command("migrate_clickhouse")
        stores = Stores(
            settings.KAFKA_BOOTSTRAP_SERVERS, f"{name}.", PARTITIONS, connect(), f"{name}_",
            settings.SNAPSHOT_REDIS_URL, f"{name}:",
        )  # fmt: skip
        made.append(Deployment(Site(environment, var), stores))
        return made[-1]

    yield make
    admin = AdminClient({"bootstrap.servers": settings.KAFKA_BOOTSTRAP_SERVERS})
    for deployment in made:
        deployment.site.end()
        topics = [topic for topic in admin.list_topics(timeout=10).topics if topic.startswith(deployment.stores.prefix)]
        for future in admin.delete_topics(topics).values():
            future.result(30)
        for database in ("ce_technology", "raw_data_cache_store"):
            deployment.stores.clickhouse.command(f"DROP DATABASE {deployment.stores.database_prefix}{database}")
