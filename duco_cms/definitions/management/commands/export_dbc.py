"""`manage.py export_dbc SET`: a definition set as a DBC file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from duco_cms.definitions.exporting import ExportRefusedError, export_dbc
from duco_cms.definitions.models import DefinitionSet


class Command(BaseCommand):
    help = "Write a definition set as a DBC file, and say on stderr what a DBC cannot say of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("set_name", metavar="set", help="The definition set.")
        parser.add_argument("--out", type=Path, help="The file to write; without it the text goes to stdout.")

    def handle(self, *, set_name: str, out: Path | None, **_options: Any) -> None:
        definition_set = DefinitionSet.objects.filter(name=set_name).first()
        if definition_set is None:
            names = ", ".join(DefinitionSet.objects.values_list("name", flat=True)) or "none"
            raise CommandError(f"There is no definition set {set_name}. There are: {names}.")
        try:
            export = export_dbc(definition_set)
            if out is not None:
                out.write_bytes(export.file)
        except ExportRefusedError as refusal:
            raise CommandError(str(refusal)) from None
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}") from None
        for unsayable in export.unsayable:
            self.stderr.write(f"{unsayable.where}: {unsayable.text}")
        if out is None:
            self.stdout.write(export.text, ending="")
