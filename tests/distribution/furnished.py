"""A machine of which there is something in every table, in the snapshots and in the raw store."""

from dataclasses import dataclass

from parsing.can_id import EXTENDED_FLAG
from tests.distribution.conftest import SECOND, START, SnapshotKeys, Store
from tests.distribution.recorded import NOW, Recording
from tests.distribution.test_findings import finding
from tests.distribution.test_records import LISTS, position, rows_of
from tests.distribution.test_unmodelled import frames, lines, record
from tests.pipeline.buses import Sent

HOT = 70_007
"""A rule that no other test gives a title."""

SOURCE = 255
UNREAD = "18FF1203"


@dataclass(frozen=True)
class Furnished:
    """What to ask of it."""

    signal: str
    group: int
    ts: int
    begin: int = NOW - 3600 * SECOND
    end: int = NOW + 3600 * SECOND


def furnish(store: Store, snapshots: SnapshotKeys, machine: int, device: str, group: int) -> Furnished:
    store.machine = machine
    message = f"EEC1_{group}"
    store.catalogue((group, 0, message, "EngineSpeed"))
    store.rule(HOT, "Too hot")
    store.frames(*[(group, SOURCE, START + i * SECOND, [800.0 + i], [0]) for i in range(5)])
    for table in LISTS.values():
        store.insert(table, rows_of(table)[:3])
    store.insert("finding", [finding(HOT, 1), finding(HOT, 9)])
    recording = Recording(store, machine, device)
    recording.add(lines({"message": "m", "level": "E", "battery": 1}))
    gears = [Sent(NOW + n * SECOND, 0, 0x124, bytes([5, 9])) for n in range(3)]
    record(recording, frames(EXTENDED_FLAG | int(UNREAD, 16), 20), gears)
    snapshots.row(machine, group, SOURCE, [804.0], [0])
    snapshots.position(machine, position(START) | {"machine": machine})
    snapshots.open_counts(machine, 0, 0, 1, 0)
    snapshots.contact(machine, NOW)
    return Furnished(f"{message}.EngineSpeed", group, START)
