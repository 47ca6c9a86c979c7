"""`exec`: a command beside servers of its own, which end with it."""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence

from duco_cms.embedded.kafka.jars import NoKafkaError, fetch
from duco_cms.embedded.layout import Layout
from duco_cms.embedded.leftovers import end_leftovers, exclusive
from duco_cms.embedded.readiness import wait_for_servers
from duco_cms.embedded.servers import Plan, plan_servers
from duco_cms.embedded.signals import undisturbed
from duco_cms.embedded.supervision import SERVERS, Supervisor

KAFKA = "KAFKA_BOOTSTRAP_SERVERS"
# Tests that need Kafka are skipped with this reason; KAFKA_BOOTSTRAP_SERVERS must be set for anything to start, so it
# then names a port on which nobody listens.
NO_KAFKA_REASON = "DUCO_NO_KAFKA"
NOBODY_LISTENS = "127.0.0.1:1"
# Not `run`: the lock in it is held.
WRITTEN = ("postgres", "redis", "kafka", "clickhouse", "log", "static", "meta")


def execute(layout: Layout, command: Sequence[str], say: Callable[[str], None], *, fresh: bool) -> int:
    """Run the command with the servers' URLs in its environment; its exit code."""
    with exclusive(layout):
        for name in end_leftovers(layout):
            say(f"Ended {name}, which an earlier run left behind.")
        if fresh:
            _forget(layout)
        without_kafka = reason_without_kafka()
        plan = plan_servers(layout, say, without=frozenset({KAFKA}) if without_kafka else frozenset())
        environment = plan.environment()
        if without_kafka:
            say(f"No Kafka: {without_kafka}.")
            environment = {**environment, KAFKA: NOBODY_LISTENS, NO_KAFKA_REASON: without_kafka}
        return _run(plan, environment, command, say)


def _run(plan: Plan, environment: dict[str, str], command: Sequence[str], say: Callable[[str], None]) -> int:
    layout = plan.site.layout
    say(f"Starting {', '.join(server.title for server in plan.servers) or 'nothing'} under {layout.var} …")
    groups = {SERVERS: [server.program for server in plan.servers]}
    supervisor = Supervisor.start(layout, groups, {**environment, **plan.private_environment()})
    try:
        wait_for_servers(plan.servers, layout, say)
        with subprocess.Popen(command, env=environment) as process:
            try:
                return process.wait()
            finally:
                process.terminate()
    finally:
        with undisturbed():
            say("Stopping the servers …")
            supervisor.stop()


def reason_without_kafka() -> str:
    """Why no broker can be started, or nothing where one can or is there already."""
    if os.environ.get(KAFKA):
        return ""
    try:
        fetch()
    except NoKafkaError as error:
        return str(error)
    return ""


def _forget(layout: Layout) -> None:
    """Delete what earlier runs wrote, and only that: a mistyped directory loses nothing else."""
    for name in WRITTEN:
        shutil.rmtree(layout.var / name, ignore_errors=True)
    layout.create()
