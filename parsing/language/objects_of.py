"""A text's definition of objects as records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from parsing.language import ast
from parsing.language.signals_of import is_linear, limits_of
from parsing.objects.records import ImportedObject, ImportedObjectSignal, SeverityArm, SeverityMap

if TYPE_CHECKING:
    from parsing.language.ast import ObjectDefinition, Signal
    from parsing.language.types_of import Enums

    Kind = Literal["unsigned", "signed", "float", "boolean", "text", "bytes"]

_OTHER_KINDS: dict[str, Kind] = {"bool": "boolean", "text": "text", "bytes": "bytes"}


def imported_object(definition: ObjectDefinition, enums: Enums) -> ImportedObject:
    signals: dict[str, ImportedObjectSignal] = {}
    for signal in definition.signals:
        imported = _signal(signal, enums)
        if imported is not None:
            signals.setdefault(imported.name, imported)
    return ImportedObject(
        name=definition.name.text,
        kind=definition.kind,
        title=definition.title,
        each=definition.each.steps if definition.each else None,
        signals=tuple(signals.values()),
        severity=_severity(definition),
        comment=definition.doc,
    )


def _signal(signal: Signal, enums: Enums) -> ImportedObjectSignal | None:
    """None where it has no path, or a type that is none."""
    other = _OTHER_KINDS.get(signal.type.text)
    type_ = enums.type_of(signal)
    if not isinstance(signal.place, ast.PathPlace) or not (other or type_) or not is_linear(signal):
        return None
    minimum, maximum = limits_of(signal)
    return ImportedObjectSignal(
        name=signal.name.text,
        type=other or (type_.number.kind if type_ else "float"),
        length=0 if other or type_ is None else type_.number.length,
        path=signal.place.steps,
        scale=signal.scale,
        offset=signal.offset,
        minimum=minimum,
        maximum=maximum,
        unit=signal.unit.text if signal.unit else "",
        enum=type_.enum if type_ else None,
        comment=signal.doc,
    )


def _severity(definition: ObjectDefinition) -> SeverityMap | None:
    said = definition.severity
    if said is None:
        return None
    arms = (SeverityArm(arm.pattern, arm.is_regex, arm.ignore_case, arm.severity) for arm in said.arms)
    return SeverityMap(said.signal.text, tuple(arms))
