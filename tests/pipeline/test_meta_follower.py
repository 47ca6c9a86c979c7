"""Workers hear of a new release and of a new machine within a second, and do not need the CMS to start."""

import json
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import redis
from django.conf import settings

from duco_cms.definitions.importing import import_dbc
from duco_cms.definitions.publishing import publish
from duco_cms.fleet.models import Machine, MachineModel, ModelSetBinding, Organisation
from ingest.meta.follower import PRESENT_SECONDS, RELEASE_PATHS, MetaAddress, MetaFollower, copy_of
from tests.pipeline.catalogue import directory, release

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True)]

DBC = """VERSION ""
NS_ :
BS_:
BU_: ECU
BO_ 291 Gear: 8 ECU
 SG_ Gear : 0|4@1+ (1,0) [0|0] "" ECU
"""


@pytest.fixture
def model() -> MachineModel:
    made = MachineModel.objects.create(name="EX-1")
    definitions = import_dbc(DBC.encode(), "first").definition_set
    ModelSetBinding.objects.create(model=made, definition_set=definitions)
    return made


@pytest.fixture
def machine(model: MachineModel) -> Machine:
    owner = Organisation.objects.create(name="Owner")
    return Machine.objects.create(device="machine-1", name="One", model=model, organisation=owner)


def address(
    url: str, cache: Path, poll_seconds: float = 60.0, redis_url: str = settings.REALTIME_REDIS_URL
) -> MetaAddress:
    notices = f"{settings.REDIS_PREFIX}meta"
    return MetaAddress(url, settings.META_API_TOKEN, redis_url, notices, poll_seconds, cache)


def seconds_until(holds: Callable[[], bool], limit: float = 20.0) -> float:
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < limit
        time.sleep(0.005)  # between two looks; what is measured is how long it takes
    return time.monotonic() - started


def number(follower: MetaFollower) -> int:
    channels = follower.current()
    return channels.stable.release.number if channels else 0


def test_a_release_is_heard_of_within_a_second(live_server, machine: Machine, tmp_path: Path) -> None:
    first = publish(None, "first")
    with MetaFollower(address(live_server.url, tmp_path)) as follower:
        assert follower.wait(20).stable.release.number == first.number
        seconds_until(lambda: follower.listening)
        second = publish(None, "second", force=True)
        assert seconds_until(lambda: number(follower) == second.number) < 1.0


def test_a_machine_is_heard_of_within_a_second(live_server, machine: Machine, tmp_path: Path) -> None:
    publish(None, "first")
    with MetaFollower(address(live_server.url, tmp_path)) as follower:
        assert set(follower.wait(20).machines) == {"machine-1"}
        seconds_until(lambda: follower.listening)
        Machine.objects.create(device="machine-2", name="Two", model=machine.model, organisation=machine.organisation)
        assert seconds_until(lambda: "machine-2" in follower.current().machines) < 1.0


def test_a_worker_says_what_it_runs(live_server, machine: Machine, tmp_path: Path) -> None:
    release, key = publish(None, "first"), f"test:{uuid.uuid4().hex}:worker:process:0"
    with (
        redis.Redis.from_url(settings.REALTIME_REDIS_URL) as connection,
        MetaFollower(replace(address(live_server.url, tmp_path), presence=key)) as follower,
    ):
        assert follower.wait(20) is not None
        seconds_until(lambda: bool(connection.exists(key)))
        assert json.loads(connection.get(key)) == {"stable": release.number, "canary": None}
        assert 0 < connection.ttl(key) <= PRESENT_SECONDS


class Meta:
    """A Meta API that is between two states: what it gives by path, 404 `no_release` where it has nothing."""

    def __init__(self) -> None:
        self.given: dict[str, bytes | int] = {}

    def answer(self, request: httpx.Request) -> httpx.Response:
        given = self.given.get(request.url.path.rsplit("/meta/v1/")[-1])
        if isinstance(given, bytes):
            etag = f'"{hash(given)}"'
            is_known = request.headers.get("If-None-Match") == etag
            return httpx.Response(304 if is_known else 200, content=b"" if is_known else given, headers={"ETag": etag})
        if given is not None:
            return httpx.Response(given, text="away")
        return httpx.Response(404, json={"code": "no_release"})


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    return tmp_path / "meta"


@pytest.fixture
def between(copies: Path) -> tuple[Meta, MetaFollower]:
    meta, follower = Meta(), MetaFollower(address("http://meta", copies))
    follower._http = httpx.Client(base_url="http://meta", transport=httpx.MockTransport(meta.answer))
    meta.given = {
        "channels/stable/release": release(1).body,
        "channels/canary/release": release(2).body,
        "fleet/directory": directory(["ex-1"], trial=["ex-1"]).body,
    }
    follower.check(0)
    return meta, follower


def runs(follower: MetaFollower, device: str = "ex-1") -> int:
    channels = follower.current()
    assert channels is not None
    return channels.of(channels.channel_of(device)).release.number


def test_numbers_never_go_down_on_a_machine(between: tuple[Meta, MetaFollower]) -> None:
    meta, follower = between
    assert runs(follower) == 2
    del meta.given["channels/canary/release"]  # over, and what follows is not here yet
    follower.check(0)
    assert runs(follower) == 2
    meta.given |= {"channels/stable/release": 503, "fleet/directory": directory(["ex-1"]).body}
    follower.check(0)
    assert runs(follower) == 2
    meta.given["channels/stable/release"] = release(3).body
    follower.check(0)
    assert runs(follower) == 3


def test_a_page_that_is_not_there_is_no_end_of_a_trial(between: tuple[Meta, MetaFollower]) -> None:
    meta, follower = between
    meta.given |= {"channels/stable/release": release(3).body, "channels/canary/release": 404}
    follower.check(0)
    assert runs(follower) == 2


def test_nothing_new_is_the_same_catalogue(between: tuple[Meta, MetaFollower]) -> None:
    _, follower = between
    before = follower.current()
    follower.check(0)
    assert follower.current() is before


def started_without(copies: Path) -> int:
    """What a worker runs that starts from these while the CMS is down."""
    follower = MetaFollower(address("http://127.0.0.1:9", copies))
    follower._load_copies()
    return runs(follower)


def test_a_disk_that_refuses_is_written_to_when_it_does_no_more(
    between: tuple[Meta, MetaFollower], copies: Path
) -> None:  # fmt: skip
    meta, follower = between
    assert started_without(copies) == 2
    away = copies.rename(copies.with_name("away"))
    copies.write_text("no directory")
    del meta.given["channels/canary/release"]
    meta.given |= {"channels/stable/release": release(3).body, "fleet/directory": directory(["ex-1"]).body}
    follower.check(0)
    assert runs(follower) == 3
    copies.unlink()
    away.rename(copies)
    assert started_without(copies) == 2
    follower.check(0)
    assert started_without(copies) == 3
    assert not copy_of(RELEASE_PATHS["canary"], copies).exists()


def test_attempts_leave_nothing_behind(between: tuple[Meta, MetaFollower], copies: Path) -> None:
    meta, follower = between
    in_the_way = copy_of(RELEASE_PATHS["canary"], copies)
    in_the_way.unlink()
    in_the_way.mkdir()
    before = sorted(copies.iterdir())
    meta.given["channels/canary/release"] = release(4).body
    follower.check(0)
    assert runs(follower) == 4
    del meta.given["channels/canary/release"]
    meta.given["channels/stable/release"] = release(5).body
    follower.check(0)
    assert runs(follower) == 5
    assert sorted(copies.iterdir()) == before


def test_polling_goes_on_where_the_disk_refuses(live_server, machine: Machine, copies: Path) -> None:
    copies.write_text("no directory")
    first = publish(None, "first")
    nowhere = "redis://127.0.0.1:9/0"
    with MetaFollower(address(live_server.url, copies, poll_seconds=0.2, redis_url=nowhere)) as follower:
        assert follower.wait(20).stable.release.number == first.number
        second = publish(None, "second", force=True)
        seconds_until(lambda: number(follower) == second.number)


def test_a_thread_that_has_died_is_not_passed_over_in_silence(live_server, machine: Machine, copies: Path) -> None:
    publish(None, "first")
    with MetaFollower(address(live_server.url, copies, redis_url="no URL")) as follower:
        seconds_until(lambda: not any(each.name == "meta-notices" for each in threading.enumerate()))
        for ask in (follower.current, lambda: follower.wait(20)):
            with pytest.raises(RuntimeError, match="meta-notices has died"):
                ask()


def test_polling_stands_behind_redis(live_server, machine: Machine, tmp_path: Path) -> None:
    first = publish(None, "first")
    nowhere = "redis://127.0.0.1:9/0"
    with MetaFollower(address(live_server.url, tmp_path, poll_seconds=0.2, redis_url=nowhere)) as follower:
        assert follower.wait(20).stable.release.number == first.number
        second = publish(None, "second", force=True)
        seconds_until(lambda: number(follower) == second.number)


def test_a_worker_starts_from_its_copies_while_the_cms_is_down(live_server, machine: Machine, tmp_path: Path) -> None:
    first = publish(None, "first")
    with MetaFollower(address(live_server.url, tmp_path)) as follower:
        assert follower.wait(20) is not None
    with MetaFollower(address("http://127.0.0.1:9", tmp_path)) as follower:
        catalogue = follower.wait(20)
        assert catalogue.stable.release.number == first.number
        assert catalogue.machines["machine-1"].machine == machine.number


def test_a_wrong_token_gives_nothing(live_server, machine: Machine, tmp_path: Path) -> None:
    publish(None, "first")
    stranger = MetaAddress(live_server.url, "x" * 40, "redis://127.0.0.1:9/0", "none", 0.1, tmp_path)
    with MetaFollower(stranger) as follower:
        assert follower.wait(1.5) is None
    assert list(tmp_path.iterdir()) == []
