"""`make run` as a person starts it: its own servers, its own data, watched from outside."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import clickhouse_connect
import pytest
from confluent_kafka import Consumer, TopicPartition

from duco_cms.embedded.layout import layout_at
from duco_cms.embedded.supervision import ProcessState, Supervisor
from duco_cms.environment import BASE_DIR, Environment
from ingest.iothub.headers import decode_headers
from ingest.streaming.config import reader_config
from tests.pipeline.ledger import Stores

START_SECONDS = 180
RETURN_SECONDS = 90


@dataclass
class RunningSystem:
    var: Path
    more: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen = field(init=False)
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        mine = {name.upper() for name in Environment.model_fields}
        # Nothing of the servers that the tests themselves run on: everything is to be its own.
        environment = {name: value for name, value in os.environ.items() if name not in mine | {"CI"}} | self.more
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "duco_cms.embedded", "run", "--data", str(self.var)],
            cwd=BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        self.lines.extend(self.process.stdout)

    @property
    def supervisor(self) -> Supervisor:
        return Supervisor(layout_at(self.var), self.process)

    def states(self) -> dict[str, ProcessState]:
        return {state.name: state for state in self.supervisor.states()}

    def wait_for(self, what: str, holds: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline or self.process.poll() is not None:
                pytest.fail(f"{what} does not hold after {seconds:g} s\n" + "".join(self.lines[-60:]))
            time.sleep(0.2)  # between two looks; the deadline decides

    def wait_until_started(self) -> None:
        self.wait_for(
            "the banner", lambda: any("/sign-in" in line or "Sign in" in line for line in self.lines), START_SECONDS
        )

    def kill(self, name: str) -> set[str]:
        """SIGKILL; returns when the process runs again, with the names of the others that had to start anew too."""
        before = self.states()
        os.kill(before[name].pid, signal.SIGKILL)

        def returned() -> bool:
            now = self.states()[name]
            return now.state == "RUNNING" and now.pid not in (0, before[name].pid)

        self.wait_for(f"{name} is back", returned, RETURN_SECONDS)
        return {other for other, state in self.states().items() if other != name and state.pid != before[other].pid}

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(120)

    def stores(self) -> Stores:
        environment = self.environment()
        return Stores(
            environment["KAFKA_BOOTSTRAP_SERVERS"],
            environment.get("KAFKA_TOPIC_PREFIX", "duco."),
            int(environment.get("KAFKA_PARTITIONS", "4")),
            clickhouse_connect.get_client(dsn=environment["CLICKHOUSE_URL"], autogenerate_session_id=False),
            "",
            environment["REALTIME_REDIS_URL"],
            environment.get("REDIS_PREFIX", "duco:"),
        )

    def environment(self) -> dict[str, str]:
        """That of the workers, as the kernel knows it."""
        pid = self.states()["process"].pid
        text = Path(f"/proc/{pid}/environ").read_text()
        return dict(re.findall(r"([^=\0]+)=([^\0]*)", text))


def hub_message_ids(stores: Stores) -> Counter[str]:
    """Of everything that devices published; read to the end as it is now."""
    consumer = Consumer(reader_config(stores.servers))
    found: Counter[str] = Counter()
    try:
        for partition in range(stores.partitions):
            place = TopicPartition(f"{stores.prefix}hub", partition, 0)
            end = consumer.get_watermark_offsets(place, timeout=30)[1]
            consumer.assign([place])
            offset = 0
            while offset < end:
                message = consumer.poll(30)
                assert message is not None, f"{offset} of {end} are read of partition {partition}"
                # Of the time before the broker was back.
                if message.error() is None:
                    found[decode_headers(message.headers()).message_id or ""] += 1
                    offset = message.offset() + 1
    finally:
        consumer.close()
    return found
