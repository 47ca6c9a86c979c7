"""`manage.py test`, for `manage.py help` to list; manage.py itself runs it without Django."""

import sys

from django.core.management.base import BaseCommand

from ingest.authoring.commands import main


class Command(BaseCommand):
    help = "Runs the golden samples and test sequences of definitions."

    def run_from_argv(self, argv: list[str]) -> None:
        sys.exit(main("test", argv[2:], argv[0]))
