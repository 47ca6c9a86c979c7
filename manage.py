#!/usr/bin/env python
"""Django's command line: `python manage.py help` lists what DUCO adds to it."""

import os
import sys

if __name__ == "__main__":
    from ingest.local_commands import end_without_settings, run

    run(sys.argv[1:])

    from django.core.management import execute_from_command_line

    from duco_cms.environment import MissingSettings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "duco_cms.settings")
    try:
        execute_from_command_line(sys.argv)
    except MissingSettings as missing:
        end_without_settings(sys.argv[1:], str(missing))
