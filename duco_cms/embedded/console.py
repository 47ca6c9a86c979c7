"""What a person reads in the terminal of `make run`."""

from collections.abc import Iterable, Mapping

from duco_cms.embedded.application import admin_password_file
from duco_cms.embedded.layout import Layout
from duco_cms.embedded.supervision import ProcessState

VOLATILE_WARNING = (
    "!!! This system runs on a VOLATILE BROKER, because Kafka cannot be started here:",
    "!!!     {reason}",
    "!!! It FORGETS everything when it stops, and DROPS data while it runs. Only look around with it.",
    "!!! For a real one install a JDK 17 or newer and Maven (on Debian: apt-get install default-jdk-headless maven),",
    "!!! or set KAFKA_BOOTSTRAP_SERVERS=host:port to a broker that runs already; then `make run` again.",
)


def say(text: str) -> None:
    print(f"duco: {text}", flush=True)


def warn_of_volatile_broker(reason: str) -> None:
    for line in VOLATILE_WARNING:
        say(line.format(reason=reason))


def banner(layout: Layout, url: str, *, volatile: bool) -> str:
    password = admin_password_file(layout)
    login = (
        f"admin / {password.read_text().strip()}   (kept in {password})"
        if password.exists()
        else "as an administrator who was there before"
    )
    fate = "the volatile broker FORGETS AND DROPS" if volatile else "kept when you stop"
    return "\n".join(
        (
            "",
            "  DUCO runs, with a simulated fleet of 5 machines.",
            "",
            f"  Studio   {url}/",
            f"  Admin    {url}/admin/",
            f"  Sign in  {login}",
            f"  Logs     {layout.log}/*.log",
            f"  Data     {layout.var} ({fate})",
            "  Stop     Ctrl-C",
            "",
        )
    )


def changes(before: Mapping[str, ProcessState], now: Iterable[ProcessState], layout: Layout) -> list[str]:
    """One sentence for each process that ended, came back, or does not stay up."""
    lines = []
    for state in now:
        old = before.get(state.name, state)
        if state.state == "BACKOFF" and old.state != "BACKOFF":
            lines.append(
                f"{state.name} does not stay up; it is tried again, each time a second later. "
                f"See {layout.log_of(state.name)}"
            )
        elif state.pid == old.pid:
            continue
        elif not state.pid:
            lines.append(f"{state.name} (process {old.pid}) ended; it is started again.")
        elif old.pid:
            lines.append(f"{state.name} (process {old.pid}) ended and is back as process {state.pid}.")
        else:
            lines.append(f"{state.name} is back as process {state.pid}.")
    return lines
