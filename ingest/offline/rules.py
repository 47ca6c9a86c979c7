"""Rules over a log: rows of its signals in, rows of derived signals and findings out.

A chunk of the log is one envelope, so what is up to two seconds late within the log is put in order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import orjson
from pydantic import TypeAdapter

from ingest.offline.definitions import Definitions
from ingest.offline.rows import Rows
from ingest.offline.unjudged import Lacking, lacking_inputs
from parsing.engine.memory import Memory
from parsing.engine.rule_engine import RuleEngine
from parsing.engine.rule_outcome import NO_TIME, Envelopes, Findings, Outcome, RuleRows
from parsing.quality import Quality
from parsing.rules.compiled import CompiledRule, RuleSource, SignalSource
from parsing.rules.linking import link
from parsing.rules.timing import LATENESS

_MACHINE = 1
_MICROSECONDS = 1e6
NO_BUS = 255
_NOWHERE = -1
_CODE_BYTES = 4
_RULES = TypeAdapter(tuple[CompiledRule, ...])


class Found(NamedTuple):
    """A finding, ready to be written."""

    kind: str
    line: dict[str, Any]


class RuleLane:
    """Follows a log from its first chunk to its last."""

    def __init__(self, definitions: Definitions, attributes: Mapping[str, float]) -> None:
        document = orjson.loads(definitions.rules)
        rules = _RULES.validate_json(orjson.dumps(document["rules"]), strict=True)
        self._rules = {rule.id: rule for rule in rules}
        self._definitions = definitions
        places = np.array(document["places"], np.int64).reshape(-1, 2)
        self._group_of, self._slot_of = places[:, 0], places[:, 1]
        tables = link(rules, set(self._group_of.tolist()))
        self._groups = set(tables.group_ids)
        self._best: dict[int, np.ndarray] = {}
        """By group that came, the best quality of each slot, u8."""
        self._linked = {rule.id for rule in tables.linked}
        self._elsewhere: dict[tuple[int, int], str] = {
            (group, slot): name for group, slot, name in document["elsewhere"]
        }
        self._engine = RuleEngine(tables)
        self._engine.machine(_MACHINE, attributes)
        self._attributes = attributes
        stored = [rule.id for rule in rules if rule.output is not None and rule.output.group is not None]
        first = definitions.signals_in_all - len(stored)
        self._signal_of = {rule: first + number for number, rule in enumerate(stored)}
        self._instants: deque[tuple[np.ndarray, np.ndarray]] = deque()

    def take(self, rows: Rows, newest: int) -> tuple[DerivedRows, list[Found]]:
        """The rows of the next chunk, and the newest time (µs) up to its end."""
        index = np.frombuffer(rows.index.view, np.int64, rows.count)
        ts = np.rint(np.frombuffer(rows.seconds.view, np.float64, rows.count) * _MICROSECONDS).astype(np.int64)
        self._remember(index, ts, newest)
        of_chunk = Envelopes(
            np.array([_MACHINE], np.uint32), np.array([newest], np.int64), np.array([NO_TIME], np.int64)
        )  # fmt: skip
        return self._told(self._engine.run(list(self._rows(rows, index, ts)), of_chunk))

    def finish(self) -> tuple[DerivedRows, list[Found]]:
        """The log has ended."""
        return self._told(self._engine.finish())

    def lacking(self) -> Lacking:
        """What came cannot have been enough for some checks and events, or for a part of them."""
        rules = [*self._rules.values()]
        return lacking_inputs(rules, self._linked, self._best_of, self._full_name, self._attributes)

    def _rows(self, rows: Rows, index: np.ndarray, ts: np.ndarray) -> Iterator[RuleRows]:
        """One of each frame and group: a frame has each signal of a group once."""
        signal = np.frombuffer(rows.signal.view, np.uint32, rows.count)
        group, slot = self._group_of[signal], self._slot_of[signal]
        value = np.frombuffer(rows.value.view, np.float64, rows.count)
        quality = np.frombuffer(rows.quality.view, np.uint32, rows.count)
        for number in self._groups.intersection(np.unique(group).tolist()):
            those = np.flatnonzero(group == number)
            begins = np.diff(index[those], prepend=_NOWHERE - 1) != 0
            place = np.cumsum(begins) - 1
            count, width = int(place[-1]) + 1, int(self._slot_of[self._group_of == number].max()) + 1
            values, qualities = np.zeros((count, width)), np.full((count, width), Quality.ABSENT, np.uint8)
            values[place, slot[those]], qualities[place, slot[those]] = value[those], quality[those]
            best = qualities.min(axis=0)
            self._best[number] = np.minimum(self._best.get(number, best), best)
            order = those[begins].astype(np.uint32)
            yield RuleRows(number, np.zeros(count, np.uint32), order, ts[those][begins], values, qualities)

    def _remember(self, index: np.ndarray, ts: np.ndarray, newest: int) -> None:
        """Which frames were of which time, for as long as instants may come of them."""
        begins = np.diff(index, prepend=_NOWHERE - 1) != 0
        self._instants.append((ts[begins], index[begins]))
        while len(self._instants) > 1 and self._instants[0][0].max(initial=0) < newest - 2 * LATENESS:
            self._instants.popleft()

    def _frames_of(self, ts: np.ndarray) -> np.ndarray:
        """The last frame of each time."""
        times, frames = (np.concatenate(column) for column in zip(*self._instants, strict=True))
        order = np.lexsort((frames, times))
        place = np.searchsorted(times[order], ts, "right") - 1
        return frames[order][np.maximum(place, 0)] if len(order) else np.full(len(ts), _NOWHERE)

    def _told(self, outcome: Outcome) -> tuple[DerivedRows, list[Found]]:
        columns = [
            (np.full(len(each.ts), self._signal_of[each.rule], np.uint32), each.ts, each.values, each.qualities)
            for each in outcome.derived
        ] or [(np.empty(0, np.uint32), np.empty(0, np.int64), np.empty(0), np.empty(0, np.uint8))]
        signal, ts, values, qualities = (np.concatenate(column) for column in zip(*columns, strict=True))
        order = np.lexsort((signal, ts))
        derived = DerivedRows(signal[order], ts[order], self._frames_of(ts[order]), values[order], qualities[order])
        return derived, [self._found(outcome.findings, number) for number in range(len(outcome.findings.rule))]

    def _found(self, findings: Findings, number: int) -> Found:
        rule = self._rules[int(findings.rule[number])]
        begin, end = findings.captured_at[number : number + 2].tolist()
        values, qualities = findings.captured[begin:end].tolist(), findings.captured_qualities[begin:end].tolist()
        names = [self._input_name(rule, each) for each in rule.capture]
        captured = {
            name: {"value": value, "quality": Quality(quality).name.lower()}
            for name, value, quality in zip(names, values, qualities, strict=False)
        }
        line = {
            "timestamp": int(findings.ts[number]) / _MICROSECONDS, "kind": rule.kind, "name": rule.name,
            "state": "raised" if findings.raised[number] else "cleared", "severity": rule.severity,
            "since": int(findings.since[number]) / _MICROSECONDS, "title": rule.title, "text": rule.text,
            "captured": captured,
        }  # fmt: skip
        return Found(rule.kind, line)

    def _input_name(self, rule: CompiledRule, number: int) -> str:
        source = rule.inputs[number]
        if isinstance(source, RuleSource):
            return self._rules[source.rule].name
        signal = self._number_of(source)
        return _text(self._definitions.signals, self._definitions.signal_of, signal)

    def _full_name(self, source: SignalSource) -> str:
        """With the message's; a log of frames has none of what stands `elsewhere`."""
        if (source.group, source.slot) in self._elsewhere:
            return self._elsewhere[source.group, source.slot]
        signal = self._number_of(source)
        message = _text(self._definitions.messages, self._definitions.message_of, signal)
        return f"{message}.{_text(self._definitions.signals, self._definitions.signal_of, signal)}"

    def _number_of(self, source: SignalSource) -> int:
        """Among the signals of `Definitions`."""
        return int(np.flatnonzero((self._group_of == source.group) & (self._slot_of == source.slot))[0])

    def _best_of(self, source: SignalSource) -> Quality | None:
        best = self._best.get(source.group)
        return None if best is None else Quality(int(best[source.slot]))


def _text(texts: Sequence[bytes], code_of: Memory, signal: int) -> str:
    (code,) = code_of.numbers("I", 1, _CODE_BYTES * signal)
    return texts[int(code)].decode()


class DerivedRows(Rows):
    """Rows of derived signals, in the order of time: `frame_index` is that of the last frame of the instant; there is
    no bus, no id, and no raw number.
    """

    def __init__(
        self, signal: np.ndarray, ts: np.ndarray, frame: np.ndarray, value: np.ndarray, quality: np.ndarray
    ) -> None:
        super().__init__()
        self.count = count = len(ts)
        self.signal, self.index = Memory.of(signal.tobytes()), Memory.of(frame.astype(np.int64).tobytes())
        seconds = ts / _MICROSECONDS
        self.seconds, self.value = Memory.of(seconds.tobytes()), Memory.of(value.tobytes())
        self.quality = Memory.of(quality.astype(np.uint32).tobytes())
        self.bus = Memory.of(np.full(count, NO_BUS, np.uint32).tobytes())
        self.can_id, self.raw = Memory(4 * count), Memory(8 * count)
        if count:
            self.span = Memory.of(np.array([seconds.min(), seconds.max()]).tobytes())
            self._frames = np.array([frame.min(), frame.max()], np.int64)

    def span_of(self, column: str) -> tuple[bytes, bytes] | None:
        if column == "index":
            return self._frames[:1].tobytes(), self._frames[1:].tobytes()
        return super().span_of(column)
