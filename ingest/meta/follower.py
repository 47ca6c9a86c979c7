"""Follows the Meta API: the releases of the channels and the fleet directory, fresh within a second, kept on disk.

Redis says that something changed, polling stands behind it, and the copy on disk stands behind both.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Self

import httpx
import orjson
import redis
import structlog

from ingest.meta import cache
from ingest.meta.catalogue import CANARY, STABLE, Catalogue, Channels
from ingest.meta.client import meta_client, says_none
from ingest.meta.directory import InvalidDirectory, MachineEntry, load_directory
from parsing.release import InvalidRelease, Release, load_release

log = structlog.get_logger(__name__)

HTTP_SECONDS = 10.0
NOTICE_SECONDS = 1.0
PRESENT_SECONDS = 10
RELEASE_PATHS = {channel: f"/meta/v1/channels/{channel}/release" for channel in (STABLE, CANARY)}
DIRECTORY_PATH = "/meta/v1/fleet/directory"


@dataclass(frozen=True, slots=True)
class MetaAddress:
    """Where the Meta API and its notices are, and where copies are kept. `presence` is the key in Redis under which the
    worker says what it runs (docs/contracts/redis.md); None: it does not.
    """

    url: str
    token: str
    redis_url: str
    notices: str
    poll_seconds: float
    cache_directory: Path
    presence: str | None = None


def copy_of(path: str, directory: Path) -> Path:
    """Where the copy of the artefact at `path` of the Meta API is kept."""
    return directory / (path.strip("/").replace("/", "-") + ".json")


class MetaFollower:
    """Owns what channels decode with; `current()` is cheap and safe from any thread.

    `current()` and `wait()` raise RuntimeError where one of its own threads has died: the process starts anew rather
    than go on with what gets old.
    """

    def __init__(self, address: MetaAddress) -> None:
        self._address = address
        self._http = meta_client(address.url, address.token, HTTP_SECONDS)
        self._etags: dict[str, str] = {}
        self._troubles: dict[str, str] = {}
        self._unwritten: dict[str, cache.Stored | None] = {}  # None: the copy is to be removed
        self.listening = False  # to notices from Redis; polling goes on either way
        self._releases: dict[str, Release] = {}
        self._machines: dict[str, MachineEntry] | None = None
        self._channels: Channels | None = None
        self._is_changed = False
        self._lock = threading.Lock()
        self._checked = 0.0
        self._stop = threading.Event()
        self._ready = threading.Event()
        self._threads = [
            threading.Thread(target=self._poll, name="meta-poll", daemon=True),
            threading.Thread(target=self._listen, name="meta-notices", daemon=True),
        ]

    def __enter__(self) -> Self:
        self._load_copies()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(HTTP_SECONDS + 2)
        self._http.close()

    def current(self) -> Channels | None:
        """The newest, or None while neither the Meta API nor copies have given a stable release and a directory."""
        self._require_alive()
        return self._channels

    def wait(self, seconds: float) -> Channels | None:
        """As current(), after waiting for the first."""
        self._ready.wait(seconds)
        return self.current()

    def check(self, max_age: float = 1.0) -> Channels | None:
        """Ask the Meta API now unless it was asked less than `max_age` seconds ago (an unknown device came)."""
        with self._lock:
            if time.monotonic() - self._checked >= max_age:
                self._checked = time.monotonic()
                self._fetch()
        return self._channels

    def _require_alive(self) -> None:
        dead = [each.name for each in self._threads if each.ident is not None and not each.is_alive()]
        if dead and not self._stop.is_set():
            raise RuntimeError(f"{', '.join(dead)} has died; its last words are above")

    def _fetch(self) -> None:
        """All, and what came of it at once. The directory is asked for first and taken last: what it says of a trial is
        then never ahead of the releases, and on no machine do their numbers go down.
        """
        directory = self._ask(DIRECTORY_PATH)
        # The stable release before the other: where a trial ends it has what is to follow.
        answers = {channel: self._ask(path) for channel, path in RELEASE_PATHS.items()}
        for channel, answer in answers.items():
            if answer is not None and answer.status_code == httpx.codes.NOT_FOUND:
                self._end_trial(channel)
            else:
                self._keep(RELEASE_PATHS[channel], answer, partial(self._take_release, channel))
        if answers[STABLE] is not None:
            self._keep(DIRECTORY_PATH, directory, self._take_directory)
        self._write_copies()
        self._publish()

    def _load_copies(self) -> None:
        takes: dict[str, Callable[[cache.Stored], bool]] = {
            path: partial(self._take_release, channel) for channel, path in RELEASE_PATHS.items()
        }
        for path, take in (takes | {DIRECTORY_PATH: self._take_directory}).items():
            stored = cache.read(copy_of(path, self._address.cache_directory))
            if stored is not None:
                take(stored)
                log.info("starting from the copy on disk", artefact=path, etag=stored.etag)
        self._publish()

    def _ask(self, path: str) -> httpx.Response | None:
        """200, 304, or a 404 by which the Meta API says that a channel has no release; None where it says nothing."""
        headers = {"If-None-Match": self._etags[path]} if path in self._etags else {}
        try:
            response = self._http.get(path, headers=headers)
        except httpx.HTTPError as error:
            self._say_once(path, "the Meta API does not answer; going on with what there is", repr(error))
            return None
        if not (response.status_code in (httpx.codes.OK, httpx.codes.NOT_MODIFIED) or says_none(response)):
            self._say_once(path, "the Meta API refuses", f"{response.status_code} {response.text[:200]}")
            return None
        if self._troubles.pop(path, None):
            log.info("the Meta API answers again", path=path)
        return response

    def _keep(self, path: str, response: httpx.Response | None, take: Callable[[cache.Stored], bool]) -> None:
        if response is None or response.status_code != httpx.codes.OK:
            return
        stored = cache.Stored(response.headers.get("ETag", ""), response.content)
        if take(stored):
            self._unwritten[path] = stored

    def _write_copies(self) -> None:
        """What has changed, in the order in which it counts. Where the disk refuses, the next turn goes on from there:
        workers need the copies for a start without the CMS alone.
        """
        for path in (RELEASE_PATHS[STABLE], RELEASE_PATHS[CANARY], DIRECTORY_PATH):
            if path not in self._unwritten:
                continue
            copy, stored = copy_of(path, self._address.cache_directory), self._unwritten[path]
            try:
                if stored is None:
                    copy.unlink(missing_ok=True)
                else:
                    cache.write(copy, stored)
            except OSError as error:
                # Its text has the name of a file that is another one each time.
                trouble = error.strerror or repr(error)
                self._say_once(str(copy), "a copy on disk cannot be replaced; going on without it", trouble)
                return
            del self._unwritten[path]
            if self._troubles.pop(str(copy), None):
                log.info("the copy on disk is replaced", path=str(copy))

    def _say_once(self, path: str, event: str, trouble: str) -> None:
        """A CMS that is down for a night is one line, not one every five seconds."""
        if self._troubles.get(path) != trouble:
            self._troubles[path] = trouble
            log.warning(event, path=path, trouble=trouble)

    def _take_release(self, channel: str, stored: cache.Stored) -> bool:
        try:
            release = load_release(stored.body)
        except InvalidRelease as error:
            log.error("a release that this worker cannot read; keeping the one it has", error=str(error))
            return False
        running = self._releases.get(channel)
        if running is not None and release.number < running.number:
            # Releases only count up: an older one is a stale copy or a proxy's, and newest wins everywhere.
            log.error("a release older than the one that runs; ignored", number=release.number)
            return False
        self._etags[RELEASE_PATHS[channel]] = stored.etag
        if running is None or release.number != running.number:
            log.info("release", channel=channel, number=release.number, content_hash=release.content_hash)
            self._releases[channel] = release
            self._is_changed = True
        return True

    def _end_trial(self, channel: str) -> None:
        stable, trial = self._releases.get(STABLE), self._releases.get(channel)
        if channel == STABLE or stable is None or trial is None:
            return
        # What follows is promoted or published anew; until it is here, its machines stay where they are: numbers of
        # releases never go down on a machine.
        if stable.number >= trial.number:
            log.info("the trial is over", channel=channel)
            del self._releases[channel]
            self._etags.pop(RELEASE_PATHS[channel], None)
            self._unwritten[RELEASE_PATHS[channel]] = None
            self._is_changed = True

    def _take_directory(self, stored: cache.Stored) -> bool:
        try:
            machines = load_directory(stored.body)
        except InvalidDirectory as error:
            log.error("a fleet directory that this worker cannot read; keeping the one it has", error=str(error))
            return False
        self._etags[DIRECTORY_PATH] = stored.etag
        self._machines = machines
        self._is_changed = True
        return True

    def _publish(self) -> None:
        """Catalogues of releases that go on keep what was compiled of them."""
        stable, canary = self._releases.get(STABLE), self._releases.get(CANARY)
        if stable is None or self._machines is None or not self._is_changed:
            return
        self._is_changed = False
        made = self._channels
        before = [made.stable, made.canary] if made else []
        compiled = {each.release.number: each for each in before if each is not None}
        self._channels = Channels(
            self._catalogue(stable, compiled, self._machines),
            None if canary is None else self._catalogue(canary, compiled, self._machines),
        )
        self._ready.set()

    @staticmethod
    def _catalogue(
        release: Release, compiled: Mapping[int, Catalogue], machines: dict[str, MachineEntry]
    ) -> Catalogue:  # fmt: skip
        known = compiled.get(release.number)
        return known.with_machines(machines) if known else Catalogue(release, MappingProxyType(machines))

    def _poll(self) -> None:
        while not self._stop.is_set():
            self.check(max_age=0.0)
            # Until the first catalogue there is nothing to do but ask.
            self._stop.wait(self._address.poll_seconds if self._ready.is_set() else 0.5)

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                with redis.Redis.from_url(self._address.redis_url) as connection, connection.pubsub() as subscription:
                    subscription.subscribe(self._address.notices)
                    while not self._stop.is_set():
                        self._say_what_runs(connection)
                        notice = subscription.get_message(timeout=NOTICE_SECONDS)
                        # Also when the subscription itself is confirmed: what was said before it was not heard.
                        if notice is not None:
                            self.check(max_age=0.0)
                            self.listening = True
            except redis.RedisError as error:
                self.listening = False
                log.warning("no notices from Redis; polling goes on", error=repr(error))
                self._stop.wait(1.0)

    def _say_what_runs(self, connection: redis.Redis) -> None:
        """About once a second; a worker that has stopped is forgotten soon after."""
        channels = self._channels
        if self._address.presence is not None and channels is not None:
            canary = channels.canary.release.number if channels.canary else None
            runs = {"stable": channels.stable.release.number, "canary": canary}
            connection.set(self._address.presence, orjson.dumps(runs), ex=PRESENT_SECONDS)
