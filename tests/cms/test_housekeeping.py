"""The background's work on real servers: silent machines, and the table of signals."""

import asyncio
import time
import uuid
from datetime import timedelta

import pytest
import redis
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings as live_settings
from django.utils import timezone

from duco_cms.celery import app
from duco_cms.definitions.models import Enum, Signal
from duco_cms.definitions.publishing import publish
from duco_cms.fleet.tasks import silence


@pytest.fixture
def contacts(settings):
    """The SnapShot Redis' sorted set of last contacts, emptied before and after."""
    settings.REDIS_PREFIX = f"{settings.REDIS_PREFIX}{uuid.uuid4().hex[:12]}:"
    with redis.Redis.from_url(settings.SNAPSHOT_REDIS_URL) as snapshot:
        key = f"{settings.REDIS_PREFIX}contact"
        snapshot.delete(key)
        yield lambda machine, seconds_ago: snapshot.zadd(key, {str(machine): (time.time() - seconds_ago) * 1e6})
        snapshot.delete(key)


@pytest.mark.redis
def test_a_machine_falls_silent_once_and_comes_back(fleet, contacts, settings):
    alice, bob = fleet["alice"], fleet["bob"]
    contacts(alice.number, settings.SILENCE_SECONDS + 5)
    contacts(bob.number, 1)
    contacts(999_999, 10_000_000)
    # it should mark who is silent, from the last contact on, and say so once
    assert silence() == 1
    alice.refresh_from_db()
    expected = timezone.now() - timedelta(seconds=settings.SILENCE_SECONDS + 5)
    assert abs(alice.silent_since - expected) < timedelta(seconds=3)
    bob.refresh_from_db()
    assert bob.silent_since is None
    assert silence() == 0
    # it should forget the silence when the machine is heard of again, and tell of the next one
    contacts(alice.number, 0)
    assert silence() == 0
    alice.refresh_from_db()
    assert alice.silent_since is None
    contacts(alice.number, settings.SILENCE_SECONDS + 1)
    assert silence() == 1


@pytest.mark.redis
def test_a_machine_never_heard_of_or_not_active_is_not_silent(fleet, contacts, settings):
    fleet["alice"].active = False
    fleet["alice"].save()
    contacts(fleet["alice"].number, settings.SILENCE_SECONDS + 5)
    assert silence() == 0


@pytest.mark.redis
def test_pages_get_the_notice(fleet, contacts, settings, django_capture_on_commit_callbacks):
    contacts(fleet["alice"].number, settings.SILENCE_SECONDS + 5)

    async def listen():
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add("notices", channel)
        await layer.group_send("notices", {"type": "probe"})
        assert await layer.receive(channel) == {"type": "probe"}
        from asgiref.sync import sync_to_async

        await sync_to_async(tell)()
        contacts(fleet["alice"].number, 0)
        await sync_to_async(tell)()
        return [await asyncio.wait_for(layer.receive(channel), 30) for _ in range(2)]

    def tell():
        with django_capture_on_commit_callbacks(execute=True):
            silence()

    silent, back = async_to_sync(listen)()
    assert (silent["type"], silent["machine"]) == ("notice.silent", fleet["alice"].number)
    assert back == {"type": "notice.back", "machine": fleet["alice"].number}


def test_every_scheduled_task_exists_and_nothing_is_pickled():
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
    assert "distribution.catalogue" in app.tasks
    assert (app.conf.accept_content, app.conf.task_serializer) == (["json"], "json")
    assert live_settings.CELERY_TASK_IGNORE_RESULT


@pytest.mark.clickhouse
def test_the_catalogue_follows_the_releases(engine_message, settings):
    from distribution.catalogue import fill_catalogue
    from distribution.clickhouse import connect
    from distribution.schema import ce_technology
    from distribution.schema.migrations import migrate
    from duco_cms.definitions.artefact import artefact
    from parsing.release import load_release

    settings.CLICKHOUSE_DATABASE_PREFIX = "test_catalogue_"
    client = connect()
    try:
        migrate(client)
        signal = Signal.objects.get()
        signal.enum = Enum.objects.create(
            definition_set=engine_message.definition_set, name="Modes", values=[[0, "off"], [1, "on"]]
        )
        signal.save()
        first = load_release(artefact(publish(None, "first")))
        assert fill_catalogue(client, first) == 1
        assert fill_catalogue(client, first) == 0
        columns = "group, slot, message, signal, set, unit, enum, spn, maximum, release"
        read = f"SELECT {columns} FROM {ce_technology('signal_catalogue')} FINAL"  # noqa: S608 - our own names
        expected = (signal.group_id, 0, "EEC1", "EngineSpeed", "engine", "rpm", {0: "off", 1: "on"}, 190, None, 1)
        assert client.query(read).result_rows == [expected]
        # it should follow a rename, and keep what a release no longer has
        Signal.objects.update(name="Speed", retired=False)
        assert fill_catalogue(client, load_release(artefact(publish(None, "second")))) == 1
        assert client.query(read).result_rows == [(*expected[:3], "Speed", *expected[4:-1], 2)]
        Signal.objects.update(retired=True)
        Signal.objects.create(group=signal.group, name="New", start=0, length=8)
        assert fill_catalogue(client, load_release(artefact(publish(None, "third")))) == 1
        assert {row[3]: row[-1] for row in client.query(read).result_rows} == {"Speed": 2, "New": 3}
    finally:
        for database in ("ce_technology", "raw_data_cache_store"):
            client.command(f"DROP DATABASE IF EXISTS test_catalogue_{database}")
