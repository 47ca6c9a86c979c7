"""What a definition says, fact by fact, without where it stands and what is remarked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from parsing.language import printing
from parsing.language.ast import (
    Case,
    Check,
    Const,
    Derived,
    DtcList,
    Enum,
    Event,
    Golden,
    Interval,
    Item,
    Message,
    Mux,
    ObjectDefinition,
    RawInterval,
    Signal,
    Suspicion,
    Test,
)
from parsing.language.expressions import Expression, Unit
from parsing.language.printing_expressions import expectation, expression
from parsing.language.printing_messages import place, severity_lines, source
from parsing.language.printing_rules import action, step


@dataclass(frozen=True, slots=True)
class Sheet:
    """`facts` by aspect, as they are written; those that are not said are empty. `range` is in `unit`."""

    kind: str
    name: str
    facts: dict[str, str]
    parts: tuple[Sheet, ...] = ()
    range: Interval | None = None
    unit: str = ""

    def says_the_same(self, other: Sheet) -> bool:
        """Whether they differ in their names at most."""
        return (
            (self.kind, self.facts) == (other.kind, other.facts)
            and len(self.parts) == len(other.parts)
            and all(
                one.name == two.name and one.says_the_same(two)
                for one, two in zip(self.parts, other.parts, strict=True)
            )
        )


def _message(item: Message) -> Sheet:
    facts = {
        "title": item.title,
        "source": source(item.source),
        "length": _optional(item.length),
        "timeout": _time(item.timeout),
        "cycle": _time(item.cycle),
        "format": item.frame_format or "",
        "doc": item.doc,
    }
    return Sheet("message", item.name.text, facts, tuple(_members(item.members, "")))


def _members(members: Sequence[Signal | Mux | DtcList], page: str) -> Iterator[Sheet]:
    for member in members:
        match member:
            case Signal():
                yield _signal(member, page)
            case DtcList():
                facts = {"place": f"byte {member.first_byte}", "maximum": str(member.maximum)}
                yield Sheet("dtc", member.name.text, facts)
            case Mux():
                titles = ", ".join(f"{_ranges(one)} {printing.text(one.title)}" for one in member.cases if one.title)
                facts = {"else": "reject" if member.has_else else "", "titles": titles}
                yield Sheet("mux", member.multiplexor.text, facts)
                for case in member.cases:
                    inner = f"{member.multiplexor.text} {_ranges(case)}"
                    yield from _members(case.members, f"{page} / {inner}" if page else inner)


def _ranges(case: Case) -> str:
    return ", ".join(_raw(one) for one in case.ranges)


def _raw(interval: RawInterval | None) -> str:
    if interval is None:
        return ""
    return str(interval.low) if interval.low == interval.high else f"{interval.low}..{interval.high}"


def _signal(item: Signal, page: str) -> Sheet:
    facts = {
        "type": f"{item.type.text} enum {item.enum.text}" if item.enum else item.type.text,
        "place": place(item.place),
        "page": page,
        "scale": printing.number(item.scale),
        "offset": printing.number(item.offset),
        "unit": _unit(item.unit),
        "range": _interval(item.range),
        "na": _raw(item.not_available),
        "error": _raw(item.error),
        "j1939_sentinels": "yes" if item.j1939_sentinels else "",
        "spn": _optional(item.spn),
        "doc": item.doc,
    }
    return Sheet("signal", item.name.text, facts, (), item.range, _unit(item.unit))


def _enum(item: Enum) -> Sheet:
    members = tuple(
        Sheet(
            "member",
            one.name.text,
            {"number": "else" if one.number is None else str(one.number), "title": one.title},
        )
        for one in item.members
    )
    return Sheet("enum", item.name.text, {"type": item.type.text if item.type else ""}, members)


def _object(item: ObjectDefinition) -> Sheet:
    facts = {
        "title": item.title,
        "topic": item.topic.text,
        "each": place(item.each) if item.each else "",
        "severity": " ".join(severity_lines(item.severity)) if item.severity else "",
        "doc": item.doc,
    }
    signals = (_signal(one, "") for one in item.signals)
    suspicions = (_suspicion(one) for one in item.suspicions)
    return Sheet(item.kind, item.name.text, facts, (*signals, *suspicions))


def _suspicion(item: Suspicion) -> Sheet:
    return Sheet("suspicion", item.reason.text, {"condition": expression(item.condition)})


def _const(item: Const) -> Sheet:
    return Sheet("const", item.name.text, {"value": expression(item.value), "doc": item.doc})


def _derived(item: Derived) -> Sheet:
    facts = {
        "type": item.type.text,
        "unit": _unit(item.unit),
        "formula": expression(item.value),
        "hold": _time(item.hold),
        "range": _interval(item.range),
        "store": item.store,
        "doc": item.doc,
    }
    return Sheet("derived", item.name.text, facts, (), item.range, _unit(item.unit))


def _check(item: Check) -> Sheet:
    facts = {
        "title": item.title,
        "condition": _condition(item.when, item.duration),
        "expectation": expression(item.expect),
        "actions": " ".join(action(one) for one in item.actions),
        "doc": item.doc,
    }
    return Sheet("check", item.name.text, facts)


def _event(item: Event) -> Sheet:
    facts = {
        "title": item.title,
        "condition": _condition(item.raise_when, item.raise_for),
        "condition to clear": _condition(item.clear_when, item.clear_for),
        "severity": item.severity,
        "capture": ", ".join(expression(one) for one in item.capture),
        "group by": item.group_by.text if item.group_by else "",
        "cooldown": _time(item.cooldown or None),
        "doc": item.doc,
    }
    return Sheet("event", item.name.text, facts)


def _golden(item: Golden) -> Sheet:
    facts = {
        "message": item.message.text,
        "bytes": "" if item.payload is None else item.payload.hex(" ").upper(),
        "json": item.json or "",
        "sa": "" if item.source_address is None else printing.hexadecimal(item.source_address),
        "expectation": ", ".join(expectation(one) for one in item.expect),
    }
    return Sheet("golden", item.title, facts)


def _test(item: Test) -> Sheet:
    facts = {
        "machine": ", ".join(expectation(one) for one in item.machine),
        "steps": "; ".join(" ".join(step(one)) for one in item.steps),
    }
    return Sheet("test", item.title, facts)


def _condition(value: Expression | None, duration: int) -> str:
    if value is None:
        return ""
    return f"{expression(value)} for {printing.duration(duration)}" if duration else expression(value)


def _optional(value: int | None) -> str:
    return "" if value is None else str(value)


def _time(microseconds: int | None) -> str:
    return "" if microseconds is None else printing.duration(microseconds)


def _unit(unit: Unit | None) -> str:
    return " ".join(printing.unit(unit))


def _interval(interval: Interval | None) -> str:
    if interval is None:
        return ""
    return " ".join([bounds(interval), *printing.unit(interval.unit)])


def bounds(interval: Interval) -> str:
    """Without its unit."""
    return f"{printing.number(interval.low)}..{printing.number(interval.high)}"


_SHEETS: dict[type, Callable[[Any], Sheet]] = {
    Message: _message,
    Enum: _enum,
    ObjectDefinition: _object,
    Const: _const,
    Derived: _derived,
    Check: _check,
    Event: _event,
    Golden: _golden,
    Test: _test,
}


def sheets(items: Iterable[Item]) -> list[Sheet]:
    return [_SHEETS[type(one)](one) for one in items]
