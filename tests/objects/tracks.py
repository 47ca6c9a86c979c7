"""Recorded tracks of field machines as bodies of positions, and faults to plant in them."""

import csv
import gzip
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from ingest.decoding.records import RawRecord
from tests.conftest import SHARED_DATA
from tests.objects.definitions import SECOND, envelope

TRACKS = SHARED_DATA / "06_machine_gps_tracks"

TASK_LOG = """
position TaskLog "Task controller of a tractor" on vehicle_position {
    signal ts     : i64 at $.t [ms]
    signal lat    : f64 at $.pos.lat [deg] range -90..90
    signal lon    : f64 at $.pos.lon [deg] range -180..180
    signal hdop   : f64 at $.pos.hdop
    signal status : u8 at $.status
    signal work   : u32 at $.process[0]
    suspect when lat == 0 [deg] and lon == 0 [deg] as null_island
    suspect when ts > received_at + 5min or received_at - ts > 90d as bad_clock
    suspect when haversine(prev, this) > 100 [m] + machine.max_speed * 1.5 * elapsed(prev) as speed_jump
    suspect when hdop > 8 as poor_fix
}
"""
GPSD = """
position Gpsd "Receiver of a combine harvester" on vehicle_position {
    signal ts      : text at $.time
    signal lat     : f64 at $.lat [deg] range -90..90
    signal lon     : f64 at $.lon [deg] range -180..180
    signal heading : f64 at $.track [deg]
    signal climb   : f64 at $.climb [m/s]
    signal mode    : u8 at $.mode range 2..3
    signal device  : text at $.device
    suspect when lat == 0 [deg] and lon == 0 [deg] as null_island
    suspect when ts > received_at + 5min or received_at - ts > 90d as bad_clock
    suspect when haversine(prev, this) / elapsed(prev) > machine.max_speed * 1.5 as speed_jump
}
"""


def task_log(name: str) -> list[dict[str, Any]]:
    """Positions of a task controller's log, in order."""
    with gzip.open(TRACKS / f"{name}_track.csv.gz", "rt") as file:
        return [
            {
                "t": _millis(row["time_local"]),
                "pos": {"lat": float(row["latitude"]), "lon": float(row["longitude"]), "hdop": 0.9},
                "status": int(row["position_status"]),
                "process": [int(text) if text else None for text in list(row.values())[4:7]],
            }
            for row in csv.DictReader(file)
        ]


def gpsd_log() -> list[dict[str, Any]]:
    lines = (TRACKS / "isoblue_gpsd_test_points.log").read_text().splitlines()
    reports = (json.loads(line) for line in lines if line.startswith("{"))
    return [each for each in reports if each["class"] == "TPV" and "lat" in each]


def _millis(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def planted(track: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[int, str]]:
    """A task log with faults, and the reasons by number of the object."""
    faulty = [each | {"pos": dict(each["pos"])} for each in track]
    for number in (0, 500):
        faulty[number]["pos"] |= {"lat": 0.0, "lon": 0.0}
    for number in (1200, 2000, 2001, 2002):
        faulty[number]["pos"]["lat"] += 0.5
    faulty[3000]["t"] += 86_400_000
    faulty[3500]["t"] = 315_964_800_000 + 3500
    faulty[4000]["pos"]["hdop"] = 50.0
    reasons = dict.fromkeys((0, 500), "null_island") | dict.fromkeys((1200, 2000, 2001, 2002), "speed_jump")
    return faulty, reasons | {3000: "bad_clock", 3500: "bad_clock", 4000: "poor_fix"}


def cut(track: Sequence[dict[str, Any]], size: int, times: Sequence[int]) -> Iterator[RawRecord]:
    """Envelopes of `size` positions each, received a second after the newest of the `times` (µs) of theirs."""
    for number, start in enumerate(range(0, len(track), size)):
        last = max(times[start : start + size])
        yield envelope(number, "vehicle_position", list(track[start : start + size]), last + SECOND)
