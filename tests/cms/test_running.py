"""The release page counts workers and machines by what they run, as they say themselves."""

import uuid

import orjson
import pytest
import redis
from django.conf import settings
from django.test import override_settings

from duco_cms.publication.running import RunningCount, running_counts

pytestmark = pytest.mark.redis


@pytest.fixture
def prefix():
    name = f"test:{uuid.uuid4().hex[:12]}:"
    with override_settings(REDIS_PREFIX=name):
        yield name
    for url in {settings.REALTIME_REDIS_URL, settings.SNAPSHOT_REDIS_URL}:
        with redis.Redis.from_url(url) as connection:
            for key in connection.scan_iter(f"{name}*"):
                connection.delete(key)


def test_nobody_says_anything(db, prefix):
    assert running_counts() == []


def test_workers_and_machines_are_counted(fleet, prefix):
    fleet["bob"].active = False
    fleet["bob"].save()
    with redis.Redis.from_url(settings.REALTIME_REDIS_URL) as realtime:
        for worker, canary in (("process:0", 5), ("process:1", None), ("ingest:0", 4)):
            realtime.set(f"{prefix}worker:{worker}", orjson.dumps({"stable": 4, "canary": canary}), ex=60)
    with redis.Redis.from_url(settings.SNAPSHOT_REDIS_URL) as snapshot:
        numbers = {str(fleet["alice"].number): 5, str(fleet["bob"].number): 4, "999999": 3}
        snapshot.zadd(f"{prefix}running", numbers)
    assert running_counts() == [RunningCount(5, 1, 1), RunningCount(4, 3, 0)]


def test_a_redis_that_is_away_is_no_error(db, prefix):
    with override_settings(REALTIME_REDIS_URL="redis://127.0.0.1:1/0"):
        assert running_counts() == []
