"""Which servers a site starts itself, and the environment in which DUCO finds all of them."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from duco_cms.embedded import clickhouse, postgres, redis
from duco_cms.embedded.credentials import load_or_create
from duco_cms.embedded.kafka import broker
from duco_cms.embedded.layout import Layout
from duco_cms.embedded.ports import settle_ports
from duco_cms.embedded.server import Server, Site

PORTS = ("postgres", "redis", "kafka", "kafka-controller", "clickhouse")
MAKERS: Mapping[str, Callable[[Site], Server]] = {
    "DATABASE_URL": postgres.server,
    "REALTIME_REDIS_URL": redis.server,
    "CLICKHOUSE_URL": clickhouse.server,
    "KAFKA_BOOTSTRAP_SERVERS": broker.server,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """`servers` are to be started; `given` are the URL variables that name servers which run already."""

    site: Site
    servers: tuple[Server, ...]
    given: dict[str, str]

    def environment(self) -> dict[str, str]:
        """Our environment and what DUCO needs to find the servers; a variable that was set keeps its value."""
        secrets = self.site.credentials
        defaults = {
            "DJANGO_SETTINGS_MODULE": "duco_cms.settings",
            "DUCO_SECRET_KEY": secrets.secret_key,
            "META_API_TOKEN": secrets.meta_api_token,
            "DUCO_VAR": str(self.site.layout.var),
            "DUCO_HTTPS": "0",
            # A local system has one administrator, who must be able to publish.
            "DUCO_FOUR_EYES": "0",
            "PYTHONUNBUFFERED": "1",
        }
        return {**defaults, **{server.variable: server.url for server in self.servers}, **_not_empty(os.environ)}

    def private_environment(self) -> dict[str, str]:
        """What only the servers themselves are told: a server that a test starts of its own must not hear of it."""
        return {name: value for server in self.servers for name, value in server.environment.items()}


def plan_servers(layout: Layout, say: Callable[[str], None], *, without: frozenset[str] = frozenset()) -> Plan:
    """Plan the servers that no variable names, save those whose variables are in `without`."""
    layout.create()
    ports, notes = settle_ports(layout.ports, PORTS)
    for note in notes:
        say(note)
    site = Site(layout, ports, load_or_create(layout.credentials))
    given = {name: value for name, value in _not_empty(os.environ).items() if name in MAKERS}
    makers = [make for variable, make in MAKERS.items() if variable not in given and variable not in without]
    return Plan(site, tuple(make(site) for make in makers), given)


def _not_empty(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if value}
