"""The whole pipeline on this machine: envelopes on the hub's topic → rows in ClickHouse, three worker processes.

Needs the servers (`make bench` starts them). The clock runs from the workers' first record in `raw` to the last row
in the ledger, so it leaves out their start.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
DEVICES = [f"machine-{number}" for number in range(200)]
ENVELOPES = 20_000
FRAMES = 100
WORKERS = ("ingest", "process", "distribute")
DEADLINE_SECONDS = 300


def publish(servers: str, topic: str) -> None:
    import numpy as np

    from ingest.device.campaign import numbered_envelopes
    from ingest.device.publisher import HubPublisher
    from ingest.frames import CanFrames
    from tests.pipeline.catalogue import EEC1, GEAR, STATUS

    ids = np.array([EEC1 | 1 << 31, STATUS | 1 << 31, GEAR, EEC1 | 1 << 31], np.uint32)

    def frames_of(_device: str, number: int) -> CanFrames:
        rng = np.random.default_rng(number)
        data = rng.integers(0, 250, (FRAMES, 8), np.uint8)
        data[:, 0] %= 4
        ts = 1_700_000_000_000_000 + number * 1_000_000 + np.arange(FRAMES) * 10_000
        return CanFrames(
            np.zeros(FRAMES, np.uint8), np.resize(ids, FRAMES), ts.astype(np.int64), np.full(FRAMES, 8, np.uint8), data
        )

    with HubPublisher(servers, topic) as hub:
        for each in numbered_envelopes(1, DEVICES, range(ENVELOPES), frames_of):
            hub.publish(each.device, each.envelope)


def main() -> None:
    name, var = f"bench{uuid.uuid4().hex[:6]}", Path(tempfile.mkdtemp())
    os.environ |= {
        "DUCO_VAR": str(var), "KAFKA_TOPIC_PREFIX": f"{name}.", "CLICKHOUSE_DATABASE_PREFIX": f"{name}_",
        "REDIS_PREFIX": f"{name}:", "META_API_URL": "http://127.0.0.1:9",
        "DJANGO_SETTINGS_MODULE": "duco_cms.settings",
    }  # fmt: skip
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from distribution.clickhouse import connect
    from tests.pipeline.catalogue import give_copies

    give_copies(var, DEVICES)
    call_command("create_topics")
    call_command("migrate_clickhouse")
    publish(settings.KAFKA_BOOTSTRAP_SERVERS, f"{name}.hub")
    client = connect()
    with (var / "workers.log").open("wb") as log:
        workers = [
            subprocess.Popen([sys.executable, "manage.py", command], cwd=ROOT, stdout=log, stderr=log)
            for command in WORKERS
        ]
    try:
        seconds = _measure(client, name)
    finally:
        for worker in workers:
            worker.terminate()
        for worker in workers:
            worker.wait(30)
    values = client.query(f"SELECT sum(length(values)) FROM {name}_ce_technology.frame_values").result_rows[0][0]
    for database in ("ce_technology", "raw_data_cache_store"):
        client.command(f"DROP DATABASE {name}_{database}")
    result = {
        "benchmark": "pipeline",
        "envelopes_per_s": round(ENVELOPES / seconds),
        "frames_per_s": round(ENVELOPES * FRAMES / seconds),
        "values_per_s": round(values / seconds),
        "seconds": round(seconds, 2),
    }
    print(json.dumps(result))


def _measure(client: object, name: str) -> float:
    """From the first envelope's received time to the moment the last one's rows can be read."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    query = f"SELECT count(), toUnixTimestamp64Micro(min(received)) FROM {name}_ce_technology.envelope"
    while time.monotonic() < deadline:
        count, first = client.query(query).result_rows[0]  # type: ignore[attr-defined]
        if count >= ENVELOPES:
            return time.time() - first / 1e6
        time.sleep(0.1)
    raise SystemExit(f"the pipeline is not through after {DEADLINE_SECONDS} s")


if __name__ == "__main__":
    main()
