"""`manage.py create_demo`: the fleet that `manage.py simulate` plays, with its definitions and a release."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from duco_cms.definitions.importing import import_dbc
from duco_cms.definitions.models import DefinitionSet
from duco_cms.definitions.publishing import publish
from duco_cms.definitions.texts import apply_text, text_of
from duco_cms.environment import BASE_DIR
from duco_cms.fleet.models import Machine, MachineModel, ModelSetBinding, Organisation

DEMO_RULES = Path(__file__).parents[2] / "demo" / "excavator.duco"
DEMO_DBC = BASE_DIR / "ingest" / "device" / "demo" / "excavator.dbc"
SET_NAME = "excavator"
MODEL_NAME = "EX-350 excavator"
ORGANISATION_NAME = "Demo"
MACHINES_MAXIMUM = 9999  # ex-0001 to ex-9999


class Command(BaseCommand):
    help = "Create the demo fleet. Safe to repeat: it adds what is missing and changes nothing that is there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--machines", type=int, default=5, help="How many machines there are to be: ex-0001 and on."
        )

    def handle(self, *, machines: int, **_options: Any) -> None:
        with transaction.atomic():
            model, made = _model()
            organisation, _ = Organisation.objects.get_or_create(name=ORGANISATION_NAME)
            for number in range(1, min(machines, MACHINES_MAXIMUM) + 1):
                given = {"name": f"Excavator {number}", "model": model, "organisation": organisation}
                Machine.objects.get_or_create(device=f"ex-{number:04}", defaults=given)
            if made:
                # Not on every run: what engineers are in the midst of editing is theirs to publish.
                self.stdout.write(f"Release {publish(None, 'Demo fleet').number} is published.")
        self.stdout.write(f"The demo has {organisation.machines.count()} machines.")


def _model() -> tuple[MachineModel, bool]:
    """The model, and whether its definitions were made now: once only, as engineers may have edited them since."""
    model, _ = MachineModel.objects.get_or_create(name=MODEL_NAME)
    definition_set = DefinitionSet.objects.filter(name=SET_NAME).first()
    if definition_set is None:
        definition_set = import_dbc(DEMO_DBC.read_bytes(), SET_NAME).definition_set
        apply_text(SET_NAME, f"{text_of(definition_set)}\n{DEMO_RULES.read_text('utf-8')}")
        ModelSetBinding.objects.create(model=model, definition_set=definition_set)
        return model, True
    return model, False
