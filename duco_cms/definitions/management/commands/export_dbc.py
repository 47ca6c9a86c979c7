"""`manage.py export_dbc SET`: a definition set as a DBC file."""

from django.core.management.base import CommandError

from duco_cms.definitions.exporting import ExportRefusedError, export_dbc
from duco_cms.definitions.management.export import ExportCommand, Exported
from duco_cms.definitions.models import DefinitionSet


class Command(ExportCommand):
    help = "Write a definition set as a DBC file, and say on stderr what a DBC cannot say of it."

    def export(self, definition_set: DefinitionSet) -> Exported:
        try:
            export = export_dbc(definition_set)
        except ExportRefusedError as refusal:
            raise CommandError(str(refusal)) from None
        return Exported(export.text, export.file, [f"{each.where}: {each.text}" for each in export.unsayable])
