"""The provisional live lane: what is marked real-time, decoded at once and published to RealTime Redis.

It keeps nothing, is never late and promises nothing: a full queue drops the oldest, an unreachable Redis drops the
newest, and what `process` stores is the truth. Its J1939 listeners hear real-time envelopes alone and its judges of
objects see no others; both forget.
"""

import queue
import threading
import time
from typing import Any, Self

import msgpack
import numpy as np
import redis
import structlog

from ingest.collector.last_heard import LastHeard
from ingest.collector.live_rules import LiveRules
from ingest.decoding.decode import decode
from ingest.decoding.outcome import Block, Decoded, FoundByRule
from ingest.decoding.records import RawRecord
from ingest.envelope import EventObject, OpenedObjects, PositionObject, is_realtime
from ingest.meta.catalogue import CANARY, STABLE, Catalogue
from ingest.meta.follower import MetaFollower
from parsing.j1939 import J1939Listener, Occurrence
from parsing.objects.judging import Trail
from parsing.rules.compiled import CompiledRule

log = structlog.get_logger(__name__)

QUEUED_BATCHES = 64
VERSION = 1


class LiveLane:
    """A thread that publishes; `offer` never waits."""

    def __init__(self, redis_url: str, redis_prefix: str, follower: MetaFollower) -> None:
        self._redis = redis.Redis.from_url(redis_url, socket_timeout=5, socket_connect_timeout=5)
        self._prefix = redis_prefix
        self._follower = follower
        self._queue: queue.Queue[list[RawRecord] | None] = queue.Queue(QUEUED_BATCHES)
        self._listeners = LastHeard(J1939Listener)
        self._trails: LastHeard[dict[int, Trail]] = LastHeard(dict)
        # A machine that changes its channel begins anew.
        self._rules = {channel: LiveRules() for channel in (STABLE, CANARY)}
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
            channels = self._follower.current()
            if channels is None:
                continue
            try:
                for channel, part in channels.split(batch).items():
                    self._show(part, channel, channels.of(channel))
            except redis.RedisError as error:
                log.warning("live values dropped: Redis does not answer", error=repr(error))
                time.sleep(0.2)

    def _show(self, records: list[RawRecord], channel: str, catalogue: Catalogue) -> None:
        decoded = decode(records, catalogue, self._listeners.of, self._trails.of)
        self._listeners.keep(decoded.heard.listeners)
        self._trails.keep(decoded.trails)
        for other, rules in self._rules.items():
            if other != channel:
                rules.forget({envelope.machine for envelope in decoded.envelopes})
        self._rules[channel].run(decoded, catalogue)
        self._publish(decoded)

    def _publish(self, decoded: Decoded) -> None:
        notices = live_notices(decoded)
        if not notices:
            return
        with self._redis.pipeline(transaction=False) as pipeline:
            for machine, notice in notices.items():
                pipeline.publish(f"{self._prefix}live:{machine}", msgpack.packb(notice))
            pipeline.execute()


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
