"""How excavators move, work and warm up: a believable model, stepped for a whole fleet at once."""

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Activity(IntEnum):
    KEY_ON = 0
    CRANKING = 1
    IDLE = 2
    WORKING = 3
    TRAVELLING = 4


# One cycle of dig, swing loaded, dump and swing empty; 0 to 1 over its time.
_AT = np.array([0.0, 0.30, 0.48, 0.62, 0.88, 1.0])
_BOOM = np.array([-18.0, -8.0, 36.0, 40.0, -4.0, -18.0])  # deg
_ARM = np.array([-48.0, -112.0, -96.0, -58.0, -52.0, -48.0])
_BUCKET = np.array([2.0, -104.0, -112.0, 14.0, 8.0, 2.0])
_SWING = np.array([0.0, 0.0, 92.0, 95.0, 6.0, 0.0])
_LOAD = np.array([0.55, 0.96, 0.88, 0.38, 0.46, 0.55])  # of the engine's power
_PAYLOAD = np.array([0.0, 0.7, 1.0, 0.9, 0.0, 0.0])  # of a full bucket
_PHASE_ENDS = _AT[1:5]

_BOOM_LENGTH, _ARM_LENGTH, _PIN_HEIGHT = 6.0, 2.9, 1.9  # m
_LOW_IDLE, _HIGH_IDLE, _CRANK_SPEED = 800.0, 1850.0, 190.0  # rpm
_TRAVEL_SPEED = 0.9  # m/s
_TANK = 400.0  # L
_BUCKET_MASS = 2200.0  # kg
_AMBIENT = 14.0  # °C
_REFUEL_BELOW, _REFUEL_TO = 8.0, 95.0  # %
# Seconds an activity lasts, from and to.
_DURATIONS = {
    Activity.KEY_ON: (2.0, 5.0),
    Activity.CRANKING: (1.0, 2.5),
    Activity.IDLE: (10.0, 40.0),
    Activity.WORKING: (60.0, 240.0),
    Activity.TRAVELLING: (8.0, 30.0),
}


class Excavators:
    """State of `count` machines; every attribute is an array with one element a machine.

    Deterministic: the same count, seed and steps give the same values.
    """

    def __init__(self, count: int, seed: int) -> None:
        self.rng = rng = np.random.default_rng(seed)
        self.elapsed = 0.0  # s
        self.activity = np.full(count, Activity.KEY_ON, np.int64)
        self.until = rng.uniform(*_DURATIONS[Activity.KEY_ON], count)
        self.cycle_time = rng.uniform(14.0, 19.0, count)
        self.cycle = rng.uniform(0.0, 1.0, count)
        self.cycles_done = np.zeros(count)
        self.base_heading = rng.uniform(0.0, 360.0, count)
        self.load, self.speed = np.zeros(count), np.zeros(count)
        self.coolant = rng.uniform(20.0, 70.0, count)
        self.oil = self.coolant - 2.0
        self.hydraulic_oil = rng.uniform(15.0, 45.0, count)
        self.hours = rng.uniform(300.0, 9000.0, count)
        self.revolutions = self.hours * 60.0 * 1500.0
        self.fuel_used = self.hours * 14.0
        self.trip_fuel = np.zeros(count)
        self.fuel_rate = np.zeros(count)
        self.fuel_level = rng.uniform(20.0, 95.0, count)
        self.total_payload = np.zeros(count)
        self.heading = rng.uniform(0.0, 360.0, count)
        self.ground_speed = np.zeros(count)
        self.east, self.north = rng.uniform(-300.0, 300.0, (2, count))
        self.pitch, self.roll = rng.normal(0.0, 2.0, (2, count))
        self.angles = self._pose()
        self.rates = np.zeros_like(self.angles)  # deg/s of boom, arm, bucket, swing
        # What faults do to a machine; set from outside.
        self.extra_heat, self.lost_oil_pressure, self.lost_voltage = np.zeros((3, count))

    def step(self, seconds: float) -> None:
        self.elapsed += seconds
        self._change_activity()
        self._move_front(seconds)
        self._run_engine(seconds)
        self._warm(seconds)
        self._drive(seconds)

    @property
    def running(self) -> NDArray[np.bool_]:
        return np.asarray(self.activity >= Activity.IDLE)

    @property
    def working(self) -> NDArray[np.bool_]:
        return np.asarray(self.activity == Activity.WORKING)

    @property
    def travelling(self) -> NDArray[np.bool_]:
        return np.asarray(self.activity == Activity.TRAVELLING)

    @property
    def phase(self) -> Array:
        """CyclePhase of the DBC."""
        phase = np.minimum(np.searchsorted(_PHASE_ENDS, self.cycle, "right"), 3) + 1.0
        return np.where(self.working, phase, np.where(self.travelling, 5.0, 0.0))

    @property
    def payload(self) -> Array:
        return np.where(self.working, np.interp(self.cycle, _AT, _PAYLOAD), 0.0) * _BUCKET_MASS

    @property
    def bucket_height(self) -> Array:
        boom, arm = np.radians(self.angles[0]), np.radians(self.angles[0] + self.angles[1])
        height: Array = _PIN_HEIGHT + _BOOM_LENGTH * np.sin(boom) + _ARM_LENGTH * np.sin(arm)
        return height

    def _change_activity(self) -> None:
        for machine in np.flatnonzero(self.elapsed >= self.until):
            following = self._following(Activity(self.activity[machine]))
            self.activity[machine] = following
            self.until[machine] = self.elapsed + self.rng.uniform(*_DURATIONS[following])
            if following == Activity.TRAVELLING:
                self.heading[machine] = self.rng.uniform(0.0, 360.0)
            if following == Activity.IDLE and self.fuel_level[machine] < _REFUEL_BELOW:
                self.fuel_level[machine] = _REFUEL_TO

    def _following(self, activity: Activity) -> Activity:
        match activity:
            case Activity.KEY_ON:
                return Activity.CRANKING
            case Activity.CRANKING:
                return Activity.IDLE
            case Activity.WORKING:
                return Activity.TRAVELLING if self.rng.random() < 0.5 else Activity.IDLE  # noqa: PLR2004 - even odds
        return Activity.WORKING

    def _move_front(self, seconds: float) -> None:
        self.cycle += np.where(self.working, seconds / self.cycle_time, 0.0)
        done = self.cycle >= 1.0
        self.cycles_done += done
        self.total_payload += done * _BUCKET_MASS * self.rng.uniform(0.75, 1.0, len(done)) / 1000.0
        self.cycle %= 1.0
        pose = self._pose()
        turned = pose - self.angles
        turned[3] = (turned[3] + 180.0) % 360.0 - 180.0
        self.rates = turned / seconds
        self.angles = pose

    def _pose(self) -> Array:
        front = [np.interp(self.cycle, _AT, track) for track in (_BOOM, _ARM, _BUCKET, _SWING)]
        front[3] = (front[3] + self.base_heading) % 360.0
        return np.array(front)

    def _run_engine(self, seconds: float) -> None:
        noise = self.rng.normal(0.0, 0.02, len(self.load))
        wanted = np.choose(self.activity, [0.0, 0.3, 0.08, np.interp(self.cycle, _AT, _LOAD), 0.55])
        self.load += (np.clip(wanted + noise, 0.0, 1.0) - self.load) * _reached(seconds, 0.35)
        # The governor gives way a little under load.
        governed = np.choose(self.activity, [0.0, _CRANK_SPEED, _LOW_IDLE, _HIGH_IDLE, _HIGH_IDLE])
        droop = np.where(self.activity >= Activity.WORKING, 130.0 * self.load, 0.0)
        self.speed += (governed - droop + noise * 150.0 * (governed > 0.0) - self.speed) * _reached(seconds, 0.7)
        self.speed = np.maximum(self.speed, 0.0)
        self.fuel_rate = self.running * (1.2 + 36.0 * self.load * self.speed / _HIGH_IDLE)
        burnt = self.fuel_rate * seconds / 3600.0
        self.fuel_used += burnt
        self.trip_fuel += burnt
        self.fuel_level = np.maximum(self.fuel_level - 100.0 * burnt / _TANK, 0.0)
        self.hours += self.running * seconds / 3600.0
        self.revolutions += self.speed * seconds / 60.0

    def _warm(self, seconds: float) -> None:
        coolant = np.where(self.running, 82.0 + 9.0 * self.load, _AMBIENT) + self.extra_heat
        self.coolant += (coolant - self.coolant) * _reached(seconds, 150.0)
        self.oil += (self.coolant + 9.0 * self.load - self.oil) * _reached(seconds, 200.0)
        hydraulic = np.where(self.running, 38.0 + 34.0 * self.load, _AMBIENT)
        self.hydraulic_oil += (hydraulic - self.hydraulic_oil) * _reached(seconds, 300.0)

    def _drive(self, seconds: float) -> None:
        self.ground_speed += (np.where(self.travelling, _TRAVEL_SPEED, 0.0) - self.ground_speed) * _reached(
            seconds, 0.8
        )
        self.heading = (self.heading + self.travelling * self.rng.normal(0.0, 4.0, len(self.heading)) * seconds) % 360.0
        way = self.ground_speed * seconds
        self.east += way * np.sin(np.radians(self.heading))
        self.north += way * np.cos(np.radians(self.heading))
        moved = self.ground_speed > 0.05  # noqa: PLR2004 - m/s, the slope changes only under way
        drift = self.rng.normal(0.0, 0.15, (2, len(moved))) * moved * seconds
        self.pitch, self.roll = np.clip((self.pitch + drift[0], self.roll + drift[1]), -12.0, 12.0)


def _reached(seconds: float, time_constant: float) -> float:
    """Share of the way to its goal that a first-order lag makes in one step."""
    return float(1.0 - np.exp(-seconds / time_constant))
