"""manage.py migrate_clickhouse."""

import time
from typing import Any

import urllib3
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from distribution.clickhouse import connect
from distribution.schema.migrations import migrate

RETRY_SECONDS = 0.5


class Command(BaseCommand):
    help = "Brings ClickHouse's databases and tables up to date. Safe to repeat; waits for the server."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wait", type=float, default=60.0, help="seconds to wait for ClickHouse (60)")

    def handle(self, *_args: Any, **options: Any) -> None:
        client = self._connect(options["wait"])
        applied = migrate(client)
        for migration in applied:
            self.stdout.write(f"Applied {migration.number:04} {migration.name}.")
        if not applied:
            self.stdout.write("ClickHouse is up to date.")

    def _connect(self, seconds: float) -> Client:
        deadline = time.monotonic() + seconds
        while True:
            try:
                return connect()
            except (ClickHouseError, urllib3.exceptions.HTTPError, OSError) as error:
                if time.monotonic() >= deadline:
                    raise CommandError(
                        f"ClickHouse did not answer within {seconds:g} s: {str(error)[:300]}\n"
                        "Check that the server runs and that CLICKHOUSE_URL names it."
                    ) from error
                self.stderr.write("Waiting for ClickHouse …")
                time.sleep(RETRY_SECONDS)
