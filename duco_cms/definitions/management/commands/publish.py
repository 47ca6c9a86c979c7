"""`manage.py publish --note "…"`: the definitions as they stand become the next release."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from duco_cms.definitions.examination import Diagnostic
from duco_cms.definitions.publishing import PublishRefusedError, publish


class Command(BaseCommand):
    help = "Publish the definitions as the next release."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--note", required=True, help="Why; shown wherever the release is.")
        parser.add_argument("--force", action="store_true", help="Publish even if nothing changed.")

    def handle(self, *, note: str, force: bool, **_options: Any) -> None:
        try:
            release = publish(None, note, force=force)
        except PublishRefusedError as refusal:
            lines = [str(refusal), *map(_line, refusal.diagnostics)]
            raise CommandError("\n".join(lines), returncode=1) from None
        self.stdout.write(f"Release {release.number} ({release.content_hash})")


def _line(diagnostic: Diagnostic) -> str:
    return f"  {diagnostic.severity}[{diagnostic.code}] {diagnostic.where}: {diagnostic.text}. {diagnostic.action}"
