"""Follows the Meta API: the live release and the fleet directory, fresh within a second, kept on disk.

Redis says that something changed, polling stands behind it, and the copy on disk stands behind both.
"""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Self

import httpx
import redis
import structlog

from ingest.meta import cache
from ingest.meta.directory import InvalidDirectory, MachineEntry, load_directory
from parsing.compiler import compile_model
from parsing.compiler.transport import transport_content
from parsing.definitions import Content, Model
from parsing.engine import Extractor
from parsing.objects.readers import ObjectReader, readers_of
from parsing.release import InvalidRelease, Release, load_release
from parsing.release_places import groups_of
from parsing.rules.linking import RuleTables, link

log = structlog.get_logger(__name__)

CHANNEL = "stable"
HTTP_SECONDS = 10.0
RELEASE_PATH = f"/meta/v1/channels/{CHANNEL}/release"
DIRECTORY_PATH = "/meta/v1/fleet/directory"


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What a batch is decoded with: one release, one directory, extractors of each machine model, made on first use."""

    release: Release
    machines: MappingProxyType[str, MachineEntry]
    _extractors: dict[int, Extractor] = field(default_factory=dict)
    _transport_extractors: dict[int, Extractor] = field(default_factory=dict)
    _object_readers: dict[int, Mapping[str, ObjectReader]] = field(default_factory=dict)
    _rule_tables: dict[int, RuleTables] = field(default_factory=dict)

    def extractor(self, model: int) -> Extractor:
        """Decodes the model's single frames; for a model newer than the release no frame is modelled."""
        if model not in self._extractors:
            self._extractors[model] = Extractor(compile_model(self._content(model), model))
        return self._extractors[model]

    def transport_extractor(self, model: int) -> Extractor:
        """Decodes what came in several packets, by the definitions of more than 8 bytes alone."""
        if model not in self._transport_extractors:
            content = transport_content(self._content(model))
            self._transport_extractors[model] = Extractor(compile_model(content, model))
        return self._transport_extractors[model]

    def object_readers(self, model: int) -> Mapping[str, ObjectReader]:
        """What reads the model's objects, by kind of envelope."""
        if model not in self._object_readers:
            self._object_readers[model] = readers_of(self.release.content, model)
        return self._object_readers[model]

    def rule_tables(self, model: int) -> RuleTables:
        """The rules of which the model has all inputs."""
        if model not in self._rule_tables:
            self._rule_tables[model] = link(self.release.content.rules, groups_of(self.release.content, model))
        return self._rule_tables[model]

    def with_machines(self, machines: dict[str, MachineEntry]) -> "Catalogue":
        return Catalogue(
            self.release, MappingProxyType(machines), self._extractors, self._transport_extractors,
            self._object_readers, self._rule_tables,
        )  # fmt: skip

    def _content(self, model: int) -> Content:
        known = any(each.id == model for each in self.release.models)
        return self.release.content if known else _nothing_for(model)


def _nothing_for(model: int) -> Content:
    return Content(enums=(), sets=(), models=(Model(model, "not yet released", ()),))


@dataclass(frozen=True, slots=True)
class MetaAddress:
    """Where the Meta API and its notices are, and where copies are kept."""

    url: str
    token: str
    redis_url: str
    notices: str
    poll_seconds: float
    cache_directory: Path


def copy_of(path: str, directory: Path) -> Path:
    """Where the copy of the artefact at `path` of the Meta API is kept."""
    return directory / (path.strip("/").replace("/", "-") + ".json")


class MetaFollower:
    """Owns the current catalogue; `current()` is cheap and safe from any thread."""

    def __init__(self, address: MetaAddress) -> None:
        self._address = address
        self._http = httpx.Client(
            base_url=address.url, headers={"Authorization": f"Bearer {address.token}"}, timeout=HTTP_SECONDS
        )
        self._etags: dict[str, str] = {}
        self._troubles: dict[str, str] = {}
        self.listening = False  # to notices from Redis; polling goes on either way
        self._release: Release | None = None
        self._machines: dict[str, MachineEntry] | None = None
        self._catalogue: Catalogue | None = None
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

    def current(self) -> Catalogue | None:
        """The newest catalogue, or None while neither the Meta API nor a copy has given both parts."""
        return self._catalogue

    def wait(self, seconds: float) -> Catalogue | None:
        """As current(), after waiting for the first one."""
        self._ready.wait(seconds)
        return self._catalogue

    def check(self, max_age: float = 1.0) -> Catalogue | None:
        """Ask the Meta API now unless it was asked less than `max_age` seconds ago (an unknown device came)."""
        with self._lock:
            if time.monotonic() - self._checked >= max_age:
                self._checked = time.monotonic()
                self._fetch(RELEASE_PATH, self._take_release)
                self._fetch(DIRECTORY_PATH, self._take_directory)
        return self._catalogue

    def _load_copies(self) -> None:
        for path, take in ((RELEASE_PATH, self._take_release), (DIRECTORY_PATH, self._take_directory)):
            stored = cache.read(copy_of(path, self._address.cache_directory))
            if stored is not None:
                take(stored)
                log.info("starting from the copy on disk", artefact=path, etag=stored.etag)

    def _fetch(self, path: str, take: Callable[[cache.Stored], bool]) -> None:
        headers = {"If-None-Match": self._etags[path]} if path in self._etags else {}
        try:
            response = self._http.get(path, headers=headers)
        except httpx.HTTPError as error:
            self._say_once(path, "the Meta API does not answer; going on with what there is", repr(error))
            return
        if response.status_code not in (httpx.codes.OK, httpx.codes.NOT_MODIFIED):
            self._say_once(path, "the Meta API refuses", f"{response.status_code} {response.text[:200]}")
            return
        if self._troubles.pop(path, None):
            log.info("the Meta API answers again", path=path)
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return
        stored = cache.Stored(response.headers.get("ETag", ""), response.content)
        if take(stored):
            cache.write(copy_of(path, self._address.cache_directory), stored)

    def _say_once(self, path: str, event: str, trouble: str) -> None:
        """A CMS that is down for a night is one line, not one every five seconds."""
        if self._troubles.get(path) != trouble:
            self._troubles[path] = trouble
            log.warning(event, path=path, trouble=trouble)

    def _take_release(self, stored: cache.Stored) -> bool:
        try:
            release = load_release(stored.body)
        except InvalidRelease as error:
            log.error("a release that this worker cannot read; keeping the one it has", error=str(error))
            return False
        if self._release is not None and release.number < self._release.number:
            # Releases only count up: an older one is a stale copy or a proxy's, and newest wins everywhere.
            log.error("a release older than the one that runs; ignored", number=release.number)
            return False
        self._etags[RELEASE_PATH] = stored.etag
        if self._release is None or release.number != self._release.number:
            log.info("release", number=release.number, content_hash=release.content_hash)
            self._release = release
            self._publish(fresh=True)
        return True

    def _take_directory(self, stored: cache.Stored) -> bool:
        try:
            machines = load_directory(stored.body)
        except InvalidDirectory as error:
            log.error("a fleet directory that this worker cannot read; keeping the one it has", error=str(error))
            return False
        self._etags[DIRECTORY_PATH] = stored.etag
        self._machines = machines
        self._publish(fresh=False)
        return True

    def _publish(self, *, fresh: bool) -> None:
        if self._release is None or self._machines is None:
            return
        if fresh or self._catalogue is None:
            self._catalogue = Catalogue(self._release, MappingProxyType(self._machines))
        else:
            self._catalogue = self._catalogue.with_machines(self._machines)
        self._ready.set()

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
                        notice = subscription.get_message(timeout=1.0)
                        # Also when the subscription itself is confirmed: what was said before it was not heard.
                        if notice is not None:
                            self.check(max_age=0.0)
                            self.listening = True
            except redis.RedisError as error:
                self.listening = False
                log.warning("no notices from Redis; polling goes on", error=repr(error))
                self._stop.wait(1.0)
