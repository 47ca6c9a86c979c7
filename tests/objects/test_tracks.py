"""Recorded tracks pass unmarked, and each fault that is planted in them is marked with its reason."""

from datetime import datetime
from typing import Any

import pytest

from parsing.quality import Quality
from tests.objects.definitions import SECOND, batches, catalogue_of, rows, run
from tests.objects.tracks import GPSD, TASK_LOG, cut, gpsd_log, planted, task_log

pytestmark = pytest.mark.shared_data

MAX_SPEED = {"max_speed": 20.0}  # m/s
LOGS = ["TLG00001", "TLG00008", "TLG00017"]


def times(track: list[dict[str, Any]]) -> list[int]:
    return [each["t"] * 1000 for each in track]


@pytest.mark.parametrize("name", LOGS)
@pytest.mark.parametrize("text", [TASK_LOG, ""], ids=["own definition", "default"])
def test_recorded_positions_pass_unmarked(name: str, text: str) -> None:
    track = task_log(name)
    bodies = track if text else [{"ts": each["t"] * 1000, **each["pos"]} for each in track]
    outcomes, _ = run(catalogue_of(text, MAX_SPEED), batches(list(cut(bodies, 100, times(track))), 5))
    found = rows(outcomes, "position")
    assert [(row["lat"], row["lon"]) for row in found] == [(each["pos"]["lat"], each["pos"]["lon"]) for each in track]
    assert {(row["quality"], row["reason"]) for row in found} == {(Quality.OK, "")}


@pytest.mark.parametrize(("size", "batch"), [(1, 500), (7, 3), (100, 1), (1500, 2)])
def test_planted_faults_are_marked_and_nothing_else(size: int, batch: int) -> None:
    track = task_log("TLG00001")
    faulty, reasons = planted(track)
    outcomes, _ = run(catalogue_of(TASK_LOG, MAX_SPEED), batches(list(cut(faulty, size, times(track))), batch))
    found = rows(outcomes, "position")
    assert [row["reason"] for row in found] == [reasons.get(number, "") for number in range(len(track))]
    assert {row["quality"] for row in found if row["reason"]} == {Quality.SUSPECT}
    assert {row["quality"] for row in found if not row["reason"]} == {Quality.OK}


def test_values_of_suspect_positions_are_suspect_and_kept() -> None:
    track = task_log("TLG00001")[:600]
    track[500]["pos"] |= {"lat": 0.0, "lon": 0.0}
    outcomes, _ = run(catalogue_of(TASK_LOG, MAX_SPEED), [list(cut(track, 100, times(track)))])
    found = rows(outcomes, "frame_values")
    assert len(found) == len(track)
    # ts, lat, lon, hdop, status, work; the time is no value
    assert found[500]["values"] == [0.0, 0.0, 0.0, 0.9, 15.0, track[500]["process"][0] or 0.0]
    assert found[500]["qualities"][1:5] == [Quality.SUSPECT] * 4
    assert found[499]["qualities"][:5] == [Quality.ABSENT, *[Quality.OK] * 4]
    missing = [number for number, each in enumerate(track) if each["process"][0] is None]
    assert missing
    assert [number for number, row in enumerate(found) if row["qualities"][5] == Quality.ABSENT] == missing


def test_a_gpsd_log_is_read_by_its_own_definition() -> None:
    track = gpsd_log()
    assert len(track) == 101
    stamps = [round(datetime.fromisoformat(each["time"]).timestamp() * SECOND) for each in track]
    outcomes, _ = run(catalogue_of(GPSD, MAX_SPEED), [list(cut(track, 10, stamps))])
    found = rows(outcomes, "position")
    assert [row["ts"].timestamp() * SECOND for row in found] == stamps
    expected = [(each["lat"], each["lon"], each["alt"], each["speed"], each.get("track")) for each in track]
    assert [(row["lat"], row["lon"], row["alt"], row["speed"], row["heading"]) for row in found] == expected
    assert {row["quality"] for row in found} == {Quality.OK}
    values = rows(outcomes, "frame_values")
    assert [row["values"][4] for row in values] == [each.get("climb", 0.0) for each in track]
    texts = rows(outcomes, "text_value")
    assert [(row["slot"], row["value"]) for row in texts] == [(6, each["device"]) for each in track]
