"""`manage.py distribute`: Kafka → raw store, history and snapshot."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand

from distribution.writers.groups import GROUPS, run_groups
from ingest.worker import run_until_signalled


class Command(BaseCommand):
    help = (
        "Writes raw envelopes and parsed rows to ClickHouse and the latest values to Redis. Runs until it is stopped."
    )
    requires_system_checks = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--group", action="append", choices=GROUPS, help="only this consumer group (may be given again)"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        groups = options["group"] or GROUPS
        run_until_signalled(lambda stop: run_groups(groups, stop))
