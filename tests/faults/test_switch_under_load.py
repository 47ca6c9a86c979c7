"""A release, and the way back from it, while a fleet publishes: every worker follows within seconds, and each row is
what the release that it names gives.
"""

import copy
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import override_settings

from distribution.queries.raw import RawReader
from duco_cms.definitions.models import Release
from duco_cms.definitions.publishing import announce
from duco_cms.fleet.models import Machine, MachineModel, Organisation
from duco_cms.publication.going_back import roll_back
from duco_cms.publication.running import running_counts
from ingest.decoding.decode import decode
from ingest.decoding.outcome import Decoded
from ingest.meta.catalogue import Catalogue
from ingest.meta.directory import load_directory
from parsing.j1939 import J1939Listener
from parsing.release import load_release
from tests.cms.callers import make_release
from tests.faults.fleet import DEVICES, Published
from tests.pipeline.catalogue import CONTENT, MODEL, directory, release
from tests.pipeline.deployments import Deployment

pytestmark = [
    pytest.mark.faults,
    pytest.mark.kafka,
    pytest.mark.clickhouse,
    pytest.mark.redis,
    pytest.mark.django_db(transaction=True),
    pytest.mark.timeout(600),
]

PROCESSORS = ("first", "second")
MOST_SECONDS = 10.0
BATCH = 100

WRONG: dict[str, Any] = copy.deepcopy(CONTENT)
WRONG["sets"][0]["messages"][0]["groups"][0]["signals"][1]["scale"] = 0.25
CONTENTS = {1: CONTENT, 2: WRONG, 3: CONTENT}


@pytest.fixture
def deployment(new_deployment: Callable[..., Deployment], live_server: Any) -> Deployment:
    """With the Meta API of this process, which has the same machines and the first release."""
    model = MachineModel.objects.create(id=MODEL, name="EX-1")
    owner = Organisation.objects.create(name="Owner")
    for number, device in enumerate(DEVICES, start=1):
        Machine.objects.create(number=number, device=device, name=device, model=model, organisation=owner)
    make_release(1, CONTENT)
    made = new_deployment(DEVICES)
    made.site.environment["META_API_URL"] = live_server.url
    return made


class Load(threading.Thread):
    """Publishes until it is stopped."""

    def __init__(self, deployment: Deployment) -> None:
        super().__init__(name="load")
        self._deployment, self._stopped = deployment, threading.Event()
        self.published = Published()

    def run(self) -> None:
        while not self._stopped.wait(0.05):
            self.published.publish(self._deployment, BATCH)

    def stop(self) -> int:
        self._stopped.set()
        self.join()
        return len(self.published.message_ids)


def followed(deployment: Deployment, number: int, workers: int) -> float:
    """Seconds until so many workers say that they decode with it, and with nothing else."""
    began = time.monotonic()

    def all_do() -> bool:
        counts = {each.release: each.workers for each in running_counts() if each.workers}
        return counts == {number: workers}

    deployment.wait_for(f"release {number} on {workers} workers", all_do)
    return time.monotonic() - began


def stored_by(deployment: Deployment, number: int) -> bool:
    table = f"{deployment.stores.database_prefix}ce_technology.frame_values"
    sql = f"SELECT uniqExact(machine) FROM {table} WHERE `release` = {number}"  # noqa: S608 - our own names
    return bool(deployment.stores.clickhouse.query(sql).result_rows[0][0] == len(DEVICES))


def wanted(deployment: Deployment) -> Iterator[tuple[Any, ...]]:
    """What each envelope gives by the release that the ledger names, the machine's listener going on from one to the
    next.
    """
    ledger = deployment.stores.select("partition, offset, release", "ce_technology", "envelope", "1")
    by_place = {(partition, offset): number for partition, offset, number in ledger}
    machines = MappingProxyType(load_directory(directory(DEVICES).body))
    catalogues = {
        number: Catalogue(load_release(release(number, content).body), machines) for number, content in CONTENTS.items()
    }
    for device in DEVICES:
        listener = J1939Listener()
        for page in RawReader(device).between(0, 2**62):
            for record in page:
                number = by_place.get((record.partition, record.offset), 1)
                decoded = decode([record], catalogues[number], lambda _, heard=listener: heard, lambda _: {})
                yield from rows_of(decoded)


def rows_of(decoded: Decoded) -> Iterator[tuple[Any, ...]]:
    for block in decoded.blocks:
        for row in range(len(block.ts)):
            machine = decoded.envelopes[int(block.envelope[row])].machine
            yield (
                machine, block.group, int(block.source[row]), int(block.ts[row]), int(block.ordinal[row]),
                tuple(block.values[row].tolist()), tuple(block.qualities[row].tolist()), decoded.release,
            )  # fmt: skip


def test_all_workers_go_back_in_time_and_no_row_is_of_two_minds(deployment: Deployment) -> None:
    user = get_user_model().objects.create_superuser("ada", password="p")
    site, load = deployment.site, Load(deployment)
    workers = [site.start("ingest"), site.start("distribute")]
    workers += [site.start("process", worker=name) for name in PROCESSORS]
    with override_settings(**deployment.settings):
        try:
            # `ingest` decodes for the live lane, so it says what it runs too.
            followed(deployment, 1, len(PROCESSORS) + 1)
            load.start()
            deployment.wait_for("rows of release 1", lambda: stored_by(deployment, 1))
            with transaction.atomic():
                announce(make_release(2, WRONG))
            forth = followed(deployment, 2, len(PROCESSORS) + 1)
            deployment.wait_for("rows of release 2", lambda: stored_by(deployment, 2))
            roll_back(Release.objects.get(pk=1), user, "twice too fast", live=2)
            back = followed(deployment, 3, len(PROCESSORS) + 1)
            deployment.wait_for("rows of release 3", lambda: stored_by(deployment, 3))
            deployment.settle(load.stop())
        finally:
            load.stop() if load.is_alive() else None
            for worker in workers:
                worker.terminate()
            statuses = [worker.wait(60) for worker in workers]
        assert statuses == [0] * len(workers), "none was restarted for it"
        assert max(forth, back) < MOST_SECONDS
        kept = [
            (machine, group, source, micros(ts), ordinal, tuple(values), tuple(qualities), number)
            for machine, group, source, ts, ordinal, values, qualities, number in deployment.stores.values()
        ]
        assert sorted(kept, key=str) == sorted(wanted(deployment), key=str)
    by_machine = defaultdict(set)
    for row in kept:
        by_machine[row[0]].add(row[-1])
    assert set(map(frozenset, by_machine.values())) == {frozenset({1, 2, 3})}


def micros(moment: Any) -> int:
    return round(moment.timestamp() * 1_000_000)
