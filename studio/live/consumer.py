"""A browser's socket: hello, then for each machine its snapshot first and its latest values after."""

import asyncio
import contextlib
import time
from collections import Counter, deque
from importlib import import_module
from typing import Any, Final

import orjson
import structlog
from channels.auth import get_user
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from redis.exceptions import RedisError

from studio.live import protocol
from studio.live.feed import live_feed
from studio.live.latest import LatestValues
from studio.live.update import Update
from studio.sources import Question, SourceError, source

log = structlog.get_logger()

NOTICES: Final = "notices"
# Rechecks in a row that may fail because the Data API is away, before the socket is closed.
RECHECKS_UNANSWERED: Final = 5

# User -> open sockets. Of an event loop's thread, which is the only one that counts.
_sockets: Counter[int] = Counter()


class LiveConsumer(AsyncWebsocketConsumer):
    """One instance a socket; `studio.live.protocol` describes what it says."""

    async def connect(self) -> None:
        self._latest = LatestValues()
        self._machines: set[int] = set()
        self._visible: set[int] | None = None
        self._received: deque[float] = deque()
        self._sequence = 0
        self._sending = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._given_up = False
        self._counted = False
        # Accepted before it is refused: a browser learns a close code of an open socket only.
        await self.accept()
        user = self.scope["user"]
        if not user.is_authenticated:
            await self.close(protocol.CLOSE_ANONYMOUS)
            return
        self._user_id: int = user.pk
        if _sockets[self._user_id] >= protocol.SOCKETS:
            await self.close(protocol.CLOSE_TOO_MANY)
            return
        _sockets[self._user_id] += 1
        self._counted = True
        try:
            await self.channel_layer.group_add(NOTICES, self.channel_name)
        except (RedisError, OSError):
            await self.close(protocol.CLOSE_TRY_LATER)
            return
        await self._post("hello", protocol.hello())
        self._start(self._send_values())
        self._start(self._recheck())

    def _start(self, work: Any) -> None:
        task = asyncio.create_task(work)
        task.add_done_callback(self._ended)
        self._tasks.add(task)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        log.error("live socket failed", user=self._user_id, exc_info=error)
        self._start(self._give_up(protocol.CLOSE_FAULT))

    async def _give_up(self, code: int) -> None:
        """Closes. Where the client does not read the connection may linger, but nothing is kept for it any more."""
        if not self._given_up:
            self._given_up = True
            await self._forget_all()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.close(code), protocol.SEND_SECONDS)

    async def disconnect(self, code: int) -> None:  # noqa: ARG002 - the signature is Channels'
        self._given_up = True
        if self._counted:
            self._counted = False
            _sockets[self._user_id] -= 1
            if not _sockets[self._user_id]:
                del _sockets[self._user_id]
        for task in self._tasks:
            task.cancel()
        await self._forget_all()
        if self.scope["user"].is_authenticated:
            with contextlib.suppress(RedisError, OSError):
                await self.channel_layer.group_discard(NOTICES, self.channel_name)

    async def _forget_all(self) -> None:
        for machine in tuple(self._machines):
            await self._unsubscribe(machine)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:  # noqa: ARG002
        now = time.monotonic()
        self._received.append(now)
        while self._received[0] < now - protocol.WINDOW_SECONDS:
            self._received.popleft()
        if len(self._received) > protocol.MESSAGES_PER_WINDOW:
            await self._give_up(protocol.CLOSE_TOO_FAST)
            return
        if text_data is None or len(text_data) > protocol.MESSAGE_BYTES:
            await self._give_up(protocol.CLOSE_INVALID if text_data is None else protocol.CLOSE_TOO_LARGE)
            return
        match protocol.read_command(text_data):
            case protocol.Subscribe(machine):
                await self._subscribe(machine)
            case protocol.Unsubscribe(machine):
                await self._unsubscribe(machine)
                await self._post("unsubscribed", {"machine": machine})
            case None:
                await self._give_up(protocol.CLOSE_INVALID)

    async def _subscribe(self, machine: int) -> None:
        if machine not in self._machines and len(self._machines) >= protocol.SUBSCRIPTIONS:
            await self._refuse(machine, "too_many_subscriptions", f"At most {protocol.SUBSCRIPTIONS} machines a page.")
            return
        self._machines.add(machine)
        # Watched before the snapshot is read, so that nothing falls between the two; sent only after the
        # Data API has shown that the user may see the machine.
        await live_feed().watch(machine, self)
        try:
            snapshot = await source().read(self._user_id, Question("snapshot", machine))
        except SourceError as error:
            await self._unsubscribe(machine)
            await self._refuse(machine, error.code, error.detail)
            return
        await self._post("snapshot", {"machine": machine, "snapshot": orjson.Fragment(snapshot)})
        await self._post("lane", {"up": live_feed().up})
        self._latest.open(machine)

    async def _unsubscribe(self, machine: int) -> None:
        self._machines.discard(machine)
        self._latest.drop(machine)
        await live_feed().forget(machine, self)

    async def _refuse(self, machine: int, code: str, detail: str) -> None:
        await self._post("refused", {"machine": machine, "code": code, "detail": detail})

    def offer(self, update: Update) -> None:
        """Called by the feed."""
        self._latest.offer(update)

    def lane(self, *, up: bool) -> None:
        """Called by the feed when it loses Redis or finds it again."""
        self._start(self._post("lane", {"up": up}))

    async def _send_values(self) -> None:
        while True:
            await self._latest.changed.wait()
            if (values := self._latest.take()) is not None:
                await self._post("values", values)
            await asyncio.sleep(1 / protocol.UPDATES_PER_SECOND)

    async def _recheck(self) -> None:
        """Rights and sessions end while sockets are open."""
        unanswered = 0
        while True:
            await asyncio.sleep(protocol.RECHECK_SECONDS)
            if not await self._is_signed_in():
                await self._give_up(protocol.CLOSE_ANONYMOUS)
                return
            try:
                visible = await self._read_visible()
            except SourceError as error:
                unanswered += 1
                if error.status in {401, 403}:
                    await self._give_up(protocol.CLOSE_ANONYMOUS)
                    return
                if unanswered == RECHECKS_UNANSWERED:
                    await self._give_up(protocol.CLOSE_TRY_LATER)
                    return
                continue
            unanswered = 0
            if not self._machines <= visible:
                await self._give_up(protocol.CLOSE_FORBIDDEN)
                return

    async def _is_signed_in(self) -> bool:
        """Asked of the session as it is now: it may be over, or from before the user's password was changed."""
        store = import_module(settings.SESSION_ENGINE).SessionStore(self.scope["session"].session_key)
        user = await get_user({"session": store})
        return bool(user.is_authenticated) and user.pk == self._user_id

    async def _read_visible(self) -> set[int]:
        machines = orjson.loads(await source().read(self._user_id, Question("machines")))
        self._visible = {machine["machine"] for machine in machines}
        return self._visible

    async def _post(self, kind: str, body: dict[str, Any]) -> None:
        """Sends one message. A client that does not read is closed, not waited for."""
        async with self._sending:
            if self._given_up:
                return
            self._sequence += 1
            text = orjson.dumps({"type": kind, "seq": self._sequence, **body}).decode()
            try:
                await asyncio.wait_for(self.send(text_data=text), protocol.SEND_SECONDS)
            except TimeoutError:
                await self._give_up(protocol.CLOSE_TRY_LATER)

    async def notice_release(self, event: dict[str, Any]) -> None:
        await self._notice({"notice": "release", "number": event["number"], "note": event["note"]})

    async def notice_silent(self, event: dict[str, Any]) -> None:
        if await self._may_see(event["machine"]):
            await self._notice({"notice": "silent", "machine": event["machine"], "since": event["since"]})

    async def notice_back(self, event: dict[str, Any]) -> None:
        if await self._may_see(event["machine"]):
            await self._notice({"notice": "back", "machine": event["machine"]})

    async def _notice(self, body: dict[str, Any]) -> None:
        await self._post("notice", body)

    async def _may_see(self, machine: int) -> bool:
        if self._visible is None:
            try:
                return machine in await self._read_visible()
            except SourceError:
                return False  # the list of machines shows silence too, as soon as the Data API is back
        return machine in self._visible
