"""A recorded log as five machines would publish it now, again and again, at the pace at which it was recorded."""

import threading
import time
from dataclasses import replace
from pathlib import Path

from ingest.device.envelopes import can_envelope
from ingest.device.packer import Packer
from ingest.device.publisher import HubPublisher
from ingest.logs import read_log


class Feed(threading.Thread):
    """Publishes until it is stopped."""

    def __init__(self, log: Path, devices: list[str], servers: str, topic: str) -> None:
        super().__init__(name="feed", daemon=True)
        frames = read_log(log)
        packer = Packer()
        self._parts = [*packer.add(frames), *packer.flush()]
        self._began = int(frames.ts.min())
        self._length = int(frames.ts.max()) - self._began + 1
        self._devices, self._servers, self._topic = devices, servers, topic
        self._stopped = threading.Event()

    def run(self) -> None:
        start = time.time_ns() // 1000
        with HubPublisher(self._servers, self._topic) as hub:
            while True:
                for part in self._parts:
                    moved = replace(part, ts=part.ts - self._began + start)
                    if self._stopped.wait(max(int(moved.ts[-1]) / 1e6 - time.time(), 0.0)):
                        return
                    for device in self._devices:
                        hub.publish(device, can_envelope(moved, realtime=True))
                start += self._length

    def stop(self) -> None:
        self._stopped.set()
        self.join(10)
