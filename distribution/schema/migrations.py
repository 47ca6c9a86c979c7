"""Numbered changes of the schema, applied once each and in order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from string import Template

from clickhouse_connect.driver.client import Client
from django.conf import settings

from distribution import schema

_FILE_NAME = re.compile(r"(\d{4})_(\w+)\.sql\Z")
_COMMENT_LINE = re.compile(r"^\s*--.*$", re.MULTILINE)
# Tables that follow RAW_RETENTION_DAYS.
_FORGETTING = (("raw", "envelope"), ("raw", "dead_letter"), ("ce", "dtc_list"), ("ce", "transport_message"))
_PREFIX = re.compile(r"[a-z0-9_]{0,40}\Z")


@dataclass(frozen=True, slots=True)
class Migration:
    """`statements` with ${raw}, ${ce} and ${retention_days} for what differs between deployments."""

    number: int
    name: str
    statements: tuple[str, ...]


def migrations() -> list[Migration]:
    """All there are, by number."""
    found = []
    for file in resources.files("distribution.schema.versions").iterdir():
        if match := _FILE_NAME.match(file.name):
            text = _COMMENT_LINE.sub("", file.read_text())
            statements = tuple(part.strip() for part in text.split(";\n") if part.strip())
            found.append(Migration(int(match.group(1)), match.group(2), statements))
    return sorted(found, key=lambda migration: migration.number)


def migrate(client: Client) -> list[Migration]:
    """Apply what is missing, and give it. Safe to repeat, and to run twice at once: each statement is idempotent."""
    names = _names()
    for database in (names["raw"], names["ce"]):
        client.command(f"CREATE DATABASE IF NOT EXISTS {database}")
    client.command(
        f"CREATE TABLE IF NOT EXISTS {names['ce']}.schema_migration (number UInt32, name String, "
        "applied DateTime64(6, 'UTC')) ENGINE = ReplacingMergeTree(applied) ORDER BY number"
    )
    applied = {row[0] for row in client.query(f"SELECT number FROM {names['ce']}.schema_migration").result_rows}  # noqa: S608 - our own name, checked
    new = [migration for migration in migrations() if migration.number not in applied]
    for migration in new:
        for statement in migration.statements:
            client.command(Template(statement).substitute(names))
        row = [[migration.number, migration.name, datetime.now(UTC)]]
        client.insert(f"{names['ce']}.schema_migration", row, ["number", "name", "applied"])
    _follow_retention(client, names)
    return new


def _names() -> Mapping[str, str]:
    prefix = settings.CLICKHOUSE_DATABASE_PREFIX
    if not _PREFIX.match(prefix):
        raise ValueError(f"CLICKHOUSE_DATABASE_PREFIX is {prefix!r}; it may have small letters, digits and _.")
    return {
        "raw": prefix + schema.RAW_DATA_CACHE_STORE,
        "ce": prefix + schema.CE_TECHNOLOGY,
        "retention_days": str(int(settings.RAW_RETENTION_DAYS)),
    }


def _follow_retention(client: Client, names: Mapping[str, str]) -> None:
    """The setting may have changed since the tables were made; altering rewrites parts, so only then."""
    wanted = f"TTL toDateTime(received) + toIntervalDay({names['retention_days']})"
    for database, table in _FORGETTING:
        query = (
            "SELECT create_table_query FROM system.tables WHERE database = {database:String} AND name = {name:String}"
        )
        rows = client.query(query, parameters={"database": names[database], "name": table}).result_rows
        if wanted not in rows[0][0]:
            client.command(f"ALTER TABLE {names[database]}.{table} MODIFY {wanted}")
