"""`manage.py import_duco SET FILE`: bring a definition set up to a text in the signal language."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from duco_cms.definitions.importing import ImportRefusedError
from duco_cms.definitions.management.files import read_bytes
from duco_cms.definitions.models import DefinitionSet
from duco_cms.definitions.texts import TextReport, apply_text, preview_text
from parsing.language.reading import UnreadableText, text_from_bytes
from parsing.language.rendering import render

_NAME_CHARACTERS = DefinitionSet._meta.get_field("name").max_length or 0


class Command(BaseCommand):
    help = "Make a definition set what a text in the signal language says; what is gone from it is retired."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("set_name", metavar="set", help="The definition set; made if there is none.")
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Report and change nothing.")

    def handle(self, *, set_name: str, file: Path, dry_run: bool, **_options: Any) -> None:
        if not 0 < len(set_name) <= _NAME_CHARACTERS:
            raise CommandError(f"The name of a set has 1 to {_NAME_CHARACTERS} characters.")
        try:
            text = text_from_bytes(read_bytes(file))
        except UnreadableText as error:
            raise CommandError(f"{file}: {error}") from None
        try:
            report = preview_text(set_name, text) if dry_run else apply_text(set_name, text)
        except ImportRefusedError as refusal:
            raise CommandError(str(refusal)) from None
        self._tell(report)
        if report.is_refused:
            raise CommandError(f"{set_name} was not changed: correct the errors.", returncode=1)
        for change in report.changes:
            self.stdout.write(f"{'! ' if change.breaking else '  '}{change.path}: {change.text}")
        if not report.changes:
            self.stdout.write(f"{set_name}: nothing changed")

    def _tell(self, report: TextReport) -> None:
        for diagnostic in (*report.diagnostics, *report.failures):
            self.stderr.write(render(diagnostic, report.text))
        for diagnostic, text in report.elsewhere:
            self.stderr.write(render(diagnostic, text))
