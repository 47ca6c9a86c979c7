"""Publishing: releases only count up, are immutable, and hold nothing that workers would refuse."""

import json
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from duco_cms.definitions.artefact import artefact
from duco_cms.definitions.models import Release, Signal, SignalGroup
from duco_cms.definitions.models.release import ReleaseIsImmutableError
from duco_cms.definitions.publishing import PublishRefusedError, draft, publish
from parsing.release import load_release


def test_the_published_artefact_is_what_workers_load(engine_message, people):
    release = publish(people["sam"], "first")
    loaded = load_release(artefact(release))
    assert (loaded.number, loaded.note, loaded.content_hash) == (1, "first", release.content_hash)
    group = engine_message.groups.get()
    assert loaded.signals(group.pk)[0].name == "EngineSpeed"
    assert release.author == people["sam"]


def test_nothing_changed_is_refused_unless_forced(engine_message):
    publish(None, "first")
    with pytest.raises(PublishRefusedError) as refusal:
        publish(None, "again")
    assert refusal.value.code == "nothing_changed"
    forced = publish(None, "again", force=True)
    assert forced.number == 2
    assert forced.content_hash == Release.objects.get(number=1).content_hash


def test_draft_says_what_changes(engine_message):
    assert {(change.kind, change.what) for change in draft().changes} == {
        ("added", "set"),
        ("added", "message"),
        ("added", "signal"),
    }
    publish(None, "first")
    assert draft().changes == []
    signal = Signal.objects.get()
    signal.scale, signal.name = 0.25, "Speed"
    signal.save()
    (change,) = draft().changes
    assert (change.kind, change.name) == ("changed", "engine / EEC1.Speed")
    assert change.detail == "name: EngineSpeed → Speed; scale: 0.125 → 0.25"
    signal.retired = True
    signal.save()
    assert ("removed", "engine / EEC1.EngineSpeed") in {(change.kind, change.name) for change in draft().changes}


def test_all_errors_are_reported_at_once_and_nothing_is_published(engine_message):
    missing = SignalGroup.objects.create(message=engine_message, condition=[["page", [[2, 7]]]])
    Signal.objects.create(group=missing, name="Boost", start=0, length=8)
    backwards = SignalGroup.objects.create(message=engine_message, condition=[["EngineSpeed", [[7, 2]]]])
    Signal.objects.create(group=backwards, name="Torque", start=0, length=8)
    with pytest.raises(PublishRefusedError) as refusal:
        publish(None, "broken")
    errors = refusal.value.diagnostics
    assert [error.code for error in errors] == ["invalid_definition", "invalid_definition"]
    assert errors[0].where == f"engine / EEC1 / group {missing.pk}"
    assert "page" in errors[0].text
    assert errors[0].message == engine_message.pk
    assert not Release.objects.exists()


def test_a_condition_of_the_wrong_shape_is_an_error_and_no_crash(engine_message):
    group = SignalGroup.objects.create(message=engine_message, condition=[["EngineSpeed", "2-7"]])
    Signal.objects.create(group=group, name="Boost", start=0, length=8)
    with pytest.raises(PublishRefusedError) as refusal:
        publish(None, "broken")
    assert refusal.value.diagnostics[0].code == "invalid_field"


def test_what_may_be_meant_is_a_warning(engine_message):
    group = engine_message.groups.get()
    Signal.objects.create(group=group, name="LowByte", start=24, length=8)
    Signal.objects.create(group=group, name="Late", start=60, length=8)
    assert [(d.severity, d.code, d.where) for d in draft().diagnostics] == [
        ("warning", "beyond_frame", "engine / EEC1.Late"),
        ("warning", "overlap", "engine / EEC1.LowByte"),
    ]
    assert publish(None, "with warnings").number == 1


def test_big_endian_overlap_is_found_by_bits_as_sent(engine_message):
    group = engine_message.groups.get()
    # Bits 7…0 and 15…8: bytes 0 and 1; then byte 1 again from its own start.
    Signal.objects.create(group=group, name="Wide", start=7, length=16, byte_order="big")
    Signal.objects.create(group=group, name="Second", start=15, length=8, byte_order="big")
    Signal.objects.create(group=group, name="Third", start=23, length=8, byte_order="big")
    assert [(d.code, d.where) for d in draft().diagnostics] == [("overlap", "engine / EEC1.Second")]


def test_releases_cannot_be_changed_or_deleted(engine_message):
    release = publish(None, "first")
    for change in (release.save, release.delete, Release.objects.all().delete, lambda: Release.objects.update(note="")):
        with pytest.raises(ReleaseIsImmutableError):
            change()
    # it should hold against plain SQL too
    for sql in ("UPDATE definitions_release SET note = ''", "DELETE FROM definitions_release"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert Release.objects.get().note == "first"


@pytest.mark.django_db(transaction=True)
def test_publishers_at_the_same_time_get_numbers_of_their_own(engine_message):
    gate = threading.Barrier(4)
    numbers, failures = [], []

    def publisher():
        try:
            gate.wait(timeout=30)
            numbers.extend(publish(None, "race", force=True).number for _ in range(5))
        except Exception as error:  # noqa: BLE001 - reported by the test's own thread
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=publisher) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    assert sorted(numbers) == list(range(1, 21))


@pytest.mark.redis
def test_workers_and_pages_hear_of_it_on_commit(engine_message, settings, django_capture_on_commit_callbacks):
    import redis

    listener = redis.Redis.from_url(settings.REALTIME_REDIS_URL).pubsub()
    listener.subscribe(f"{settings.REDIS_PREFIX}meta")
    assert listener.get_message(timeout=5)["type"] == "subscribe"
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        publish(None, "first")
        # it should not tell of what is not committed
        assert listener.get_message(timeout=0.05) is None
    assert len(callbacks) == 3
    assert listener.get_message(timeout=5)["data"] == b"release"
    with django_capture_on_commit_callbacks(execute=True):
        from duco_cms.fleet.models import MachineModel

        MachineModel.objects.create(name="EX-9")
    assert listener.get_message(timeout=5)["data"] == b"directory"
    listener.close()


def test_a_release_stands_where_redis_is_away(engine_message, settings, django_capture_on_commit_callbacks, caplog):
    from duco_cms.fleet.notices import realtime_redis

    settings.REALTIME_REDIS_URL = "redis://127.0.0.1:1/0"
    realtime_redis.cache_clear()
    try:
        with django_capture_on_commit_callbacks(execute=True):
            publish(None, "first")
    finally:
        realtime_redis.cache_clear()
    assert Release.objects.live().number == 1
    assert "Error calling" in caplog.text


def test_content_is_canonical(engine_message):
    release = publish(None, "first")
    assert release.content == json.dumps(
        json.loads(release.content), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
