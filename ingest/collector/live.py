"""The provisional live lane: what is marked real-time, decoded at once and published to RealTime Redis.

It keeps nothing, is never late and promises nothing: a full queue drops the oldest, an unreachable Redis drops the
newest, and what `process` stores is the truth. Its J1939 listeners hear real-time envelopes alone and its judges of
objects see no others; both forget.
"""

import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any, Self

import msgpack
import numpy as np
import redis
import structlog

from ingest.decoding.decode import decode
from ingest.decoding.outcome import Block, Decoded, FoundByRule
from ingest.decoding.records import RawRecord
from ingest.decoding.rules import NOTHING, RuleLane, RuleMemory
from ingest.envelope import EventObject, OpenedObjects, PositionObject, is_realtime
from ingest.meta.follower import MetaFollower
from parsing.j1939 import J1939Listener, Occurrence
from parsing.objects.judging import Trail
from parsing.rules.compiled import CompiledRule

log = structlog.get_logger(__name__)

QUEUED_BATCHES = 64
MOST_MACHINES = 1_024  # with a listener, with trails; the one longest unheard of gives way
VERSION = 1


class LiveLane:
    """A thread that publishes; `offer` never waits."""

    def __init__(self, redis_url: str, redis_prefix: str, follower: MetaFollower) -> None:
        self._redis = redis.Redis.from_url(redis_url, socket_timeout=5, socket_connect_timeout=5)
        self._prefix = redis_prefix
        self._follower = follower
        self._queue: queue.Queue[list[RawRecord] | None] = queue.Queue(QUEUED_BATCHES)
        self._listeners = Listeners()
        self._trails = LastTrails()
        self._rules = RuleLane(lateness=0)
        self._memories = LastMemories(self._rules.forget)
        self._thread = threading.Thread(target=self._run, name="live", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._put(None)
        self._thread.join(5)
        self._redis.close()

    def offer(self, records: list[RawRecord]) -> None:
        """Take over the batch's real-time envelopes; the oldest batch gives way when the queue is full.

        Raises RuntimeError where the thread has died: the process starts anew rather than go on without live values.
        """
        if not self._thread.is_alive():
            raise RuntimeError("the live lane has died; its last words are above")
        wanted = [record for record in records if is_realtime(record.headers)]
        if wanted:
            self._put(wanted)

    def _put(self, batch: list[RawRecord] | None) -> None:
        while True:
            try:
                self._queue.put_nowait(batch)
            except queue.Full:
                try:
                    self._queue.get_nowait()
                except queue.Empty:
                    continue
            else:
                return

    def _run(self) -> None:
        while True:
            batch = self._queue.get()
            if batch is None:
                return
            catalogue = self._follower.current()
            if catalogue is None:
                continue
            try:
                decoded = decode(batch, catalogue, self._listeners.of, self._trails.of)
                self._trails.keep(decoded)
                self._memories.keep(self._rules.run(decoded, catalogue, self._memories.of))
                self._publish(decoded)
            except redis.RedisError as error:
                log.warning("live values dropped: Redis does not answer", error=repr(error))
                time.sleep(0.2)

    def _publish(self, decoded: Decoded) -> None:
        notices = live_notices(decoded)
        if not notices:
            return
        with self._redis.pipeline(transaction=False) as pipeline:
            for machine, notice in notices.items():
                pipeline.publish(f"{self._prefix}live:{machine}", msgpack.packb(notice))
            pipeline.execute()


class Listeners:
    """The J1939 listeners of the machines last heard of."""

    def __init__(self) -> None:
        self._listeners: OrderedDict[int, J1939Listener] = OrderedDict()

    def of(self, machine: int) -> J1939Listener:
        listener = self._listeners.setdefault(machine, J1939Listener())
        self._listeners.move_to_end(machine)
        if len(self._listeners) > MOST_MACHINES:
            self._listeners.popitem(last=False)
        return listener


class LastTrails:
    """The trails of the machines whose objects were judged last."""

    def __init__(self) -> None:
        self._trails: OrderedDict[int, dict[int, Trail]] = OrderedDict()

    def of(self, machine: int) -> dict[int, Trail]:
        return self._trails.get(machine, {})

    def keep(self, decoded: Decoded) -> None:
        for machine, trails in decoded.trails.items():
            self._trails[machine] = trails
            self._trails.move_to_end(machine)
            if len(self._trails) > MOST_MACHINES:
                self._trails.popitem(last=False)


class LastMemories:
    """What rules remember of the machines last heard of; of the others they are made to forget."""

    def __init__(self, forget: Callable[[int], None]) -> None:
        self._forget = forget
        self._memories: OrderedDict[int, RuleMemory] = OrderedDict()

    def of(self, machine: int) -> RuleMemory:
        return self._memories.get(machine, NOTHING)

    def keep(self, memories: Mapping[int, RuleMemory]) -> None:
        for machine, memory in memories.items():
            self._memories[machine] = memory
            self._memories.move_to_end(machine)
            if len(self._memories) > MOST_MACHINES:
                self._forget(self._memories.popitem(last=False)[0])


def live_notices(decoded: Decoded) -> dict[int, dict[str, Any]]:
    """Machine → what its channel is sent for this batch (docs/contracts/redis.md)."""
    notices: dict[int, dict[str, Any]] = {}

    def of(index: int) -> dict[str, Any]:
        envelope = decoded.envelopes[index]
        empty = {"v": VERSION, "release": decoded.release, "received": envelope.record.received, "rows": []}
        return notices.setdefault(envelope.machine, empty)

    machines = np.array([envelope.machine for envelope in decoded.envelopes], np.uint32)
    for block in decoded.blocks:
        for row in newest_rows(block, machines):
            of(int(block.envelope[row]))["rows"].append(
                [
                    block.group, int(block.source[row]), int(block.ts[row]), int(block.ordinal[row]),
                    block.values[row].tobytes(), block.qualities[row].tobytes(),
                ]
            )  # fmt: skip
    for index, envelope in enumerate(decoded.envelopes):
        if isinstance(envelope.opened, OpenedObjects):
            _add_objects(of(index), envelope.opened)
    newest = {
        (decoded.envelopes[told.envelope].machine, *_identity(told.occurrence)): told
        for told in decoded.heard.occurrences
    }
    for told in newest.values():
        of(told.envelope).setdefault("dtcs", []).append(_dtc(told.occurrence, told.text))
    for found in decoded.findings:
        if found.rule is not None:
            of(found.envelope).setdefault("findings", []).append(_finding(found, found.rule))
    return notices


def _finding(found: FoundByRule, rule: CompiledRule) -> dict[str, Any]:
    return {
        "rule": rule.id, "kind": rule.kind, "name": rule.name, "title": rule.title, "state": found.state,
        "severity": found.severity, "text": found.text, "ts": found.ts, "since": found.since,
    }  # fmt: skip


def _identity(one: Occurrence) -> tuple[int, int, int, int]:
    return one.source, one.spn, one.fmi, one.occurrence


def _dtc(one: Occurrence, text: str) -> dict[str, Any]:
    return {
        "ts": one.ts, "source": one.source, "spn": one.spn, "fmi": one.fmi, "occurrence": one.occurrence,
        "active": one.active, "began": one.began, "last_seen": one.last_seen, "ended": one.ended, "count": one.count,
        "oc": one.oc, "cm": one.cm, "lamps": one.lamps, "text": text,
    }  # fmt: skip


def newest_rows(block: Block, machines: np.ndarray[Any, np.dtype[np.uint32]]) -> list[int]:
    """The row of each (machine, source) with the newest (ts, ordinal)."""
    machine = machines[block.envelope]
    order = np.lexsort((block.ordinal, block.ts, block.source, machine))
    last = np.ones(len(order), bool)
    last[:-1] = (np.diff(machine[order].astype(np.int64)) != 0) | (np.diff(block.source[order].astype(np.int64)) != 0)
    return [int(row) for row in order[last]]


def _add_objects(notice: dict[str, Any], opened: OpenedObjects) -> None:
    for each in opened.objects:
        if isinstance(each, PositionObject):
            if each.ts >= notice.get("position", {"ts": 0})["ts"]:
                notice["position"] = {
                    "ts": each.ts, "lat": each.lat, "lon": each.lon, "speed": each.speed, "heading": each.heading,
                    "quality": int(each.quality),
                }  # fmt: skip
        elif isinstance(each, EventObject):
            notice.setdefault("events", []).append(
                {"ts": each.ts, "name": each.name, "state": each.state, "severity": each.severity, "text": each.text}
            )
