"""Fills the database of `benchmarks.cms`: an administrator of the name and password given, and a set of each text on
standard input (a JSON list).
"""

from __future__ import annotations

import json
import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duco_cms.settings")
    django.setup()
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    from duco_cms.definitions.models import DefinitionSet
    from duco_cms.definitions.texts import apply_text
    from duco_cms.fleet.models import MachineModel, ModelSetBinding

    call_command("migrate", verbosity=0)
    get_user_model().objects.create_superuser(sys.argv[1], password=sys.argv[2])
    for number, text in enumerate(json.load(sys.stdin)):
        report = apply_text(f"set{number}", text)
        if report.is_refused:
            raise SystemExit(f"the text of the benchmark is faulty: {report.diagnostics[0]}")
    model = MachineModel.objects.create(name="EX-1")
    for rank, each in enumerate(DefinitionSet.objects.order_by("name")):
        ModelSetBinding.objects.create(model=model, definition_set=each, order=rank)


if __name__ == "__main__":
    main()
