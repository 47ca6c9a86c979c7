"""The simulated fleet: its DBC, its encoder against cantools, and machines one can believe."""

import json
import warnings
from collections import Counter, defaultdict

import cantools
import numpy as np
import pytest

from ingest.device.encoding import load_encoders
from ingest.device.envelopes import DeviceEnvelope
from ingest.device.fleet import DEMO_DBC, SimulatedFleet
from ingest.envelope import ClientRaw, OpenedCan, OpenedObjects, open_envelope

from .bodies import T0

Published = list[tuple[str, DeviceEnvelope]]


def open_all(published: Published, kind: str) -> list[tuple[str, object]]:
    opened = []
    for device, envelope in published:
        if envelope.kind == kind:
            headers = envelope.application | {"content-type": envelope.content_type}
            opened.append((device, open_envelope(headers, envelope.body)))
    return opened


def run_fleet(machines: int, rate: float, seconds: float, seed: int = 1, envelope_rate: float = 4) -> Published:
    fleet = SimulatedFleet(machines, rate, seed, T0, envelope_rate=envelope_rate, realtime=True)
    return [item for _ in range(int(seconds * 1e6 / fleet.tick_time)) for item in fleet.tick()]


@pytest.fixture(scope="module")
def five_minutes() -> Published:
    return run_fleet(3, 50, 300)


@pytest.fixture(scope="module")
def database():
    with warnings.catch_warnings():
        # it should load without a warning
        warnings.simplefilter("error")
        return cantools.database.load_file(DEMO_DBC)


def test_the_definitions_say_what_an_importer_needs(database) -> None:
    assert all(message.protocol == "j1939" and message.cycle_time for message in database.messages)
    eec1 = database.get_message_by_name("EEC1")
    speed = eec1.get_signal_by_name("EngineSpeed")
    assert (speed.scale, speed.unit, speed.spn) == (0.125, "rpm", 190)
    assert eec1.frame_id >> 8 & 0x3FFFF == 61444
    kinds = [s for m in database.messages for s in m.signals]
    assert any(s.byte_order == "big_endian" for s in kinds)
    assert any(s.is_float for s in kinds)
    assert any(s.is_multiplexer for s in kinds)
    assert any(s.choices for s in kinds)
    assert all(s.minimum is not None and s.maximum > s.minimum for s in kinds)
    assert all(s.unit is not None or s.choices or s.maximum for s in kinds)


def test_the_encoder_gives_what_cantools_gives(database) -> None:
    rng = np.random.default_rng(1)
    for encoder in (encoder for pages in load_encoders(DEMO_DBC) for encoder in pages):
        message = database.get_message_by_name(encoder.name)
        signals = {name: message.get_signal_by_name(name) for name in encoder.signals}
        values = {name: rng.uniform(s.minimum, s.maximum, 40) for name, s in signals.items()}
        for row, payload in enumerate(encoder.encode(values, 40)):
            decoded = message.decode(bytes(payload), decode_choices=False)
            assert message.encode(decoded, padding=True) == bytes(payload)
            for name, signal in signals.items():
                assert abs(decoded[name] - values[name][row]) <= signal.scale / 2 + 1e-5, name


def test_what_is_not_known_is_all_ones(database) -> None:
    (encoder,) = next(pages for pages in load_encoders(DEMO_DBC) if pages[0].name == "EEC1")
    payload = encoder.encode({name: np.full(1, np.nan) for name in encoder.signals}, 1)
    assert payload.tobytes() == b"\xff" * 8


def test_all_six_kinds_flow_and_can_be_opened(five_minutes: Published) -> None:
    kinds = Counter(envelope.kind for _, envelope in five_minutes)
    assert set(kinds) == {
        "vehicle_can",
        "vehicle_dtc",
        "vehicle_position",
        "vehicle_log",
        "vehicle_event",
        "client_raw",
    }
    for kind in kinds:
        expected = {"vehicle_can": OpenedCan, "client_raw": ClientRaw}.get(kind, OpenedObjects)
        assert {type(opened) for _, opened in open_all(five_minutes, kind)} == {expected}
    assert {envelope.realtime for _, envelope in five_minutes if envelope.kind != "client_raw"} == {True}
    assert len({envelope.message_id for _, envelope in five_minutes}) == len(five_minutes)


@pytest.mark.parametrize(("rate", "envelope_rate", "ticks"), [(5, 4, 100), (100, 4, 40), (1000, 8, 40), (5000, 1, 4)])
def test_rates_are_kept_and_times_are_distinct_and_rising(rate: float, envelope_rate: float, ticks: int) -> None:
    fleet = SimulatedFleet(2, rate, 1, T0, envelope_rate=envelope_rate, realtime=True)
    published = [item for _ in range(ticks) for item in fleet.tick()]
    span = ticks * fleet.tick_time
    times = defaultdict(list)
    for device, opened in open_all(published, "vehicle_can"):
        assert isinstance(opened, OpenedCan)
        times[device] += opened.frames.ts.tolist()
    assert sorted(times) == ["ex-0001", "ex-0002"]
    for of_device in times.values():
        assert len(of_device) == pytest.approx(rate * span / 1e6, rel=0.03)
        assert (np.diff(of_device) > 0).all()
        assert of_device[0] >= T0
        # it should publish no time that lies ahead of the end of its tick
        assert of_device[-1] < T0 + span
    envelopes = sum(1 for device, envelope in published if device == "ex-0001" and envelope.kind == "vehicle_can")
    assert envelopes <= envelope_rate * span / 1e6 * 1.1


def test_the_same_seed_gives_the_same_bytes() -> None:
    def bodies(seed: int) -> list[tuple[str, bytes]]:
        return [(device, envelope.body) for device, envelope in run_fleet(2, 50, 20, seed)]

    assert bodies(7) == bodies(7)
    assert bodies(7) != bodies(8)


def test_machines_can_be_believed(five_minutes: Published, database) -> None:
    values = defaultdict(list)
    for device, opened in open_all(five_minutes, "vehicle_can"):
        assert isinstance(opened, OpenedCan)
        if device != "ex-0001":
            continue
        for can_id, data in zip(opened.frames.can_id, opened.frames.data, strict=True):
            message = database.get_message_by_frame_id(int(can_id) & 0x1FFFFFFF)
            for name, value in message.decode(bytes(data), decode_choices=False).items():
                values[name].append(value)
    speed, fuel = np.array(values["EngineSpeed"]), np.array(values["FuelLevel"])
    # it should start, idle and work
    assert speed[0] < 50
    assert {*(np.round(speed, -2))} >= {800, 1700}
    assert speed.max() < 2100
    # it should burn fuel and get warm
    assert fuel[0] > fuel[-1] > 0
    assert values["TotalFuelUsed"][-1] > values["TotalFuelUsed"][0]
    assert values["EngineCoolantTemperature"][-1] > values["EngineCoolantTemperature"][0]
    # it should swing, dig and show each circuit
    assert np.ptp(values["SwingAngle"][100:]) > 60
    assert np.ptp(values["BoomAngle"]) > 40
    assert {*values["CyclePhase"]} >= {0, 1, 2, 3, 4}
    assert {*values["Circuit"]} == {0, 1, 2, 3}
    # it should not know its swing angle, its torque and its fuel rate at key on
    assert values["SwingAngle"][0] == pytest.approx(655.35)
    assert values["FuelRate"][0] == pytest.approx(0xFFFF * 0.05)
    assert values["ActualEngineTorque"][0] == 0xFF - 125
    # it should show its faults as lamps too
    lit = [*values["AmberWarningLamp"], *values["RedStopLamp"]]
    assert 0 < sum(lit) < len(lit)


def test_faults_come_and_go_in_every_report(five_minutes: Published) -> None:
    raised, cleared = Counter(), Counter()
    for device, envelope in five_minutes:
        body = json.loads(envelope.body) if envelope.kind in ("vehicle_dtc", "vehicle_event") else []
        for item in body if isinstance(body, list) else [body]:
            if envelope.kind == "vehicle_dtc" or item["name"] == "fault":
                active = item.get("active", item.get("state") == "raised")
                (raised if active else cleared)[device, envelope.kind] += 1
    assert {device for device, _ in raised} == {"ex-0001", "ex-0002", "ex-0003"}
    for device in ("ex-0001", "ex-0002", "ex-0003"):
        assert raised[device, "vehicle_dtc"] == raised[device, "vehicle_event"] > 0
        assert 0 <= raised[device, "vehicle_dtc"] - cleared[device, "vehicle_dtc"] <= 1


def test_positions_stay_on_the_site_and_move(five_minutes: Published) -> None:
    track = [json.loads(e.body) for d, e in five_minutes if d == "ex-0001" and e.kind == "vehicle_position"]
    assert len(track) == pytest.approx(300, rel=0.1)
    lat, lon = (np.array([p[name] for p in track]) for name in ("lat", "lon"))
    assert 5e-5 < np.ptp(lat) + np.ptp(lon) < 0.02
    assert np.abs(np.diff(lat)).max() < 1e-4
