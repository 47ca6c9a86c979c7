#!/usr/bin/env python
"""Django's command line: `python manage.py help` lists what DUCO adds to it."""

import os
import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["decode"]:
        # Needs no settings and no server, and is over before Django would have been imported.
        from ingest.offline.command import run

        run(sys.argv[2:])

    if sys.argv[1:2] and sys.argv[1] in ("lint", "fmt", "test", "compile"):
        # As `decode`.
        from ingest.authoring.commands import main

        sys.exit(main(sys.argv[1], sys.argv[2:]))

    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duco_cms.settings")
    execute_from_command_line(sys.argv)
