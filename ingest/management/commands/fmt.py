"""`manage.py fmt`, see ingest/local_commands.py."""

from ingest.local_commands import LOCAL_COMMANDS
from ingest.management.local_command import LocalCommand


class Command(LocalCommand):
    help = LOCAL_COMMANDS["fmt"]
