"""`manage.py fmt`, for `manage.py help` to list; manage.py itself runs it without Django."""

import sys

from django.core.management.base import BaseCommand

from ingest.authoring.commands import main


class Command(BaseCommand):
    help = "Formats definitions written in the signal language."

    def run_from_argv(self, argv: list[str]) -> None:
        sys.exit(main("fmt", argv[2:], argv[0]))
