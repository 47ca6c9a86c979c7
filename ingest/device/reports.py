"""What a simulated machine reports beside its frames: positions, trouble codes, logs, events, raw data."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ingest.device.excavator import Activity, Excavators
from ingest.device.faults import RED, FaultChange, Faults

# Where the work site lies, and how far a degree is there.
_SITE_LAT, _SITE_LON, _ALTITUDE = 52.1046, 9.3571, 112.0
_METRES_A_DEGREE = 111_320.0
_POSITION_PERIOD, _HEALTH_PERIOD = 1.0, 60.0  # s
_CYCLES_A_NOTE = 5
_NAMES = {
    Activity.KEY_ON: "key on",
    Activity.CRANKING: "starting the engine",
    Activity.IDLE: "idling",
    Activity.WORKING: "working",
    Activity.TRAVELLING: "travelling",
}


@dataclass(frozen=True, slots=True)
class Report:
    machine: int
    kind: str
    content: dict[str, Any] | bytes  # bytes for `client_raw`


class Reporter:
    """Compares the machines with what they were at the last step and tells what is new."""

    def __init__(self, machines: Excavators, faults: Faults) -> None:
        self._machines, self._faults = machines, faults
        self._activity = np.full(len(machines.load), -1)
        self._cycles = machines.cycles_done.copy()
        self._next_position = self._next_health = 0.0

    def step(self, ts: int) -> Iterator[Report]:
        """Reports of this step; `ts` is its time in µs."""
        m = self._machines
        for change in self._faults.step():
            yield from _of_fault(change, ts)
        for machine in np.flatnonzero(m.activity != self._activity):
            yield from self._of_activity(int(machine), ts)
        for machine in np.flatnonzero(m.cycles_done > self._cycles):
            yield from self._of_cycle(int(machine), ts)
        self._activity, self._cycles = m.activity.copy(), m.cycles_done.copy()
        if m.elapsed >= self._next_position:
            self._next_position = m.elapsed + _POSITION_PERIOD
            yield from (self._position(machine, ts) for machine in range(len(m.load)))
        if m.elapsed >= self._next_health:
            self._next_health = m.elapsed + _HEALTH_PERIOD
            yield from (self._health(machine) for machine in range(len(m.load)))

    def _of_activity(self, machine: int, ts: int) -> Iterator[Report]:
        before, now = int(self._activity[machine]), Activity(self._machines.activity[machine])
        log = {"ts": ts, "level": "info", "logger": "operation", "message": f"The machine is {_NAMES[now]}."}
        yield Report(machine, "vehicle_log", log | {"fuel_level": round(float(self._machines.fuel_level[machine]), 1)})
        for activity, state in ((before, "cleared"), (now, "raised")):
            if activity in (Activity.WORKING, Activity.TRAVELLING):
                name = Activity(activity).name.lower()
                yield Report(machine, "vehicle_event", {"ts": ts, "name": name, "state": state})

    def _of_cycle(self, machine: int, ts: int) -> Iterator[Report]:
        done = int(self._machines.cycles_done[machine])
        if done % _CYCLES_A_NOTE == 0:
            event = {"ts": ts, "name": "cycles_completed", "state": "once", "value": done}
            yield Report(machine, "vehicle_event", event | {"text": f"{done} cycles since key on"})

    def _position(self, machine: int, ts: int) -> Report:
        m = self._machines
        noise = np.random.default_rng([machine, ts % 2**32]).normal(0.0, 0.4, 2)
        lat = _SITE_LAT + (m.north[machine] + noise[0]) / _METRES_A_DEGREE
        lon = _SITE_LON + (m.east[machine] + noise[1]) / (_METRES_A_DEGREE * np.cos(np.radians(_SITE_LAT)))
        position = {
            "ts": ts,
            "lat": round(float(lat), 7),
            "lon": round(float(lon), 7),
            "alt": round(_ALTITUDE + 0.01 * float(m.north[machine]), 2),
            "speed": round(float(m.ground_speed[machine]), 3),
            "heading": round(float(m.heading[machine]), 1),
            "hdop": 0.8,
            "satellites": 11 + machine % 4,
        }
        return Report(machine, "vehicle_position", position)

    def _health(self, machine: int) -> Report:
        """The app's own health in a form that only its makers read."""
        return Report(machine, "client_raw", struct.pack("<4sIf", b"HLTH", machine, self._machines.elapsed))


def _of_fault(change: FaultChange, ts: int) -> Iterator[Report]:
    fault = change.fault
    dtc = {"ts": ts, "spn": fault.spn, "fmi": fault.fmi, "oc": min(change.occurrences, 126), "active": change.active}
    yield Report(change.machine, "vehicle_dtc", dtc | {"bus": 1, "sa": 0, "text": fault.text})
    ended = "" if change.active else " (over)"
    log = {"ts": ts, "level": "warning" if change.active else "info", "logger": "diagnostics"}
    yield Report(change.machine, "vehicle_log", log | {"message": fault.text + ended, "spn": fault.spn})
    event = {"ts": ts, "name": "fault", "state": "raised" if change.active else "cleared", "text": fault.text}
    severity = "critical" if fault.lamp == RED else "warning"
    yield Report(change.machine, "vehicle_event", event | {"severity": severity, "spn": fault.spn, "fmi": fault.fmi})
