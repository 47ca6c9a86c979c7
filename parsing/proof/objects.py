"""One object through its definition, as it would be read and judged of a machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from parsing.checker.symbols import OwnerSymbol, SignalSymbol
from parsing.definitions import Content
from parsing.objects.checks import reading_faults
from parsing.objects.columns import TEXT_COLUMNS
from parsing.objects.decoding import ObjectDecoder, ObjectRows
from parsing.objects.defaults import DEFAULTS
from parsing.objects.faults import ObjectFault
from parsing.objects.judging import Judge, Trail, marked
from parsing.objects.kinds import PositionObject
from parsing.objects.records import ObjectDefinition
from parsing.proof.judging import Found
from parsing.quality import Quality

REFUSED = "give it as the device sends it; what is called otherwise there needs a signal:  signal ts : text at $.time"


class NoObject(Exception):
    """The text says why it would be refused."""


@dataclass(frozen=True, slots=True)
class ReadObject:
    """`values` and `qualities` by slot, `texts` by name. `verdicts`: `reason`, empty where it is not suspect, and
    `severity`.
    """

    ts: int
    values: list[float]
    qualities: list[int]
    texts: Mapping[str, str]
    verdicts: Mapping[str, str]

    def found(self, symbol: SignalSymbol) -> Found:
        """Of one of its signals."""
        if symbol.facts.kind == "text":
            text = self.texts.get(symbol.name)
            return Found(quality=Quality.ABSENT) if text is None else Found(text=text)
        slot = symbol.input.slot if symbol.input is not None else 0
        return Found(self.values[slot], Quality(self.qualities[slot]))


class ObjectProver:
    """Of one definition of objects."""

    def __init__(self, definition: ObjectDefinition) -> None:
        self.group = definition.group
        self._decoder = ObjectDecoder(definition, DEFAULTS[definition.kind])
        self._judge = Judge(self._decoder.plan)
        self._width = self._decoder.plan.width

    def read(
        self, text: str, attributes: Mapping[str, float], trail: Trail | None = None, now: int | None = None
    ) -> tuple[ReadObject, Trail | None]:
        """The object, and what is remembered for the next. It comes at its own time, or at `now` (µs). Raises
        NoObject.
        """
        try:
            rows = self._decoder.decode(json.loads(text))
        except ObjectFault as fault:
            raise NoObject(f"such an object is refused: {fault}") from None
        if len(rows.objects) != 1:
            raise NoObject(f"there are {len(rows.objects)} objects in it; a sample is of one")
        kept = rows.objects[0]
        ts = kept.ts if now is None else now
        values, qualities, reason = rows.values[0], rows.qualities[0], ""
        if not isinstance(kept, PositionObject) or kept.quality == Quality.OK:
            suspected, trail = self._judge.judge(values, qualities, ts, ts, attributes, trail)
            if suspected is not None:
                reason, qualities = suspected, marked(qualities)
        verdicts = {"reason": reason, "severity": str(getattr(kept, "severity", ""))}
        read = ReadObject(ts, values[: self._width], qualities[: self._width], self._texts(rows), verdicts)
        return read, trail

    def _texts(self, rows: ObjectRows) -> dict[str, str]:
        """What is not there has no text. Columns that are texts are where nothing stands empty."""
        names = {signal.slot: signal.name for signal in rows.plan.texts}
        columns = {name: getattr(rows.objects[0], name, "") for name in TEXT_COLUMNS}
        return {name: text for name, text in columns.items() if text} | {
            names[each.slot]: each.value for each in rows.texts
        }


class ObjectProvers:
    """Of all definitions of a content, each made when it is first asked for."""

    def __init__(self, content: Content) -> None:
        sets = {each.id: each.name for each in content.sets}
        self._definitions = {(sets[each.set], each.name): each for each in content.objects}
        self._made: dict[tuple[str, str], ObjectProver] = {}

    def of(self, owner: OwnerSymbol) -> ObjectProver:
        """Raises NoObject where its kind's tables cannot be filled so."""
        key = owner.set_name, owner.name
        if key not in self._made:
            definition = self._definitions[key]
            for path, fault in reading_faults(definition.name, definition):
                raise NoObject(f"no release takes {path}: {fault}")
            self._made[key] = ObjectProver(definition)
        return self._made[key]
