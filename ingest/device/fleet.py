"""The simulated fleet on a schedule: what each machine publishes, and when."""

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ingest.device.encoding import MessageEncoder, load_encoders
from ingest.device.envelopes import DeviceEnvelope, can_envelope, object_envelope, raw_envelope
from ingest.device.excavator import Excavators
from ingest.device.faults import Faults
from ingest.device.reports import Reporter
from ingest.device.signals import signals_of
from ingest.frames import CanFrames

DEMO_DBC = Path(__file__).parent / "demo" / "excavator.dbc"
BUS = 1
_SECOND = 1_000_000
# A frame of 8 bytes takes about 270 µs on a bus of 500 kbit/s.
_FRAME_TIME = 270


def device_name(machine: int) -> str:
    """`ex-0001` for machine 0."""
    return f"ex-{machine + 1:04d}"


class SimulatedFleet:
    """Steps all machines together and gives their envelopes.

    The cycle times of the DBC are stretched alike, so that each machine sends `rate` frames a second.
    """

    def __init__(self, count: int, rate: float, seed: int, start: int, *, envelope_rate: float, realtime: bool) -> None:
        self._messages = load_encoders(DEMO_DBC)
        fastest = min(pages[0].period for pages in self._messages)
        natural = sum(_SECOND / pages[0].period for pages in self._messages)
        self.step_time = max(int(fastest * natural / rate), 1)  # µs
        self.steps: int = max(round(_SECOND / envelope_rate / self.step_time), 1)
        self._every = [round(pages[0].period / fastest) for pages in self._messages]
        self._machines = Excavators(count, seed)
        self._faults = Faults(self._machines, seed)
        self._reporter = Reporter(self._machines, self._faults)
        self._realtime = realtime
        self._time, self._step = start, 0
        # Machines are not in step with each other, frames of one follow each other on the bus.
        self._phase = self._machines.rng.integers(0, max(self.step_time // 2, 1), count)
        self._spacing = min(_FRAME_TIME, self.step_time // (2 * len(self._messages)))

    @property
    def tick_time(self) -> int:
        """µs that one `tick` covers."""
        return self.step_time * self.steps

    def tick(self) -> Iterator[tuple[str, DeviceEnvelope]]:
        """All that the machines publish over the next `tick_time`, each machine's in the order of time."""
        ids: list[int] = []
        offsets: list[int] = []
        payloads: list[NDArray[np.uint8]] = []
        reports: dict[tuple[int, str], list[Any]] = defaultdict(list)
        start = self._time
        for _ in range(self.steps):
            self._machines.step(self.step_time / _SECOND)
            for report in self._reporter.step(self._time):
                reports[report.machine, report.kind].append(report.content)
            due = self._due()
            values = signals_of(self._machines, self._faults) if due else {}
            for number, encoder in enumerate(due):
                ids.append(encoder.can_id)
                offsets.append(self._time - start + number * self._spacing)
                payloads.append(encoder.encode(values, len(self._phase)))
            self._time += self.step_time
            self._step += 1
        if ids:
            yield from self._can_envelopes(start, ids, offsets, payloads)
        for (machine, kind), contents in reports.items():
            for envelope in self._report_envelopes(kind, contents):
                yield device_name(machine), envelope

    def _due(self) -> list[MessageEncoder]:
        due = []
        for number, (pages, every) in enumerate(zip(self._messages, self._every, strict=True)):
            turn, rest = divmod(self._step + number, every)
            if rest == 0:
                due.append(pages[turn % len(pages)])
        return due

    def _can_envelopes(
        self, start: int, ids: list[int], offsets: list[int], payloads: list[NDArray[np.uint8]]
    ) -> Iterator[tuple[str, DeviceEnvelope]]:
        n = len(ids)
        bus, can_id = np.full(n, BUS, np.uint8), np.array(ids, np.uint32)
        length, ts = np.full(n, 8, np.uint8), np.array(offsets, np.int64) + start
        data = np.stack(payloads, axis=1)  # machine, frame, byte
        for machine, phase in enumerate(self._phase):
            frames = CanFrames(bus, can_id, ts + phase, length, data[machine])
            yield device_name(machine), can_envelope(frames, realtime=self._realtime)

    def _report_envelopes(self, kind: str, contents: list[Any]) -> Iterator[DeviceEnvelope]:
        if kind == "client_raw":
            yield from map(raw_envelope, contents)
        else:
            yield object_envelope(kind, contents, realtime=self._realtime)
