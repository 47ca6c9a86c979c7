"""`run`: the whole system in the foreground, until Ctrl-C."""

import time
from dataclasses import dataclass

from duco_cms.embedded.application import probe_web, programs, set_up, web_port
from duco_cms.embedded.console import banner, changes, say, warn_of_volatile_broker
from duco_cms.embedded.execute import KAFKA, reason_without_kafka
from duco_cms.embedded.join import forget_environment, remember_environment
from duco_cms.embedded.layout import Layout
from duco_cms.embedded.leftovers import end_leftovers, exclusive
from duco_cms.embedded.ports import LOOPBACK
from duco_cms.embedded.readiness import wait_for_servers
from duco_cms.embedded.server import Program, Server
from duco_cms.embedded.servers import Plan, plan_servers
from duco_cms.embedded.signals import undisturbed
from duco_cms.embedded.supervision import APPLICATION, SERVERS, ProcessState, Supervisor
from duco_cms.embedded.volatile_broker import VolatileBroker

LOOK_SECONDS = 1.0
# Compiling the engine's kernels comes first where the cache of them is cold.
APPLICATION_SECONDS = 120


@dataclass(frozen=True, slots=True)
class System:
    """What one start of everything needs."""

    plan: Plan
    environment: dict[str, str]
    application: list[Program]
    url: str
    volatile: bool


def run(layout: Layout) -> int:
    """Start everything and stay until a signal; the exit code."""
    with exclusive(layout):
        broker: VolatileBroker | None = None
        reason = reason_without_kafka()
        if reason:
            warn_of_volatile_broker(reason)
            broker = VolatileBroker()
        while True:
            for name in end_leftovers(layout):
                say(f"Ended {name}, which an earlier run left behind.")
            _session(_prepare(layout, broker))
            say("The supervisor was killed. Everything starts again, on the same data.")


def _prepare(layout: Layout, broker: VolatileBroker | None) -> System:
    plan = plan_servers(layout, say, without=frozenset({KAFKA}) if broker else frozenset())
    port = web_port(layout, say)
    url = f"http://{LOOPBACK}:{port}"
    environment = {"META_API_URL": url, "DATA_API_URL": url, **plan.environment()}
    if broker:
        environment |= broker.environment()
    return System(plan, environment, programs(layout, port), url, volatile=broker is not None)


def _session(system: System) -> None:
    """One life of the supervisor. Returns where it was killed; leaves by the exception of a signal."""
    layout, servers = system.plan.site.layout, system.plan.servers
    say(f"Starting {', '.join(server.title for server in servers) or 'no server'}; their data lies in {layout.var}")
    groups = {SERVERS: [server.program for server in servers], APPLICATION: system.application}
    supervisor = Supervisor.start(layout, groups, {**system.environment, **system.plan.private_environment()})
    try:
        wait_for_servers(servers, layout, say)
        # The mock cluster cannot be asked to create a topic; its own were made with it.
        set_up(layout, system.environment, say, without=frozenset({"create_topics"} if system.volatile else ()))
        say(f"Starting {', '.join(program.name for program in system.application)}")
        remember_environment(layout, system.environment)
        supervisor.start_application()
        wait_for_servers([_web(system, supervisor)], layout, say, APPLICATION_SECONDS)
        print(banner(layout, system.url, volatile=system.volatile), flush=True)
        _watch(supervisor)
    finally:
        with undisturbed():
            forget_environment(layout)
            _stop(supervisor, "What the volatile broker held is gone." if system.volatile else "Everything is kept.")


def _web(system: System, supervisor: Supervisor) -> Server:
    program = system.application[0]

    def process() -> int:
        return next(state.pid for state in supervisor.states() if state.name == program.name)

    return Server("The web process", "", system.url, program, lambda: probe_web(system.url, process))


def _watch(supervisor: Supervisor) -> None:
    """Tell what dies and comes back, until the supervisor itself is gone."""
    known: dict[str, ProcessState] = {}
    while supervisor.process.poll() is None:
        try:
            states = supervisor.states()
        except OSError:
            return
        for line in changes(known, states, supervisor.layout):
            say(line)
        known = {state.name: state for state in states}
        time.sleep(LOOK_SECONDS)


def _stop(supervisor: Supervisor, fate: str) -> None:
    """The application first, so that it can commit what it has in hand; then the servers."""
    if supervisor.process.poll() is not None:
        return
    say("Stopping the application …")
    try:
        supervisor.stop_application()
        say("Stopping the servers …")
    finally:
        supervisor.stop()
    say(f"Stopped. {fate} `make run` starts again.")
