"""`manage.py export_duco SET`: a definition set as a text in the signal language."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from duco_cms.definitions.models import DefinitionSet
from duco_cms.definitions.texts import text_of


class Command(BaseCommand):
    help = "Write all of a definition set as a text that `import_duco`, `lint` and `fmt` read."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("set_name", metavar="set", help="The definition set.")
        parser.add_argument("--out", type=Path, help="The file to write; without it the text goes to stdout.")

    def handle(self, *, set_name: str, out: Path | None, **_options: Any) -> None:
        definition_set = DefinitionSet.objects.filter(name=set_name).first()
        if definition_set is None:
            names = ", ".join(DefinitionSet.objects.values_list("name", flat=True)) or "none"
            raise CommandError(f"There is no definition set {set_name}. There are: {names}.")
        text = text_of(definition_set)
        if out is None:
            self.stdout.write(text, ending="")
            return
        try:
            out.write_text(text, "utf-8")
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}") from None
