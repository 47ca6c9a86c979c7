"""The websocket: what it sends, to whom, how fast, and when it closes."""

import time

import msgpack
import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.contrib.sessions.models import Session
from django.utils import timezone
from websockets.exceptions import ConnectionClosed, InvalidStatus

from duco_cms.fleet.models import Membership
from studio.live import protocol
from tests.distribution.conftest import SnapshotKeys, Store
from tests.studio.conftest import NAN, SOURCE, Live, Open, Person, wait_until

pytestmark = [pytest.mark.redis, pytest.mark.clickhouse]

GROUP = 7
TS = 1_772_323_200_000_000


def test_anonymous_sockets_are_closed(open_socket: Open) -> None:
    assert open_socket(None).closed() == 4401


def test_pages_of_other_origins_are_refused(open_socket: Open, alice: Person) -> None:
    with pytest.raises(InvalidStatus) as refused:
        open_socket(alice, origin="http://elsewhere.example")
    assert refused.value.response.status_code == 403


def test_it_says_its_version_and_limits_first(open_socket: Open, alice: Person) -> None:
    hello = open_socket(alice).next("hello")
    assert (hello["version"], hello["seq"]) == (1, 1)
    assert hello["limits"] == {"subscriptions": 16, "updates_per_second": 10, "message_bytes": 1024}


def test_the_snapshot_comes_first_and_values_after(
    open_socket: Open, alice: Person, live: Live, store: Store, group: int, snapshots: SnapshotKeys
) -> None:
    store.catalogue((group, 0, f"EEC1{group}", "EngineSpeed"))
    snapshots.row(alice.machine.number, group, SOURCE, [800.0], [0])
    socket = open_socket(alice)
    socket.say(subscribe={"machine": alice.machine.number})
    snapshot = socket.next("snapshot")
    assert [(v["name"], v["value"]) for v in snapshot["snapshot"]["values"]] == [(f"EEC1{group}.EngineSpeed", 800.0)]
    # Nothing published after the snapshot is missed, however soon it comes.
    payload = live.payload([1400.5, NAN, 3.0], [0, 5, 6], ts=TS, group=group)
    live.redis.publish(live.channel(alice.machine.number), payload)
    values = socket.next("values")
    (update,) = values["machines"]
    assert update["machine"] == alice.machine.number
    # Not a number, and absent: both have no value.
    assert update["rows"] == [[group, SOURCE, TS, 0, [1400.5, None, None], [0, 5, 6]]]
    assert [message["seq"] for message in socket.heard] == list(range(1, len(socket.heard) + 1))


def test_a_burst_is_coalesced_to_ten_a_second_and_ends_with_the_last_value(
    open_socket: Open, alice: Person, live: Live
) -> None:
    machine = alice.machine.number
    socket = open_socket(alice)
    socket.subscribe(machine)
    begun = time.monotonic()
    # In portions, or the server would meet all of it in one turn.
    for portion in range(0, 10_000, 100):
        with live.redis.pipeline(transaction=False) as pipeline:
            for count in range(portion, portion + 100):
                payload = live.payload([float(count)], [0], ts=TS + count, group=GROUP)
                pipeline.publish(live.channel(machine), payload)
            pipeline.execute()
    messages = []
    while not messages or messages[-1]["machines"][0]["rows"][0][4] != [9999.0]:
        messages.append(socket.next("values"))
    # Each interval of a tenth may have one, and the one under way when the clock was started.
    assert len(messages) <= (time.monotonic() - begun) * protocol.UPDATES_PER_SECOND + 2
    # Each row was either sent, or replaced by a newer one and counted.
    sent = sum(len(message["machines"][0]["rows"]) for message in messages)
    assert sent + sum(message["coalesced"] + message["lost"] for message in messages) == 10_000
    assert sum(message["lost"] for message in messages) == 0


def test_older_rows_do_not_replace_newer_ones(open_socket: Open, alice: Person, live: Live) -> None:
    machine = alice.machine.number
    socket = open_socket(alice)
    socket.subscribe(machine)
    with live.redis.pipeline() as pipeline:  # at once, so that both wait for the same message
        pipeline.publish(live.channel(machine), live.payload([2.0], [0], ts=TS + 2, group=GROUP))
        pipeline.publish(live.channel(machine), live.payload([1.0], [0], ts=TS + 1, group=GROUP))
        pipeline.publish(live.channel(machine), live.payload([0.0], [0], ts=TS, group=GROUP + 1))
        pipeline.execute()
    newest: dict[int, list[float]] = {}
    while GROUP + 1 not in newest:
        rows = socket.next("values")["machines"][0]["rows"]
        newest |= {row[0]: row[4] for row in rows}
    assert newest[GROUP] == [2.0]


def test_another_organisations_machine_is_refused_and_never_heard(
    open_socket: Open, alice: Person, bob: Person, live: Live
) -> None:
    socket = open_socket(bob)
    socket.say(subscribe={"machine": alice.machine.number})
    refused = socket.next("refused")
    assert (refused["machine"], refused["code"]) == (alice.machine.number, "not_found")
    socket.subscribe(bob.machine.number)
    live.value(alice.machine.number, 1.0, ts=TS, group=GROUP)
    live.value(bob.machine.number, 2.0, ts=TS, group=GROUP)
    # The feed is one and keeps order: had Alice's value been sent, it would stand before or with Bob's.
    values = socket.next("values")
    assert [update["machine"] for update in values["machines"]] == [bob.machine.number]
    assert live.subscribers(alice.machine.number) == 0


def test_malformed_messages_are_skipped(open_socket: Open, alice: Person, live: Live) -> None:
    machine = alice.machine.number
    socket = open_socket(alice)
    socket.subscribe(machine)
    endless = msgpack.packb({"v": 1, "release": float("inf"), "received": 0, "rows": []})
    for payload in (b"", b"\xc1", b"\x93\x01\x02\x03", b"\x81\xa1v\x02", endless):
        live.redis.publish(live.channel(machine), payload)
    live.value(machine, 5.0, ts=TS, group=GROUP)
    assert socket.next("values")["machines"][0]["rows"][0][4] == [5.0]


def test_unsubscribing_ends_the_values(open_socket: Open, alice: Person, live: Live) -> None:
    machine = alice.machine.number
    socket = open_socket(alice)
    socket.subscribe(machine)
    socket.say(unsubscribe={"machine": machine})
    socket.next("unsubscribed")
    wait_until(lambda: live.subscribers(machine) == 0, "no subscription to what nobody watches")


def test_sockets_share_one_subscription(open_socket: Open, people: dict[str, Person], live: Live) -> None:
    machine = people["alice"].machine.number
    sockets = [open_socket(people["alice"]), open_socket(people["carol"]), open_socket(people["alice"])]
    for socket in sockets:
        socket.subscribe(machine)
    assert live.subscribers(machine) == 1
    live.value(machine, 3.0, ts=TS, group=GROUP)
    for socket in sockets:
        assert socket.next("values")["machines"][0]["rows"][0][4] == [3.0]


def test_a_lost_redis_is_told_and_found_again(open_socket: Open, alice: Person, live: Live) -> None:
    machine = alice.machine.number
    socket = open_socket(alice)
    socket.subscribe(machine)
    (reader,) = [each for each in live.redis.client_list() if each["name"] == f"{live.prefix}live:studio"]
    live.redis.client_kill_filter(_id=reader["id"])
    assert socket.next("lane")["up"] is False
    assert socket.next("lane")["up"] is True
    live.value(machine, 4.0, ts=TS, group=GROUP)
    assert socket.next("values")["machines"][0]["rows"][0][4] == [4.0]


def test_a_lost_membership_closes_the_socket(open_socket: Open, alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "RECHECK_SECONDS", 0.05)
    socket = open_socket(alice)
    socket.subscribe(alice.machine.number)
    Membership.objects.filter(user=alice.user).delete()
    assert socket.closed() == 4403


@pytest.mark.parametrize("end", ["sign out", "deactivate", "time", "new password"])
def test_an_ended_session_closes_the_socket(
    open_socket: Open, alice: Person, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    monkeypatch.setattr(protocol, "RECHECK_SECONDS", 0.05)
    socket = open_socket(alice)
    socket.subscribe(alice.machine.number)
    if end == "sign out":
        alice.client.logout()
    elif end == "time":
        Session.objects.update(expire_date=timezone.now())
    else:
        alice.user.is_active = end != "deactivate"
        if end == "new password":
            alice.user.set_password("another")
        alice.user.save()
    assert socket.closed() == 4401


def test_rights_that_stand_keep_the_socket(
    open_socket: Open, alice: Person, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "RECHECK_SECONDS", 0.02)
    socket = open_socket(alice)
    socket.subscribe(alice.machine.number)
    for count in range(5):
        live.value(alice.machine.number, float(count), ts=TS + count, group=GROUP)
        assert socket.next("values")["machines"][0]["rows"][0][4] == [float(count)]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("nonsense", 4400),
        ('{"subscribe": {"machine": "1"}}', 4400),
        ('{"subscribe": {"machine": 0}}', 4400),
        ('{"subscribe": {"machine": true}}', 4400),
        ('{"publish": {"machine": 1}}', 4400),
        ("[]", 4400),
        (b"\x00", 4400),
        ('{"subscribe": "' + "x" * 1100 + '"}', 1009),
    ],
)
def test_what_is_not_of_the_protocol_closes_the_socket(
    open_socket: Open, alice: Person, said: str | bytes, code: int
) -> None:
    socket = open_socket(alice)
    socket.connection.send(said)
    assert socket.closed() == code


def test_a_client_that_floods_is_closed(open_socket: Open, alice: Person) -> None:
    socket = open_socket(alice)
    for _ in range(protocol.MESSAGES_PER_WINDOW + 1):
        socket.say(unsubscribe={"machine": 1})
    assert socket.closed() == 4429


def test_subscriptions_are_bounded(
    open_socket: Open, alice: Person, monkeypatch: pytest.MonkeyPatch, live: Live
) -> None:
    monkeypatch.setattr(protocol, "SUBSCRIPTIONS", 1)
    socket = open_socket(alice)
    socket.subscribe(alice.machine.number)
    socket.say(subscribe={"machine": alice.machine.number + 1})
    assert socket.next("refused")["code"] == "too_many_subscriptions"
    assert live.subscribers(alice.machine.number + 1) == 0


def test_a_client_that_does_not_read_is_given_up(
    open_socket: Open, alice: Person, live: Live, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "SEND_SECONDS", 0.2)
    machine = alice.machine.number
    # The client's own queue is full after one message, and then the buffers of the connection.
    socket = open_socket(alice, max_queue=1, compression=None)
    socket.subscribe(machine)
    values, qualities = [1 / (slot + 3) for slot in range(4000)], [0] * 4000

    def given_up() -> bool:
        for group in range(20):
            payload = live.payload(values, qualities, ts=time.time_ns() // 1000, group=group)
            live.redis.publish(live.channel(machine), payload)
        return live.subscribers(machine) == 0

    wait_until(given_up, "the socket of a client that does not read is closed")


def _tell(notice: dict[str, object]) -> None:
    async_to_sync(get_channel_layer().group_send)("notices", notice)


def test_notices_reach_those_they_concern(open_socket: Open, alice: Person, bob: Person) -> None:
    alices, bobs = open_socket(alice), open_socket(bob)
    alices.next("hello")
    bobs.next("hello")
    number = alice.machine.number
    _tell({"type": "notice.silent", "machine": number, "since": "2026-03-01T00:00:00Z"})
    _tell({"type": "notice.back", "machine": number})
    _tell({"type": "notice.release", "number": 17, "note": "torque"})
    silent, back, release = (alices.next("notice") for _ in range(3))
    assert (silent["notice"], silent["machine"], silent["since"]) == ("silent", number, "2026-03-01T00:00:00Z")
    assert (back["notice"], back["machine"]) == ("back", number)
    assert (release["notice"], release["number"], release["note"]) == ("release", 17, "torque")
    # Bob hears of the release, which concerns all, and of nothing before it.
    assert bobs.next("notice")["notice"] == "release"


def test_sockets_of_one_user_are_bounded(
    open_socket: Open, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "SOCKETS", 2)
    first, second = open_socket(alice), open_socket(alice)
    first.next("hello")
    second.next("hello")
    assert open_socket(alice).closed() == 4430
    open_socket(bob).next("hello")
    # One that closes makes room for another.
    first.connection.close()
    wait_until(lambda: _has_room(open_socket, alice), "room")


def _has_room(open_socket: Open, person: Person) -> bool:
    socket = open_socket(person)
    try:
        socket.next("hello")
    except ConnectionClosed:
        return False
    return True
