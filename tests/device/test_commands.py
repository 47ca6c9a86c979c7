"""`simulate` and `replay` as processes, on the real broker."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from ingest.envelope import OpenedCan, Rejected, open_envelope
from ingest.frames import CanFrames, join_frames
from ingest.iothub.headers import HubProperties, decode_headers
from ingest.logs import read_log
from tests.logs.samples import DATA, ROWS, assert_same, candump_text

from .conftest import Hub

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(120)]
ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def start(hub: Hub, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command as a process, which does not outlive a test that fails."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ | {"KAFKA_TOPIC_PREFIX": hub.prefix, "KAFKA_BOOTSTRAP_SERVERS": hub.bootstrap_servers},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def opened_from(hub: Hub) -> list[tuple[HubProperties, object]]:
    opened = []
    for message in hub.read():
        properties = decode_headers(message.headers())
        assert not properties.malformed
        headers = dict(properties.application) | {"content-type": properties.content_type or ""}
        opened.append((properties, open_envelope(headers, message.value())))
    return opened


def frames_in(opened: list[tuple[HubProperties, object]]) -> CanFrames:
    return join_frames([envelope.frames for _, envelope in opened if isinstance(envelope, OpenedCan)])


def test_simulate_publishes_every_kind_in_real_time_and_stops_when_told(hub: Hub) -> None:
    with start(hub, "simulate", "--machines", "3", "--rate", "50", "--seed", "3") as process:
        assert process.stderr is not None
        assert "3 machines send 50 frames a second each" in process.stderr.readline()
        messages: list[tuple[HubProperties, object]] = []
        # A wait for the state, not for a time: each machine has sent three CAN envelopes.
        while Counter(p.device for p, e in messages if isinstance(e, OpenedCan))["ex-0003"] < 3:
            assert process.poll() is None
            messages = opened_from(hub)
        process.send_signal(signal.SIGTERM)
        said = process.stderr.read()
        assert process.wait(20) == 0
    messages = opened_from(hub)
    # it should have delivered all that it says
    assert f"Stopped; {len(messages)} envelopes published" in said
    assert not [envelope for _, envelope in messages if isinstance(envelope, Rejected)]
    assert {properties.device for properties, _ in messages} == {"ex-0001", "ex-0002", "ex-0003"}
    kinds = Counter(properties.application["kind"] for properties, _ in messages)
    assert set(kinds) >= {"vehicle_can", "vehicle_position", "vehicle_log", "client_raw"}
    by_device = defaultdict(list)
    for properties, envelope in messages:
        if isinstance(envelope, OpenedCan):
            # it should be of now, and of no time to come
            assert 0 <= (properties.enqueued or 0) + 1000 - int(envelope.frames.ts.max()) < 5_000_000
            assert properties.application["realtime"] == "1"
            by_device[properties.device] += envelope.frames.ts.tolist()
    assert all((np.diff(times) > 0).all() for times in by_device.values())


def test_simulate_can_keep_out_of_the_live_lane(hub: Hub) -> None:
    with start(hub, "simulate", "--machines", "1", "--seconds", "0.6", "--no-realtime") as process:
        assert process.wait(60) == 0
    assert {properties.application["realtime"] for properties, _ in opened_from(hub)} == {"0"}


@pytest.mark.parametrize("realtime", [False, True])
def test_replay_publishes_a_log_as_the_device(hub: Hub, tmp_path: Path, realtime: bool) -> None:
    log = tmp_path / "x.log"
    log.write_text(candump_text(ROWS[:4]))
    arguments = ["--realtime", "--speed", "2"] if realtime else []
    with start(hub, "replay", str(log), "--machine", "truck-1", *arguments) as process:
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0
    assert "4 of 4 frames published as truck-1; buses 1, 2, 1700000000.000000 to 1700000000.333333 s, 0 remote" in said
    opened = opened_from(hub)
    assert {p.device for p, _ in opened} == {"truck-1"}
    assert {p.application["realtime"] for p, _ in opened} == {"1" if realtime else "0"}
    (frames,) = [envelope.frames for _, envelope in opened if isinstance(envelope, OpenedCan)]
    order = np.argsort(frames.ts, kind="stable")
    assert frames.ts[order].tolist() == [row[0] for row in ROWS[:4]]
    assert sorted(frames.can_id.tolist()) == sorted(row[2] for row in ROWS[:4])


def test_replay_moves_a_log_to_now(hub: Hub, tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    log.write_text(candump_text(ROWS[:4]))
    before = time.time_ns() // 1000
    with start(hub, "replay", str(log), "--machine", "truck-1", "--now") as process:
        assert process.wait(60) == 0
    ts = sorted(frames_in(opened_from(hub)).ts.tolist())
    assert before <= ts[0] <= time.time_ns() // 1000
    recorded = sorted(row[0] for row in ROWS[:4])
    assert [each - ts[0] for each in ts] == [each - recorded[0] for each in recorded]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nothing.log", "--machine", "m"], "nothing.log"),
        (["README.md", "--machine", "m"], "not one of"),
        (["x.log", "--machine", "no spaces"], "not a device id"),
        (["x.log", "--machine", "m", "--speed", "0"], "not above 0"),
    ],
)
def test_replay_says_what_is_wrong(arguments: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        call_command("replay", *arguments)


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("01_truck_j1939_gps", "00000001.MF4"),
        ("02_car_bigendian_toyota", "frames.candump.log.gz"),
        ("03_car_obd_extended_mux_gps", "00000002-60FE415D.MF4"),
        ("04_nmea2000_boat", "00000002.MF4"),
    ],
)
def test_a_recording_goes_through_the_hub_unchanged(hub: Hub, folder: str, name: str) -> None:
    with start(hub, "replay", str(DATA / folder / name), "--machine", "m") as process:
        assert process.wait(120) == 0
    recorded, published = read_log(DATA / folder / "frames.candump.log.gz"), frames_in(opened_from(hub))
    assert len(published) == len(recorded)
    for bus in np.unique(recorded.bus):
        of_bus = [CanFrames(*(getattr(f, n)[f.bus == bus] for n in ("bus", "can_id", "ts", "length", "data")))
                  for f in (published, recorded)]  # fmt: skip
        assert_same(*of_bus)
