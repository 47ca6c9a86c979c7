"""Whether an object is suspect, by its definition's conditions and by what the machine said before.

The previous object is the newest earlier one that was not suspect itself: a single outlier would otherwise make the
next good one suspect. Where a machine really is elsewhere (its first position was wrong, it came by ship), the new
place is believed once `AGREEING` objects in a row are plausible to each other.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from parsing.quality import Quality
from parsing.rules.interpreter_judgement import ObjectMemory, judge
from parsing.rules.program import Elapsed, IsQuality, Operation, Previous

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from parsing.objects.plan import ObjectPlan
    from parsing.rules.program import Expr

AGREEING = 10

MOST_AHEAD = 5 * 60 * 1_000_000
"""µs; an object that is further ahead of its reception is not remembered: all that follow would be older."""


@dataclass(frozen=True, slots=True)
class Sample:
    """An object: its time (µs) and the values and qualities of the judgement's inputs."""

    ts: int
    values: tuple[float, ...]
    qualities: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Trail:
    """What is remembered of one machine's objects of one definition.

    `trusted` is the newest that was not suspect, `doubted` the newest that was suspect for its distance from that one
    alone, `agreeing` how many of those in a row were plausible to each other. `fingerprint` tells what was judged: a
    definition that reads otherwise begins anew.
    """

    fingerprint: int
    trusted: Sample | None = None
    doubted: Sample | None = None
    agreeing: int = 0

    def pack(self) -> list[Any]:
        return [self.fingerprint, _packed(self.trusted), _packed(self.doubted), self.agreeing]

    @classmethod
    def unpack(cls, packed: list[Any]) -> Trail:
        """Inverse of `pack`. Raises ValueError or TypeError for what was never packed."""
        fingerprint, trusted, doubted, agreeing = packed
        return cls(int(fingerprint), _unpacked(trusted), _unpacked(doubted), int(agreeing))


class Judge:
    """Judges objects of one definition, in the order in which they arrive."""

    __slots__ = ("_fingerprint", "_judgement", "_remembers", "_slots")

    def __init__(self, plan: ObjectPlan) -> None:
        self._judgement = plan.judgement
        self._slots = tuple(each.slot for each in plan.judgement.inputs)
        self._remembers = any(_reads_previous(condition) for _, condition in plan.judgement.suspicions)
        self._fingerprint = _fingerprint(plan)

    def judge(
        self,
        values: Sequence[float],
        qualities: Sequence[int],
        ts: int,
        received: int,
        attributes: Mapping[str, float],
        trail: Trail | None,
    ) -> tuple[str | None, Trail | None]:
        """The reason (None: not suspect), and the trail as it is behind this object; `values` and `qualities` by slot,
        times in µs. A trail of another definition counts as none.
        """
        if trail is None or trail.fingerprint != self._fingerprint:
            trail = Trail(self._fingerprint)
        sample = Sample(
            ts, tuple([values[slot] for slot in self._slots]), tuple([qualities[slot] for slot in self._slots])
        )
        reason, after = self._follow(sample, received, attributes, trail)
        return reason, after if self._remembers and ts <= received + MOST_AHEAD else trail

    def _follow(
        self, sample: Sample, received: int, attributes: Mapping[str, float], trail: Trail
    ) -> tuple[str | None, Trail]:
        def reason_after(before: Sample | None) -> str | None:
            memory = ObjectMemory(before.ts, before.values, before.qualities) if before else ObjectMemory()
            return judge(self._judgement, sample.values, sample.qualities, sample.ts, received, attributes, memory)

        trusted, doubted = trail.trusted, trail.doubted
        is_newest = trusted is None or trusted.ts < sample.ts
        reason = reason_after(trusted if is_newest else None)
        if reason is None:
            return None, Trail(trail.fingerprint, sample) if is_newest else trail
        if trusted is None or not is_newest or reason_after(None) is not None:
            return reason, trail
        agrees = doubted is not None and doubted.ts < sample.ts and reason_after(doubted) is None
        agreeing = trail.agreeing + 1 if agrees else 1
        if agreeing > AGREEING:
            return None, Trail(trail.fingerprint, sample)
        return reason, Trail(trail.fingerprint, trusted, sample, agreeing)


def marked(qualities: Sequence[int]) -> list[int]:
    """Those of a suspect object's values: what was `ok` no longer is."""
    return [max(quality, Quality.SUSPECT) for quality in qualities]


def _reads_previous(condition: Expr) -> bool:
    match condition:
        case Previous() | Elapsed():
            return True
        case Operation(_, operands):
            return any(_reads_previous(operand) for operand in operands)
        case IsQuality(operand, _):
            return _reads_previous(operand)
    return False


def _fingerprint(plan: ObjectPlan) -> int:
    """Of how the inputs are read: remembered values mean the same as long as it stays."""
    by_slot = {signal.slot: signal for signal in plan.definition.signals}
    said = [
        (each.type, each.length, each.path, each.scale, each.offset, each.unit)
        for each in (by_slot[one.slot] for one in plan.judgement.inputs)
    ]
    return int.from_bytes(hashlib.sha256(repr(said).encode()).digest()[:6], "big")


def _packed(sample: Sample | None) -> list[Any] | None:
    if sample is None:
        return None
    return [sample.ts, struct.pack(f"<{len(sample.values)}d", *sample.values), bytes(sample.qualities)]


def _unpacked(packed: list[Any] | None) -> Sample | None:
    if packed is None:
        return None
    ts, values, qualities = packed
    if len(values) != 8 * len(qualities):
        raise ValueError("values and qualities differ in number")
    return Sample(int(ts), struct.unpack(f"<{len(qualities)}d", values), tuple(qualities))
