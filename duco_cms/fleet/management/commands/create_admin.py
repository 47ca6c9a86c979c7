"""`manage.py create_admin`: the first administrator, with a random password that is printed once."""

import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandParser

PASSWORD_BYTES = 18


class Command(BaseCommand):
    help = "Create the first administrator; does nothing where there is one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", default="admin", help="Its user name.")

    def handle(self, *, name: str, **_options: Any) -> None:
        if User.objects.filter(is_superuser=True).exists():
            self.stdout.write("There is an administrator already.")
            return
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        path = settings.VAR_DIR / "admin-password.txt"
        # The file first: a password that is nowhere to be read would lock everybody out.
        _write_private(path, password + "\n")
        User.objects.create_superuser(name, password=password)
        self.stdout.write(f"Administrator {name!r}, password {password} (kept in {path})")


def _write_private(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    # Private from the first moment on: chmod after writing would leave a gap.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
