"""`manage.py export_duco SET`: a definition set as a text in the signal language."""

from duco_cms.definitions.management.export import ExportCommand, Exported
from duco_cms.definitions.models import DefinitionSet
from duco_cms.definitions.texts import text_of


class Command(ExportCommand):
    help = "Write all of a definition set as a text that `import_duco`, `lint` and `fmt` read."

    def export(self, definition_set: DefinitionSet) -> Exported:
        text = text_of(definition_set)
        return Exported(text, text.encode())
