"""The ClickHouse engine behind its HTTP front (clickhouse_front)."""

import sys

import httpx

from duco_cms.embedded.ports import LOOPBACK
from duco_cms.embedded.server import NotReadyError, Program, Server, Site

USER = "default"


def server(site: Site) -> Server:
    port, data = site.ports["clickhouse"], site.layout.data("clickhouse")
    password = site.credentials.clickhouse_password
    url = f"http://{LOOPBACK}:{port}"
    command = (sys.executable, "-m", "duco_cms.embedded.clickhouse_front", "--path", str(data), "--port", str(port))
    return Server(
        title="ClickHouse",
        variable="CLICKHOUSE_URL",
        url=f"http://{USER}:{password}@{LOOPBACK}:{port}",
        program=Program("clickhouse", command, stop_seconds=30),
        probe=lambda: _probe(url),
        environment={"CLICKHOUSE_FRONT_USER": USER, "CLICKHOUSE_FRONT_PASSWORD": password},
    )


def _probe(url: str) -> None:
    try:
        httpx.get(f"{url}/ping", timeout=2).raise_for_status()
    except httpx.HTTPError as error:
        raise NotReadyError(str(error)) from error
