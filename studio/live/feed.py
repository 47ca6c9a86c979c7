"""One reader of RealTime Redis for all sockets of a process, subscribed to what somebody watches and to no more."""

import asyncio
import contextlib
import random
from typing import Final, Protocol
from weakref import WeakKeyDictionary

import structlog
from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from studio.live.update import Update, read_update

log = structlog.get_logger()

POLL_SECONDS: Final = 5.0
BACKOFF_FIRST_SECONDS: Final = 0.1
BACKOFF_LAST_SECONDS: Final = 5.0
CONFIRM_SECONDS: Final = 2.0


class Watcher(Protocol):
    """A socket. Neither call may wait."""

    def offer(self, update: Update) -> None: ...

    def lane(self, *, up: bool) -> None: ...


class LiveFeed:
    """Fans `live:{machine}` out in memory. Belongs to one event loop."""

    def __init__(self, url: str, prefix: str) -> None:
        self._url = url
        self._prefix = f"{prefix}live:".encode()
        self._watchers: dict[int, set[Watcher]] = {}
        self._confirmed: dict[int, asyncio.Event] = {}
        self._settling = asyncio.Lock()
        self._pubsub: PubSub | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def up(self) -> bool:
        return self._pubsub is not None

    async def watch(self, machine: int, watcher: Watcher) -> None:
        """From its return on nothing published is missed, unless Redis is away (then `lane` tells)."""
        watchers = self._watchers.setdefault(machine, set())
        confirmed = self._confirmed.setdefault(machine, asyncio.Event())
        watchers.add(watcher)
        if len(watchers) == 1:
            await self._settle(machine)
        if self._reader is None:
            self._reader = asyncio.create_task(self._run(), name="studio-live-feed")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(confirmed.wait(), CONFIRM_SECONDS)

    async def forget(self, machine: int, watcher: Watcher) -> None:
        watchers = self._watchers.get(machine, set())
        watchers.discard(watcher)
        if watchers or machine not in self._watchers:
            return
        del self._watchers[machine], self._confirmed[machine]
        if self._watchers:
            await self._settle(machine)
        elif self._reader is not None:
            reader, self._reader = self._reader, None
            reader.cancel()

    async def _settle(self, machine: int) -> None:
        """Subscribes or unsubscribes as is wanted now; one at a time, so that a page's reload cannot cross itself."""
        async with self._settling:
            if self._pubsub is None:
                return  # the reader subscribes to all that is watched as soon as it is connected
            ask = self._pubsub.subscribe if machine in self._watchers else self._pubsub.unsubscribe
            try:
                await ask(self._channel(machine))
            except (RedisError, OSError) as error:
                # The reader meets the same broken connection, and subscribes anew on the next one.
                log.warning("live feed lost Redis", error=str(error))

    def _channel(self, machine: int) -> bytes:
        return self._prefix + str(machine).encode()

    async def _run(self) -> None:
        delay = BACKOFF_FIRST_SECONDS
        while True:
            try:
                async with self._connect() as redis, redis.pubsub() as pubsub:
                    await pubsub.subscribe(*map(self._channel, self._watchers))
                    self._pubsub = pubsub
                    self._tell(up=True)
                    delay = BACKOFF_FIRST_SECONDS
                    await self._read(pubsub)
            except (RedisError, OSError) as error:
                log.warning("live feed waits for Redis", error=str(error), seconds=delay)
            finally:
                self._pubsub = None
            self._tell(up=False)
            # Jitter, so that all processes do not come back in the same moment.
            await asyncio.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
            delay = min(delay * 2, BACKOFF_LAST_SECONDS)

    def _connect(self) -> Redis:
        # No retry inside the client: it would hide the gap from the pages.
        return Redis.from_url(
            self._url,
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=CONFIRM_SECONDS,
            health_check_interval=15,
            client_name=f"{self._prefix.decode()}studio",
        )

    async def _read(self, pubsub: PubSub) -> None:
        while True:
            message = await pubsub.get_message(timeout=POLL_SECONDS)
            if message is None:
                continue
            machine = int(message["channel"].removeprefix(self._prefix))
            if message["type"] == "subscribe" and machine in self._confirmed:
                self._confirmed[machine].set()
            if message["type"] == "message":
                self._fan_out(machine, message["data"])

    def _fan_out(self, machine: int, payload: bytes) -> None:
        watchers = self._watchers.get(machine)
        if not watchers:
            return
        update = read_update(machine, payload)
        if update is None:
            log.warning("live message is not of the contract", machine=machine, size=len(payload))
            return
        for watcher in watchers:
            watcher.offer(update)

    def _tell(self, *, up: bool) -> None:
        for watcher in set().union(*self._watchers.values()):
            watcher.lane(up=up)


_feeds: WeakKeyDictionary[asyncio.AbstractEventLoop, LiveFeed] = WeakKeyDictionary()


def live_feed() -> LiveFeed:
    """The feed of the running event loop; a server process has one."""
    loop = asyncio.get_running_loop()
    if loop not in _feeds:
        _feeds[loop] = LiveFeed(settings.REALTIME_REDIS_URL, settings.REDIS_PREFIX)
    return _feeds[loop]
