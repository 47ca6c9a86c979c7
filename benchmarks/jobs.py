"""Backtest and re-decode beside a running system and its fleet: values a minute.

`python -m duco_cms.embedded join --data DIR -- .venv/bin/python -m benchmarks.jobs` while `make run` runs. What one of
its machines sent lately is put into the raw store many times over, each time later, under a partition that no topic
has; it is taken out again at the end, and so are the rows that the re-decode stored.
"""

import json
import time
import uuid
from datetime import UTC, datetime
from typing import Any

import django

COPIES_SECONDS = 3 * 3600
PARTITION = 60_000
MICROS = 1_000_000
DEADLINE_SECONDS = 900


def main() -> None:
    django.setup()
    from django.contrib.auth.models import User

    from duco_cms.definitions.models import Release
    from duco_cms.fleet.models import Machine
    from duco_cms.jobs.asking import Span, ask_backtest, ask_redecode

    user = User.objects.filter(is_superuser=True).first()
    machine = Machine.objects.order_by("number").first()
    live = Release.objects.live()
    if user is None or machine is None or live is None:
        raise SystemExit("there is no administrator, machine or release: is this a running system?")
    first, last, count = fill(machine.device)
    try:
        begin, end = (datetime.fromtimestamp(each / MICROS, UTC) for each in (first, last))
        span = Span([machine.number], begin, end, 0)
        told: dict[str, Any] = {"benchmark": "jobs", "envelopes": count}
        backtest = ask_backtest(user, changed(live), span, live)
        told["backtest_values_per_min"] = measured(backtest.pk)
        redecode = ask_redecode(user, backtest_done(backtest.pk), "benchmark")
        told["redecode_values_per_min"] = measured(redecode.pk)
    finally:
        empty(machine.number, first, last)
    print(json.dumps(told))


def changed(live: Any) -> Any:
    """A release of history with every scale of the live one a little larger, so that all is to be compared."""
    from django.db import transaction

    from duco_cms.definitions.artefact import canonical_json
    from duco_cms.definitions.publishing import add_release
    from duco_cms.publication.models import Publication
    from duco_cms.publication.models.publication import Kind

    content = json.loads(live.content)
    for messages in (each["messages"] for each in content["sets"]):
        for signal in (each for message in messages for group in message["groups"] for each in group["signals"]):
            signal["scale"] *= 1.0625
    with transaction.atomic():
        release = add_release(canonical_json(content), None, "benchmark", live.format)
        Publication.objects.create(release=release, kind=Kind.REDECODE, origin=live)
    return release


def measured(job: int) -> int:
    from duco_cms.jobs.found import progress_of
    from duco_cms.jobs.models import Job
    from duco_cms.jobs.models.job import GOING_ON, State

    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        found = Job.objects.get(pk=job)
        if found.state not in GOING_ON:
            break
        time.sleep(0.2)
    if found.state != State.DONE or found.ended is None or found.started is None:
        raise SystemExit(f"{found} is {found.get_state_display()}: {found.error}")
    seconds = (found.ended - found.started).total_seconds()
    values = progress_of(found).values
    print(f"{found}: {values:,} values in {seconds:.1f} s")
    return round(values / seconds * 60)


def backtest_done(job: int) -> Any:
    from duco_cms.jobs.models import Job

    return Job.objects.headers().get(pk=job)


def fill(device: str) -> tuple[int, int, int]:
    """First and last time received, µs, and how many envelopes."""
    import pyarrow as pa

    from distribution.queries.raw import RawReader
    from distribution.schema import raw_data_cache_store
    from distribution.writers.clickhouse_store import ClickHouseStore
    from distribution.writers.raw_store import ENVELOPE

    now = time.time_ns() // 1000
    seen = [each for page in RawReader(device).between(now - 300 * MICROS, now) for each in page]
    seen = [each for each in seen if each.headers["kind"] == "vehicle_can"]
    if not seen:
        raise SystemExit(f"{device} has sent nothing in the last five minutes")
    length = seen[-1].received - seen[0].received + MICROS
    begin = now - 4 * 3600 * MICROS
    number = 0
    for copy in range(COPIES_SECONDS * MICROS // length):
        shift = begin + copy * length - seen[0].received
        rows = []
        for each in seen:
            number += 1
            rows.append(_row(each, shift, number))
        table = pa.Table.from_pylist(rows, ENVELOPE)
        ClickHouseStore().insert(raw_data_cache_store("envelope"), table, uuid.uuid4().hex)
    return begin, begin + COPIES_SECONDS * MICROS, number


def _row(record: Any, shift: int, number: int) -> dict[str, Any]:
    import msgpack

    body = msgpack.unpackb(record.body)
    body["t0"] += shift
    headers = record.headers
    return {
        "partition": PARTITION, "offset": number, "origin": headers.get("origin", ""), "message_id": str(uuid.uuid4()),
        "device": headers["device"], "kind": headers["kind"], "content_type": headers.get("content-type", ""),
        "content_encoding": "", "realtime": 0, "enqueued": None, "received": record.received + shift,
        "properties": [], "body": msgpack.packb(body),
    }  # fmt: skip


def empty(machine: int, first: int, last: int) -> None:
    from distribution.clickhouse import connect
    from distribution.jobs.redecode import REPLACED
    from distribution.schema import ce_technology, raw_data_cache_store

    client = connect()
    client.command(f"DELETE FROM {raw_data_cache_store('envelope')} WHERE partition = {PARTITION}")
    client.command(f"DELETE FROM {ce_technology('envelope')} WHERE partition = {PARTITION}")
    received = f"toUnixTimestamp64Micro(received) BETWEEN {first} AND {last}"
    for table in REPLACED:
        client.command(f"DELETE FROM {ce_technology(table)} WHERE machine = {machine} AND {received}")


if __name__ == "__main__":
    main()
