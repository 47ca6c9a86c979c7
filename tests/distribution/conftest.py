"""A database of each session's own in the real engine, keys of its own in the real Redis, and two organisations."""

import struct
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgpack
import pyarrow as pa
import pytest
import redis
from clickhouse_connect.driver.client import Client
from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client as Browser
from django.test import override_settings

from distribution.clickhouse import connect
from distribution.schema import CE_TECHNOLOGY, RAW_DATA_CACHE_STORE, ce_technology
from distribution.schema.migrations import migrate
from duco_cms.fleet.models import Machine, MachineModel, Membership, Organisation
from parsing.rows import SCHEMAS

SECOND = 1_000_000
DAY = 86_400 * SECOND
# 2026-03-01T00:00:00Z
START = 1_772_323_200 * SECOND


@pytest.fixture(scope="session")
def database() -> Iterator[Client]:
    prefix = f"test_{uuid.uuid4().hex[:8]}_"
    with override_settings(CLICKHOUSE_DATABASE_PREFIX=prefix):
        client = connect()
        migrate(client)
        yield client
        for name in (CE_TECHNOLOGY, RAW_DATA_CACHE_STORE):
            client.command(f"DROP DATABASE IF EXISTS {prefix}{name}")
        client.close()


@dataclass
class Store:
    """Writes rows as the history writer does; each test has machines of its own."""

    client: Client
    machine: int = field(default_factory=lambda: uuid.uuid4().int % 2**30 + 1)

    def insert(self, table: str, rows: Sequence[dict[str, Any]], token: str = "") -> None:
        defaults = {"machine": self.machine, "release": 1, "received": START, "ordinal": 0}
        columns = SCHEMAS[table].names
        filled = [{name: (defaults | row)[name] for name in columns} for row in rows]
        options = {"insert_deduplication_token": token} if token else {}
        self.client.insert_arrow(
            ce_technology(table),
            pa.Table.from_pylist(filled, SCHEMAS[table]),
            settings={"max_partitions_per_insert_block": 0, **options},
        )

    def frames(self, *rows: tuple[int, int, int, Sequence[float], Sequence[int]], **more: Any) -> None:
        """Rows of (group, source, ts, values, qualities)."""
        names = ("group", "source", "ts", "values", "qualities")
        self.insert("frame_values", [dict(zip(names, row, strict=True)) | more for row in rows])

    def rule(self, number: int, title: str, release: int = 1) -> None:
        self.client.insert(ce_technology("rule_catalogue"), [[number, title, release]], ["rule", "title", "release"])

    def catalogue(self, *rows: tuple[int, int, str, str], release: int = 1, **more: Any) -> None:
        """Signals of (group, slot, message, signal)."""
        names = ["group", "slot", "message", "signal", "unit", "release", *more]
        self.client.insert(
            ce_technology("signal_catalogue"), [[*row, "rpm", release, *more.values()] for row in rows], names
        )


@pytest.fixture
def store(database: Client) -> Store:
    return Store(database)


@pytest.fixture
def group() -> int:
    """A group that no other test uses."""
    return uuid.uuid4().int % 2**31


@dataclass
class SnapshotKeys:
    """Writes snapshots as docs/contracts/redis.md says."""

    redis: redis.Redis
    prefix: str

    def row(self, machine: int, group: int, source: int, values: Sequence[float], qualities: Sequence[int]) -> None:
        head = struct.pack("<qBIqH", START, 0, 3, START + SECOND, len(values))
        body = head + struct.pack(f"<{len(values)}d{len(values)}B", *values, *qualities)
        self.redis.hset(f"{self.prefix}snapshot:{machine}", f"{group}:{source}", body)

    def position(self, machine: int, row: dict[str, Any]) -> None:
        head = struct.pack("<qBIqH", row["ts"], 0, 3, START, 0)
        self.redis.hset(f"{self.prefix}snapshot:{machine}", "position", head + msgpack.packb(row))

    def finding(self, row: dict[str, Any], mark: int) -> None:
        """A row of `finding` as the newest of its rule; `mark` 0 = cleared, 1 to 4 = open, info to critical."""
        head = struct.pack("<qBIqH", row["ts"], row["index"], row["release"], row["received"], 0)
        value = head + bytes([mark]) + (msgpack.packb(row) if mark else b"")
        self.redis.hset(f"{self.prefix}findings:{row['machine']}", str(row["rule"]), value)

    def open_counts(self, machine: int, *counts: int) -> None:
        """How many are open of info, warning, error, critical."""
        self.redis.hset(f"{self.prefix}findings", str(machine), struct.pack("<4H", *counts))

    def contact(self, machine: int, received: int) -> None:
        self.redis.zadd(f"{self.prefix}contact", {str(machine): received})


@pytest.fixture
def snapshots() -> Iterator[SnapshotKeys]:
    prefix = f"test:{uuid.uuid4().hex[:8]}:"
    connection = redis.Redis.from_url(settings.SNAPSHOT_REDIS_URL)
    with override_settings(REDIS_PREFIX=prefix):
        yield SnapshotKeys(connection, prefix)
    for key in connection.scan_iter(f"{prefix}*"):
        connection.delete(key)
    connection.close()


@dataclass
class Person:
    """A signed-in user and the machine of the user's organisation."""

    browser: Browser
    machine: Machine

    def get(self, path: str, **parameters: Any) -> Any:
        return self.browser.get(f"/data/v1/machines/{self.machine.number}/{path}", parameters)


def _person(name: str, model: MachineModel) -> Person:
    user = get_user_model().objects.create_user(name, password="p")
    organisation = Organisation.objects.create(name=f"{name}'s")
    Membership.objects.create(user=user, organisation=organisation)
    # Numbers and devices of other tests' machines would bring their rows along.
    number = uuid.uuid4().int % 2**30 + 1
    device = f"{name}-{number}"
    machine = Machine.objects.create(number=number, device=device, name=name, model=model, organisation=organisation)
    browser = Browser()
    browser.force_login(user)
    return Person(browser, machine)


@pytest.fixture
def model(db: None) -> MachineModel:
    return MachineModel.objects.create(name="EX-1")


@pytest.fixture
def alice(model: MachineModel) -> Person:
    return _person("alice", model)


@pytest.fixture
def bob(model: MachineModel) -> Person:
    return _person("bob", model)
