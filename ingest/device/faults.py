"""Faults that come and go on the simulated machines, and what they do."""

from dataclasses import dataclass

import numpy as np

from ingest.device.excavator import Array, Excavators

AMBER, RED = "AmberWarningLamp", "RedStopLamp"


@dataclass(frozen=True, slots=True)
class Fault:
    spn: int
    fmi: int
    lamp: str
    text: str
    heat: float = 0.0  # °C on the coolant
    oil_pressure: float = 0.0  # kPa lost
    voltage: float = 0.0  # V lost


CATALOGUE = (
    Fault(110, 0, AMBER, "Engine coolant temperature far above normal", heat=40.0),
    Fault(100, 1, RED, "Engine oil pressure far below normal", oil_pressure=170.0),
    Fault(168, 4, AMBER, "Battery voltage low", voltage=4.5),
    Fault(111, 17, AMBER, "Coolant level slightly low"),
    Fault(520_201, 16, AMBER, "Hydraulic return filter nearly blocked"),
)
NONE = -1


@dataclass(frozen=True, slots=True)
class FaultChange:
    machine: int
    fault: Fault
    active: bool
    occurrences: int


class Faults:
    """At most one fault a machine at a time. The first comes within a minute, so that a fresh fleet shows one."""

    def __init__(self, machines: Excavators, seed: int) -> None:
        count = len(machines.load)
        self._machines = machines
        self._rng = np.random.default_rng([seed, 1])
        self._active = np.full(count, NONE)
        self._next = self._rng.uniform(20.0, 60.0, count)
        self._occurrences = np.zeros((count, len(CATALOGUE)), np.int64)

    def step(self) -> list[FaultChange]:
        """Raise and clear what is due, with its effects on the machines."""
        due = np.flatnonzero(self._machines.elapsed >= self._next)
        return [self._change(int(machine)) for machine in due]

    def lamps(self) -> dict[str, Array]:
        """Signals of DM1."""
        faults = [CATALOGUE[number] if number != NONE else None for number in self._active]
        count = len(faults)
        low = np.array([f.spn & 0xFFFF if f else 0 for f in faults], float)
        occurrences = np.where(self._active == NONE, 0, self._occurrences[np.arange(count), self._active])
        return {
            "ProtectLamp": np.zeros(count),
            "AmberWarningLamp": np.array([f is not None and f.lamp == AMBER for f in faults], float),
            "RedStopLamp": np.array([f is not None and f.lamp == RED for f in faults], float),
            "MalfunctionLamp": np.zeros(count),
            "TroubleSpnLow": low,
            "TroubleFmi": np.array([f.fmi if f else 0 for f in faults], float),
            "TroubleSpnHigh": np.array([f.spn >> 16 if f else 0 for f in faults], float),
            "TroubleOccurrences": np.minimum(occurrences, 126).astype(float),
            "TroubleConversion": np.zeros(count),
        }

    def _change(self, machine: int) -> FaultChange:
        number = int(self._active[machine])
        active = number == NONE
        if active:
            number = int(self._rng.integers(len(CATALOGUE)))
            self._occurrences[machine, number] += 1
            wait = self._rng.uniform(20.0, 60.0)
        else:
            wait = self._rng.exponential(240.0) + 30.0
        fault = CATALOGUE[number]
        self._active[machine] = number if active else NONE
        self._next[machine] = self._machines.elapsed + wait
        self._machines.extra_heat[machine] = fault.heat * active
        self._machines.lost_oil_pressure[machine] = fault.oil_pressure * active
        self._machines.lost_voltage[machine] = fault.voltage * active
        return FaultChange(machine, fault, active, int(self._occurrences[machine, number]))
