"""What the launcher knows of any server: how to start it, where clients find it, how to tell that it answers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from duco_cms.embedded.credentials import Credentials
from duco_cms.embedded.layout import Layout


class NotReadyError(Exception):
    """The server does not answer yet, or answers that it cannot serve; the text says which."""


@dataclass(frozen=True, slots=True)
class Site:
    """One local system: its directory, ports by server and secrets."""

    layout: Layout
    ports: dict[str, int]
    credentials: Credentials


@dataclass(frozen=True, slots=True)
class Program:
    """A process for the supervisor.

    `stop_signal` as a signal's name without SIG; after `stop_seconds` the process is killed.
    """

    name: str
    command: tuple[str, ...]
    stop_signal: str = "TERM"
    stop_seconds: int = 20


@dataclass(frozen=True, slots=True)
class Server:
    """A server that starts where its URL variable is not set.

    `probe` speaks the server's protocol and raises NotReadyError until it serves. `environment` is what the server
    wants besides its command line.
    """

    title: str
    variable: str
    url: str
    program: Program
    probe: Callable[[], None]
    environment: Mapping[str, str] = field(default_factory=dict)
