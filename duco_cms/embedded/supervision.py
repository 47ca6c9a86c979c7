"""The supervisor (supervisord) that starts the processes of a site, brings back what dies, and rotates their logs."""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from duco_cms.embedded.layout import MARK, Layout
from duco_cms.embedded.server import Program
from duco_cms.environment import BASE_DIR

SERVERS, APPLICATION = "servers", "application"
LONGEST_SOCKET_PATH = 85  # of the 107 that Linux allows; the supervisor binds a longer draft of the name first
START_SECONDS = 15
STOP_SECONDS = 120


@dataclass(frozen=True, slots=True)
class ProcessState:
    """`pid` is 0 while the process does not run; `state` is the supervisor's word (RUNNING, BACKOFF …)."""

    name: str
    state: str
    pid: int
    description: str


def socket_path(layout: Layout) -> Path:
    """Where the supervisor listens; outside of the site only where the site's path is too long for a socket."""
    inside = layout.run / "supervisor.sock"
    if len(str(inside)) <= LONGEST_SOCKET_PATH:
        return inside
    name = hashlib.sha256(str(layout.var).encode()).hexdigest()[:16]
    directory = Path(tempfile.gettempdir()) / f"duco-{os.geteuid()}-{name}"
    directory.mkdir(mode=0o700, exist_ok=True)
    if directory.stat().st_uid != os.geteuid():
        raise SystemExit(f"{directory} belongs to somebody else; set TMPDIR to a directory of your own.")
    return directory / "supervisor.sock"


def configuration(layout: Layout, groups: Mapping[str, Sequence[Program]]) -> str:
    """supervisord.conf. Groups start in the order given and stop in the reverse order."""
    parts = [
        "[supervisord]", "nodaemon=true", "silent=true", "umask=077", f"logfile={layout.log_of('supervisord')}",
        "logfile_maxbytes=5MB", "logfile_backups=1", f"pidfile={layout.run / 'supervisord.pid'}",
        f"childlogdir={layout.log}", *(["user=root"] if os.geteuid() == 0 else []),
        "", "[unix_http_server]", f"file={socket_path(layout)}", "chmod=0700",
        "", "[rpcinterface:supervisor]",
        "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
    ]  # fmt: skip
    for position, (group, programs) in enumerate(groups.items()):
        if not programs:
            continue
        names = ",".join(program.name for program in programs)
        parts += ["", f"[group:{group}]", f"programs={names}", f"priority={position + 1}"]
        for program in programs:
            parts += ["", *_program(layout, program, autostart=group == SERVERS)]
    return "\n".join(parts) + "\n"


def _program(layout: Layout, program: Program, *, autostart: bool) -> list[str]:
    return [
        f"[program:{program.name}]",
        "command=" + " ".join(_quoted(part) for part in program.command),
        f"autostart={str(autostart).lower()}",
        # Whatever the reason of its end, it comes back; after each vain start the pause grows by a second.
        "autorestart=true",
        "startretries=1000000",
        "startsecs=3",
        f"stopsignal={program.stop_signal}",
        f"stopwaitsecs={program.stop_seconds}",
        "stopasgroup=true",
        "killasgroup=true",
        "redirect_stderr=true",
        f"stdout_logfile={layout.log_of(program.name)}",
        "stdout_logfile_maxbytes=10MB",
        "stdout_logfile_backups=3",
    ]


def _quoted(part: str) -> str:
    """One word of a command line as the supervisor reads it: in double quotes, `%` doubled."""
    return '"' + part.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%") + '"'


@dataclass(slots=True)
class Supervisor:
    """A running supervisord. Make it with `start`, end it with `stop`."""

    layout: Layout
    process: subprocess.Popen[bytes]

    def _call(self, method: str, *arguments: object) -> Any:
        """Ask supervisord. A connection for each question: after one that failed the transport is of no more use."""
        transport = SupervisorTransport(serverurl=f"unix://{socket_path(self.layout)}")
        try:
            # The host name is a placeholder: the transport connects to the socket.
            with ServerProxy("http://127.0.0.1", transport=transport) as proxy:
                return getattr(proxy.supervisor, method)(*arguments)
        finally:
            transport.close()

    @classmethod
    def start(
        cls, layout: Layout, groups: Mapping[str, Sequence[Program]], environment: Mapping[str, str]
    ) -> "Supervisor":
        """Start supervisord and with it the programs of the group of servers. Raises SystemExit where it will not."""
        path = layout.run / "supervisord.conf"
        path.touch(mode=0o600)
        path.write_text(configuration(layout, groups))
        socket_path(layout).unlink(missing_ok=True)
        with layout.log_of("supervisord").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "supervisor.supervisord", "--configuration", str(path)],
                cwd=BASE_DIR,
                env={**environment, MARK: str(layout.var)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # Ctrl-C in the terminal goes to us alone; we end the processes in their order.
                start_new_session=True,
            )
        supervisor = cls(layout, process)
        try:
            supervisor._wait_until_it_listens()
        except BaseException:
            supervisor.stop()
            raise
        return supervisor

    def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            if self.process.poll() is not None:
                raise SystemExit(f"The supervisor did not start; see {self.layout.log_of('supervisord')}.")
            try:
                self._call("getState")
            except OSError:
                if time.monotonic() > deadline:
                    raise SystemExit(f"The supervisor does not answer on {socket_path(self.layout)}.") from None
                time.sleep(0.05)
            else:
                return

    def states(self) -> list[ProcessState]:
        """Raises OSError where the supervisor is gone."""
        return [
            ProcessState(info["name"], info["statename"], info["pid"], info["spawnerr"] or info["description"])
            for info in self._call("getAllProcessInfo")
        ]

    def start_application(self) -> None:
        self._call("startProcessGroup", APPLICATION, False)

    def stop_application(self) -> None:
        """Returns when every process of the application has ended."""
        try:
            self._call("stopProcessGroup", APPLICATION)
        except Fault:  # there is no such group where only servers run
            return

    def stop(self) -> None:
        """End everything, the application before the servers. Safe to call twice."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
