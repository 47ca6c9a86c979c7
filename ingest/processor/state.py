"""A machine's engine state: belongs to the machine, so to one partition, so to one worker."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import msgpack

from ingest.decoding.decode import Decoded, Envelope, Unmodelled

VERSION = 1
MAX_UNMODELLED = 512  # distinct ids and pages kept a machine: a babbling bus must not grow the state without end
REPORT_EVERY = 1024


class UnreadableState(ValueError):
    """The stored state is not of a version this worker reads."""


@dataclass(slots=True)
class MachineState:
    """Counters of one machine since it was first seen (docs/contracts/topics.md, `engine_state`)."""

    machine: int
    envelopes: int = 0
    without_message_id: int = 0
    frames: int = 0
    unmodelled_other: int = 0
    unmodelled: dict[str, list[int]] = field(default_factory=dict)

    def pack(self) -> bytes:
        return bytes(
            msgpack.packb(
                {
                    "v": VERSION,
                    "machine": self.machine,
                    "envelopes": self.envelopes,
                    "without_message_id": self.without_message_id,
                    "frames": self.frames,
                    "unmodelled": self.unmodelled,
                    "unmodelled_other": self.unmodelled_other,
                }
            )
        )

    @classmethod
    def unpack(cls, body: bytes) -> "MachineState":
        """Raises UnreadableState."""
        document: dict[str, Any] = msgpack.unpackb(body)
        if document.get("v") != VERSION:
            raise UnreadableState(f"engine state of version {document.get('v')!r}; this worker reads {VERSION}")
        return cls(**{key: value for key, value in document.items() if key != "v"})

    def add(self, envelope: Envelope) -> None:
        self.envelopes += 1
        self.frames += envelope.frames
        self.without_message_id += "message-id" not in envelope.record.headers

    def count(self, each: Unmodelled) -> list[int] | None:
        """Add to the counter of an unknown id or page; its [count, first, last] where the table of them has to hear.

        It hears of the 1st, 2nd, 4th, … 1,024th and then of every 1,024th: a row a frame would cost more than
        the frames that are decoded. The rule sees only the counts, so a resumed run reports the same rows.
        """
        key = f"{each.bus}/{each.can_id}/{each.page}"
        if key not in self.unmodelled and len(self.unmodelled) >= MAX_UNMODELLED:
            self.unmodelled_other += each.count
            return None
        count, first, last = self.unmodelled.get(key, [0, each.first_ts, each.last_ts])
        entry = [count + each.count, min(first, each.first_ts), max(last, each.last_ts)]
        self.unmodelled[key] = entry
        return entry if _milestone(count) != _milestone(entry[0]) else None


def _milestone(count: int) -> int:
    return count.bit_length() if count < REPORT_EVERY else REPORT_EVERY + count // REPORT_EVERY


def advance(decoded: Decoded, states: dict[int, MachineState]) -> tuple[dict[int, MachineState], list[dict[str, Any]]]:
    """The states that the batch changes, as new objects, and the rows of `unmodelled`; `states` stays as it is.

    New objects, because the transaction may yet be aborted and the batch come again.
    """
    changed: dict[int, MachineState] = {}

    def of(machine: int) -> MachineState:
        if machine not in changed:
            old = states.get(machine) or MachineState(machine)
            changed[machine] = MachineState.unpack(old.pack())
        return changed[machine]

    for envelope in decoded.envelopes:
        if envelope.machine:
            of(envelope.machine).add(envelope)
    rows = list(_report(decoded, of))
    return changed, rows


def _report(decoded: Decoded, of: Any) -> Iterable[dict[str, Any]]:
    for each in sorted(decoded.unmodelled, key=lambda unknown: unknown.envelope):
        envelope = decoded.envelopes[each.envelope]
        entry = of(envelope.machine).count(each)
        if entry is not None:
            yield {
                "machine": envelope.machine, "bus": each.bus, "can_id": each.can_id, "page": each.page,
                "count": entry[0], "first_ts": entry[1], "last_ts": entry[2],
                "release": decoded.release, "received": envelope.record.received,
            }  # fmt: skip
