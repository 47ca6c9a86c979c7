"""Commands that manage.py runs without Django, for its help to list them beside the others."""

from django.core.management.base import BaseCommand

from ingest.local_commands import run


class LocalCommand(BaseCommand):
    def run_from_argv(self, argv: list[str]) -> None:
        run(argv[1:])
