"""`manage.py decode`, for `manage.py help` to list; manage.py itself runs it without Django."""

import sys

from django.core.management.base import BaseCommand

from ingest.offline.command import main


class Command(BaseCommand):
    help = "Decodes a recorded log with DBC files, without any server."

    def run_from_argv(self, argv: list[str]) -> None:
        sys.exit(main(argv[2:], f"{argv[0]} decode"))
