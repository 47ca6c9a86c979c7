"""What commands that write a definition set have in common."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from django.core.management.base import BaseCommand, CommandError, CommandParser

from duco_cms.definitions.management.files import write_bytes
from duco_cms.definitions.models import DefinitionSet


class Exported(NamedTuple):
    """The text, the same as a file, and lines about it for stderr."""

    text: str
    file: bytes
    remarks: Iterable[str] = ()


class ExportCommand(BaseCommand):
    """Its subclasses say what is written; where to is said on the command line."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("set_name", metavar="set", help="The definition set.")
        parser.add_argument("--out", type=Path, help="The file to write; without it the text goes to stdout.")

    def handle(self, *, set_name: str, out: Path | None, **_options: Any) -> None:
        exported = self.export(_set(set_name))
        if out is not None:
            write_bytes(out, exported.file)
        for remark in exported.remarks:
            self.stderr.write(remark)
        if out is None:
            self.stdout.write(exported.text, ending="")

    def export(self, definition_set: DefinitionSet) -> Exported:
        """Raises CommandError."""
        raise NotImplementedError


def _set(name: str) -> DefinitionSet:
    definition_set = DefinitionSet.objects.filter(name=name).first()
    if definition_set is None:
        names = ", ".join(DefinitionSet.objects.values_list("name", flat=True)) or "none"
        raise CommandError(f"There is no definition set {name}. There are: {names}.")
    return definition_set
