"""Studio served by a real uvicorn, with the Data API, PostgreSQL, Redis and ClickHouse behind it.

Alice and Bob are in organisations of their own, each with a machine; Carol is a colleague of Alice's.
"""

import json
import struct
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from typing import Any

import msgpack
import pytest
import redis
import uvicorn
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.db import connections
from django.test import Client, override_settings
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from duco_cms.fleet.models import Machine, MachineModel, Membership, Organisation
from studio.live import feed
from tests.distribution.conftest import SnapshotKeys, Store, database, group, snapshots, store  # noqa: F401 - fixtures

SECONDS = 10.0
SOURCE = 255
NAN = float("nan")


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Asks again until it holds. For what another process or thread does and tells nobody."""
    end = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < end, f"never came: {what}"
        time.sleep(0.01)


@dataclass
class Live:
    """Publishes as the collector does, on a prefix of the test's own."""

    redis: redis.Redis
    prefix: str

    def channel(self, machine: int) -> str:
        return f"{self.prefix}live:{machine}"

    def payload(self, values, qualities, *, ts, group, source=SOURCE) -> bytes:  # noqa: F811
        row = [group, source, ts, 0, struct.pack(f"<{len(values)}d", *values), bytes(qualities)]
        return msgpack.packb({"v": 1, "release": 1, "received": ts, "rows": [row]})

    def value(self, machine, value, *, ts, group) -> None:  # noqa: F811
        self.redis.publish(self.channel(machine), self.payload([value], [0], ts=ts, group=group))

    def subscribers(self, machine: int) -> int:
        return int(self.redis.pubsub_numsub(self.channel(machine))[0][1])


@pytest.fixture
def live(snapshots: SnapshotKeys) -> Live:  # noqa: F811
    return Live(redis.Redis.from_url(settings.REALTIME_REDIS_URL), snapshots.prefix)


@dataclass(frozen=True)
class Site:
    """A running Studio."""

    url: str
    host: str


class _Server(uvicorn.Server):
    """In a thread of the test's process, which has the signals."""

    def install_signal_handlers(self) -> None:
        return None


@pytest.fixture(scope="session")
def server(django_db_setup: None) -> Iterator[str]:
    """One for the session: it holds nothing of a test but what `site` takes away."""
    from duco_cms.asgi import application  # after Django's set-up

    # Threads of the server must not keep connections to the test's database: it could not be dropped.
    connections["default"].settings_dict["CONN_MAX_AGE"] = 0
    served = {"http": ASGIStaticFilesHandler(application), "websocket": application}

    async def both(scope: Any, receive: Any, send: Any) -> None:
        await served[scope["type"]](scope, receive, send)

    server = _Server(uvicorn.Config(both, host="127.0.0.1", port=0, lifespan="off", log_level="warning"))
    thread = threading.Thread(target=server.run, name="studio-under-test")
    thread.start()
    wait_until(lambda: server.started, "uvicorn")
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"127.0.0.1:{port}"
    server.should_exit = True
    thread.join(SECONDS)


@pytest.fixture
def site(transactional_db: None, snapshots: SnapshotKeys, database: Any, server: str) -> Iterator[Site]:  # noqa: F811
    layer = {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer"}
    layer["CONFIG"] = {"hosts": [settings.REALTIME_REDIS_URL], "prefix": f"{snapshots.prefix}layer"}
    feed._feeds.clear()  # the one before knows another prefix
    with override_settings(CHANNEL_LAYERS={"default": layer}, DATA_API_URL=f"http://{server}"):
        yield Site(f"http://{server}", server)


@dataclass
class Person:
    user: AbstractUser
    machine: Machine
    client: Client = field(default_factory=Client)

    @property
    def session(self) -> str:
        if settings.SESSION_COOKIE_NAME not in self.client.cookies:
            self.client.force_login(self.user)
        return self.client.cookies[settings.SESSION_COOKIE_NAME].value

    def get(self, path: str, **parameters: Any) -> Any:
        self.session  # noqa: B018 - signs in
        return self.client.get(path, parameters)


def _person(name: str, model: MachineModel, organisation: Organisation) -> Person:
    user = get_user_model().objects.create_user(name)
    Membership.objects.create(user=user, organisation=organisation)
    machine = Machine.objects.filter(organisation=organisation).first() or Machine.objects.create(
        number=uuid.uuid4().int % 2**30 + 1, device=name, name=f"{name}'s", model=model, organisation=organisation
    )
    return Person(user, machine)


@pytest.fixture
def people(transactional_db: None) -> dict[str, Person]:
    model = MachineModel.objects.create(name="EX-1")
    north, south = (Organisation.objects.create(name=name) for name in ("North", "South"))
    return {
        "alice": _person("alice", model, north),
        "bob": _person("bob", model, south),
        "carol": _person("carol", model, north),
    }


@pytest.fixture
def alice(people: dict[str, Person]) -> Person:
    return people["alice"]


@pytest.fixture
def bob(people: dict[str, Person]) -> Person:
    return people["bob"]


class Socket:
    """A browser's websocket."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.heard: list[dict[str, Any]] = []

    def say(self, **body: Any) -> None:
        self.connection.send(json.dumps(body))

    def subscribe(self, machine: int) -> None:
        """Returns once values of the machine are sent."""
        self.say(subscribe={"machine": machine})
        self.next("snapshot")
        self.next("lane")

    def next(self, kind: str) -> dict[str, Any]:
        """The next message of the kind; those before it are kept in `heard`."""
        end = time.monotonic() + SECONDS
        while True:
            message = json.loads(self.connection.recv(timeout=max(0.01, end - time.monotonic())))
            self.heard.append(message)
            if message["type"] == kind:
                return message

    def closed(self) -> int | None:
        """The code with which the server closes."""
        with suppress(ConnectionClosed):
            while True:
                self.heard.append(json.loads(self.connection.recv(timeout=SECONDS)))
        return self.connection.close_code


Open = Callable[..., Socket]


@pytest.fixture
def open_socket(site: Site) -> Iterator[Open]:
    """Opens a person's websocket; None = nobody is signed in."""

    def opened(person: Person | None, **options: Any) -> Socket:
        headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={person.session}"} if person else {}
        options.setdefault("origin", site.url)
        url = f"ws://{site.host}/ws/live/"
        return Socket(stack.enter_context(connect(url, additional_headers=headers, **options)))

    with ExitStack() as stack:
        yield opened
