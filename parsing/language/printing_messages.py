"""Messages, enums and definitions of objects as lines of text."""

from __future__ import annotations

from collections.abc import Sequence

from parsing.language import printing
from parsing.language.ast import (
    BitPlace,
    CanSource,
    Case,
    DtcList,
    Enum,
    EnumMember,
    Interval,
    J1939Source,
    Message,
    Mux,
    ObjectDefinition,
    PathPlace,
    RawInterval,
    SeverityArm,
    SeverityMap,
    Signal,
    Suspicion,
)
from parsing.language.printing import INDENT, body, fold, name, remarked
from parsing.language.printing_expressions import pieces
from parsing.language.types_of import Enums

Member = Signal | Mux | DtcList | Suspicion | SeverityMap

_WIDEST_COLUMN = 32
"""What is longer gets no column."""


def message(given: Message, enums: Enums) -> list[str]:
    clauses = [
        *((("length", [f"{INDENT}length {given.length}"]),) if given.length is not None else ()),
        *(
            (keyword, [f"{INDENT}{keyword} {printing.duration(value)}"])
            for keyword, value in (("timeout", given.timeout), ("cycle", given.cycle))
            if value is not None
        ),
        *((("format", [f"{INDENT}format {given.frame_format}"]),) if given.frame_format is not None else ()),
        *(("doc", [f"{INDENT}{one}"]) for one in printing.doc(given.doc)),
        ("", members(given.members, INDENT, enums)),
    ]
    head = f"message {name(given.name)}{printing.title(given.title)} on {source(given.source)}"
    return body(head, clauses, given.remarks, "")


def source(given: CanSource | J1939Source) -> str:
    """What stands behind `on`."""
    if isinstance(given, CanSource):
        return f"can {printing.hexadecimal(given.can_id, 8 if given.extended else 3)}"
    words = ["j1939"]
    if given.pgn is not None:
        words.append(f"pgn {given.pgn}")
    if given.source_address is not None:
        words.append(f"sa {printing.hexadecimal(given.source_address)}")
    if given.can_id is not None:
        words.append(f"id {printing.hexadecimal(given.can_id, 8)}")
    return " ".join(words)


def members(given: Sequence[Member], indent: str, enums: Enums) -> list[str]:
    """Signals that follow each other have their types and places in columns. `enums` are those that types name."""
    lines: list[str] = []
    neighbours: list[Signal] = []
    for member in given:
        if isinstance(member, Signal):
            neighbours.append(member)
            continue
        lines += _signals(neighbours, indent, enums) + _member(member, indent, enums)
        neighbours = []
    return lines + _signals(neighbours, indent, enums)


def _signals(given: Sequence[Signal], indent: str, enums: Enums) -> list[str]:
    heads = [(name(one.name), _type(one), place(one.place, is_whole=_is_whole(one, enums))) for one in given]
    widths = [
        max((len(head[column]) for head in heads if len(head[column]) <= _WIDEST_COLUMN), default=0)
        for column in range(3)
    ]
    lines: list[str] = []
    for signal, (label, kind, where) in zip(given, heads, strict=True):
        options = _options(signal)
        start = f"signal {label:<{widths[0]}} : {kind:<{widths[1]}} at {where:<{widths[2] if options else 0}}"
        lines += remarked(fold([start, *options], indent), signal.remarks, indent)
    return lines


def _type(signal: Signal) -> str:
    return f"{name(signal.type)} enum {name(signal.enum)}" if signal.enum else name(signal.type)


def _is_whole(signal: Signal, enums: Enums) -> bool:
    """Whether it has whole bytes, as far as is known."""
    found = enums.type_of(signal)
    return found is None or found.number.length % 8 == 0


def place(given: BitPlace | PathPlace, *, is_whole: bool = True) -> str:
    """Bytes where the signal begins with one and has whole ones, bits otherwise."""
    if isinstance(given, PathPlace):
        return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{name(step)}" for step in given.steps)
    byte, bit = divmod(given.start, 8)
    order = " be" if given.big else ""
    begins_byte = bit == (7 if given.big else 0)
    return f"byte {byte + 1}{order}" if is_whole and begins_byte else f"bit {given.start}{order}"


def _options(signal: Signal) -> list[str]:
    return [
        *([f"scale {printing.number(signal.scale)}"] if signal.scale != 1 else []),
        *([f"offset {printing.number(signal.offset)}"] if signal.offset else []),
        *printing.unit(signal.unit),
        *interval(signal.range),
        *(_raw("na", signal.not_available)),
        *(_raw("error", signal.error)),
        *(["j1939_sentinels"] if signal.j1939_sentinels else []),
        *([f"spn {signal.spn}"] if signal.spn is not None else []),
        *printing.doc(signal.doc),
    ]


def interval(given: Interval | None) -> list[str]:
    if given is None:
        return []
    words = [f"range {printing.number(given.low)}..{printing.number(given.high)}", *printing.unit(given.unit)]
    return [" ".join(words)]


def _raw(keyword: str, given: RawInterval | None) -> list[str]:
    if given is None:
        return []
    high = f"..{printing.hexadecimal(given.high)}" if given.high != given.low else ""
    return [f"{keyword} {printing.hexadecimal(given.low)}{high}"]


def _member(member: Mux | DtcList | Suspicion | SeverityMap, indent: str, enums: Enums) -> list[str]:
    match member:
        case Mux():
            return _mux(member, indent, enums)
        case DtcList():
            line = f"{indent}dtc {name(member.name)} from byte {member.first_byte} max {member.maximum}"
            return remarked([line], member.remarks, indent)
        case Suspicion():
            first, *rest = pieces(member.condition)
            lines = fold([f"suspect when {first}", *rest, f"as {name(member.reason)}"], indent)
            return remarked(lines, member.remarks, indent)
        case SeverityMap():
            arms = [("", [f"{indent}{INDENT}{one}" for one in severity_lines(member)])]
            return body(f"severity from {name(member.signal)}", arms, member.remarks, indent)


def severity_lines(given: SeverityMap) -> list[str]:
    return [_arm(one) for one in given.arms]


def _arm(arm: SeverityArm) -> str:
    if arm.pattern is None:
        pattern = "else"
    elif arm.is_regex:
        pattern = f"/{arm.pattern}/{'i' if arm.ignore_case else ''}"
    else:
        pattern = printing.text(arm.pattern)
    return f"{pattern} -> {arm.severity}"


def _mux(mux: Mux, indent: str, enums: Enums) -> list[str]:
    inner = f"{indent}{INDENT}"
    clauses: list[tuple[str, list[str]]] = [("", _case(one, inner, enums)) for one in mux.cases]
    if mux.has_else:
        clauses.append(("else", [f"{inner}else reject"]))
    return body(f"mux {name(mux.multiplexor)}", clauses, mux.remarks, indent)


def _case(case: Case, indent: str, enums: Enums) -> list[str]:
    ranges = ", ".join(f"{one.low}..{one.high}" if one.high != one.low else str(one.low) for one in case.ranges)
    inside = [("", members(case.members, f"{indent}{INDENT}", enums))]
    return body(f"case {ranges}{printing.title(case.title)}", inside, case.remarks, indent)


def enum(given: Enum) -> list[str]:
    kind = f" : {name(given.type)}" if given.type else ""
    inside = [("", [line for one in given.members for line in _enum_member(one)])]
    return body(f"enum {name(given.name)}{kind}", inside, given.remarks, "")


def _enum_member(member: EnumMember) -> list[str]:
    number = "else" if member.number is None else str(member.number)
    line = f"{INDENT}{number} = {name(member.name)}{printing.title(member.title)}"
    return remarked([line], member.remarks, INDENT)


def object_definition(given: ObjectDefinition) -> list[str]:
    each = f" each {place(given.each)}" if given.each else ""
    head = f"{given.kind} {name(given.name)}{printing.title(given.title)} on {name(given.topic)}{each}"
    inside: list[Member] = [*given.signals, *given.suspicions, *([given.severity] if given.severity else [])]
    clauses = [
        *(("doc", [f"{INDENT}{one}"]) for one in printing.doc(given.doc)),
        ("", members(inside, INDENT, Enums(()))),
    ]
    return body(head, clauses, given.remarks, "")
