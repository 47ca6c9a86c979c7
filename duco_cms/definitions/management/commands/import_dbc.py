"""`manage.py import_dbc FILE --set NAME`: bring a definition set up to a DBC file."""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from duco_cms.definitions.comparison import summary
from duco_cms.definitions.importing import ImportRefusedError, ImportReport, import_dbc, preview_dbc
from duco_cms.definitions.management.files import read_bytes
from duco_cms.definitions.models.dbc import DbcMatch
from duco_cms.fleet.models import BUS_MAXIMUM, MachineModel, ModelSetBinding
from parsing.dbc import Finding


class Command(BaseCommand):
    help = "Import a DBC file into a definition set; again to bring the set up to a newer file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--set", required=True, dest="set_name", help="The definition set; made if there is none.")
        parser.add_argument("--match", choices=DbcMatch.values, default="auto", help="How messages find their frames.")
        parser.add_argument("--model", help="Bind the set to this machine model; made if there is none.")
        parser.add_argument("--bus", type=_bus, help="Bind it to this channel only.")
        parser.add_argument("--dry-run", action="store_true", help="Report and change nothing.")

    def handle(self, *, file: Path, set_name: str, match: Any, **options: Any) -> None:
        content = read_bytes(file)
        do = preview_dbc if options["dry_run"] else import_dbc
        try:
            with transaction.atomic():
                report = do(content, set_name, match=match)
                if options["model"] and not options["dry_run"]:
                    _bind(report, options["model"], options["bus"])
        except ImportRefusedError as refusal:
            raise CommandError(str(refusal)) from None
        for finding in report.findings:
            self.stderr.write(_line(file.name, finding))
        self.stdout.write(f"{set_name}: {', '.join(summary(report.changes)) or 'nothing changed'}")


def _line(file: str, finding: Finding) -> str:
    """As compilers write it, so that editors find the place."""
    place = file if finding.line is None else f"{file}:{finding.line}"
    about = f"{finding.message}: " if finding.message else ""
    return f"{place}: {finding.code}: {about}{finding.text}"


def _bus(text: str) -> int:
    if not text.isdecimal() or int(text) > BUS_MAXIMUM:
        raise ArgumentTypeError(f"a channel number is 0 to {BUS_MAXIMUM}")
    return int(text)


def _bind(report: ImportReport, model_name: str, bus: int | None) -> None:
    model, _ = MachineModel.objects.get_or_create(name=model_name)
    ModelSetBinding.objects.get_or_create(
        model=model, definition_set=report.definition_set, bus=bus, defaults={"order": model.bindings.count()}
    )
