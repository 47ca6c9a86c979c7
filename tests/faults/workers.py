"""Worker processes as the supervisor starts them, and the points at which the campaign kills them."""

import subprocess
import threading

from tests.pipeline.deployments import Site

KILLED = -9
DEADLINE_SECONDS = 120

POINTS = {
    "ingest": [
        "collect.assigning:1", "collect.polled:2", "collect.begun:1", "collect.record:3", "collect.produced:1",
        "collect.flushed:2", "collect.before_commit:2", "collect.committed:1", "collect.shown:1", "collect.record:17",
    ],
    "process": [
        "process.assigning:2", "process.polled:2", "process.begun:1", "process.parsed:2", "process.dead_letter:1",
        "process.state:2", "process.produced:1", "process.flushed:2", "process.before_commit:2", "process.committed:1",
    ],
    "distribute": [
        "history.assigning:1", "history.filled:2", "history.planned:1", "history.table:1", "history.inserted:2",
        "history.committed:1", "raw_store.planned:1", "raw_store.inserted:1", "snapshot.written:2",
        "snapshot.committed:1",
    ],
}  # fmt: skip


class Campaign(threading.Thread):
    """Starts one kind of worker again and again, each time to die at its next point; the last one lives."""

    def __init__(self, site: Site, command: str) -> None:
        super().__init__(name=f"campaign-{command}")
        self._site = site
        self.command = command
        self.deaths: list[str] = []
        self.missed: list[str] = []
        self.survivor: subprocess.Popen | None = None

    def run(self) -> None:
        for point in POINTS[self.command]:
            process = self._site.start(self.command, point)
            try:
                status = process.wait(DEADLINE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                self.missed.append(f"{point}: not reached in {DEADLINE_SECONDS} s")
                continue
            if status == KILLED:
                self.deaths.append(point)
            else:
                self.missed.append(f"{point}: exit status {status}")
                return  # a worker that fails by itself: no use in going on
        self.survivor = self._site.start(self.command)
