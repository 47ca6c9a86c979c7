"""Where the embedded servers keep what they write: everything of one system lies under one directory."""

from dataclasses import dataclass
from pathlib import Path

from duco_cms.environment import BASE_DIR

# Shared by every system of this checkout: `make test` must not fetch the broker's jars again.
KAFKA_JARS = BASE_DIR / "var" / "cache" / "kafka"
# In the environment of everything the supervisor starts: how a later start knows what an earlier one left.
MARK = "DUCO_EMBEDDED_IN"
UNQUOTABLE = frozenset('%;"\n')


@dataclass(frozen=True, slots=True)
class Layout:
    """Paths under `var`, an absolute directory."""

    var: Path

    @property
    def run(self) -> Path:
        """Locks, sockets and generated configuration; worthless once nothing runs."""
        return self.var / "run"

    @property
    def log(self) -> Path:
        return self.var / "log"

    @property
    def ports(self) -> Path:
        return self.var / "ports.json"

    @property
    def credentials(self) -> Path:
        return self.var / "secrets.json"

    @property
    def environment(self) -> Path:
        """The variables of the system while it runs."""
        return self.run / "environment.json"

    def data(self, server: str) -> Path:
        """A server's own directory; the only one it writes data to."""
        return self.var / server

    def log_of(self, program: str) -> Path:
        return self.log / f"{program}.log"

    def create(self) -> None:
        self.var.mkdir(parents=True, exist_ok=True)
        for directory in (self.run, self.log):
            # Logs may hold what is printed once (the administrator's password), configuration holds passwords.
            directory.mkdir(mode=0o700, exist_ok=True)


def layout_at(var: Path) -> Layout:
    """Raises ValueError where the path has characters that the servers' configuration files cannot hold."""
    path = var.resolve()
    if set(str(path)) & UNQUOTABLE:
        raise ValueError(f'{path} cannot hold a local system: its name has one of the characters % ; " or a line end.')
    return Layout(path)
