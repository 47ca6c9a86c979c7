"""`manage.py compile`, for `manage.py help` to list; manage.py itself runs it without Django."""

import sys

from django.core.management.base import BaseCommand

from ingest.authoring.commands import main


class Command(BaseCommand):
    help = "Compiles definitions as publishing does, and explains what rules cost."

    def run_from_argv(self, argv: list[str]) -> None:
        sys.exit(main("compile", argv[2:], argv[0]))
