"""The live lane: real-time envelopes are on their channel at once, nothing else is, and nothing waits for it."""

import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgpack
import numpy as np
import pytest
import redis
from django.conf import settings

from ingest.collector.live import QUEUED_BATCHES, LiveLane
from ingest.decoding.records import RawRecord
from ingest.meta.follower import MetaAddress, MetaFollower
from tests.pipeline.buses import dm1, frames_of, long_message, records_of
from tests.pipeline.catalogue import GEAR, give_copies

pytestmark = pytest.mark.redis

T0 = 1_700_000_000_000_000


@pytest.fixture
def follower(tmp_path: Path) -> Iterator[MetaFollower]:
    give_copies(tmp_path, ["ex-1", "ex-2"])
    nowhere = MetaAddress("http://127.0.0.1:9", "t" * 32, "redis://127.0.0.1:9/0", "meta", 60.0, tmp_path / "meta")
    with MetaFollower(nowhere) as following:
        yield following


def gears(values: list[int], device: str = "ex-1", realtime: str = "1") -> RawRecord:
    """A frame a value, 1 ms apart."""
    count = len(values)
    body = {
        "t0": T0,
        "bus": 3,
        "dt": (np.arange(count, dtype="<u4") * 1000).tobytes(),
        "id": np.full(count, GEAR, "<u4").tobytes(),
        "data": b"".join(bytes([value]).ljust(8, b"\0") for value in values),
    }
    headers = {
        "device": device, "kind": "vehicle_can", "schema": "1", "content-type": "application/msgpack",
        "realtime": realtime,
    }  # fmt: skip
    return RawRecord(0, 0, headers, msgpack.packb(body), 5)


def next_notice(subscription: redis.client.PubSub) -> dict | None:
    message = subscription.get_message(ignore_subscribe_messages=True, timeout=10)
    return None if message is None else msgpack.unpackb(message["data"])


def test_the_newest_row_of_a_real_time_envelope_is_published(follower: MetaFollower) -> None:
    prefix, url = f"test:{uuid.uuid4().hex[:12]}:", settings.REALTIME_REDIS_URL
    with redis.Redis.from_url(url) as connection, connection.pubsub() as subscription:
        subscription.psubscribe(f"{prefix}live:*")
        assert subscription.get_message(timeout=10)["type"] == "psubscribe"
        with LiveLane(url, prefix, follower) as live:
            live.offer([gears([9], realtime="0"), gears([1, 2, 7]), gears([4], device="nobody")])
            notice = next_notice(subscription)
    (group, source, ts, ordinal, values, qualities) = notice["rows"][0]
    assert len(notice["rows"]) == 1, "one row a group and source, not one a frame"
    assert (group, source, ts, ordinal) == (30, 3 << 16 | 254 << 8 | 255, T0 + 2000, 0)
    assert np.frombuffer(values).tolist() == [7.0]
    assert qualities == b"\0"
    assert notice["release"] == 1


def test_messages_of_several_packets_and_trouble_codes_are_published(follower: MetaFollower) -> None:
    prefix, url = f"test:{uuid.uuid4().hex[:12]}:", settings.REALTIME_REDIS_URL
    sent = [*long_message(T0, 600)[:2], dm1(T0 + 1500), *long_message(T0, 600)[2:]]
    first, second, third = records_of(frames_of([*sent, dm1(T0 + 5000, "00000000")]), 2)
    for record in (first, second, third):
        record.headers["realtime"] = "1"
    with redis.Redis.from_url(url) as connection, connection.pubsub() as subscription:
        subscription.psubscribe(f"{prefix}live:*")
        assert subscription.get_message(timeout=10)["type"] == "psubscribe"
        with LiveLane(url, prefix, follower) as live:
            live.offer([first, second])
            begun = next_notice(subscription)
            live.offer([third])
            over = next_notice(subscription)
    assert begun["rows"] == []
    assert [np.frombuffer(row[4]).tolist() for row in over["rows"]] == [[0.0, 300.0], [600.0]]
    ((one,), (two,)) = (begun["dtcs"], over["dtcs"])
    assert (one["spn"], one["active"], one["began"], one["ended"]) == (110, True, T0 + 1500, 0)
    assert (two["spn"], two["active"], two["ended"]) == (110, False, T0 + 5000)


def test_nobody_waits_for_a_redis_that_is_away(follower: MetaFollower) -> None:
    with LiveLane("redis://127.0.0.1:9/0", "test:", follower) as live:
        started = time.monotonic()
        for number in range(4 * QUEUED_BATCHES):
            live.offer([gears([number % 16])])
        assert time.monotonic() - started < 1.0


def test_a_lane_that_has_died_is_not_passed_over_in_silence(follower: MetaFollower) -> None:
    live = LiveLane(settings.REALTIME_REDIS_URL, "test:", follower)
    with pytest.raises(RuntimeError, match="live lane has died"):
        live.offer([gears([1])])
