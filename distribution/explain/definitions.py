"""A definition as a release has it, as lines of the language, with those of one signal marked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from parsing.assemble import imported_of
from parsing.definitions import DefinitionSet, Message
from parsing.language import ast, printing, printing_messages
from parsing.language.document_of import NOWHERE, document_of, enums_of
from parsing.language.expressions import Name, Unit
from parsing.language.types_of import NumberType
from parsing.objects.records import ObjectDefinition, ObjectSignal
from parsing.release import Release

_TOPICS = {
    "position": "vehicle_position", "log": "vehicle_log", "fault": "vehicle_dtc", "report": "vehicle_event",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """`text` None: some lines are left out."""

    text: str | None
    is_marked: bool = False


def of_message(release: Release, definition_set: DefinitionSet, message: Message, signal: str) -> list[Line]:
    """The message's first line, and of the rest what stands around the signal."""
    used = {each.enum for group in message.groups for each in group.signals}
    enums = [enum for enum in release.content.enums if enum.id in used]
    imported = imported_of(replace(definition_set, messages=(message,)), enums)
    (written,) = [each for each in document_of(imported).items if isinstance(each, ast.Message)]
    lines = printing_messages.message(written, enums_of(imported))
    return _excerpt(lines, f"signal {printing.name(signal)} ")


def of_object(release: Release, definition: ObjectDefinition, signal: str) -> list[Line]:
    """Without its conditions: what makes an object suspect is told where it was."""
    enums = {enum.id: enum.name for enum in release.content.enums}
    written = ast.ObjectDefinition(
        kind=definition.kind,
        name=_name(definition.name),
        title=definition.title,
        topic=_name(_TOPICS[definition.kind]),
        each=None if definition.each is None else ast.PathPlace(definition.each, NOWHERE),
        signals=tuple(_object_signal(each, enums) for each in definition.signals),
        suspicions=(),
        severity=None,
        doc=definition.comment,
        span=NOWHERE,
    )
    return _excerpt(printing_messages.object_definition(written), f"signal {printing.name(signal)} ")


def of_rule(lines: Sequence[str]) -> list[Line]:
    return [Line(text, True) for text in lines]


def _excerpt(lines: Sequence[str], start: str) -> list[Line]:
    """The line that begins so, those that go on with it, its neighbours, and the heads of the blocks around it."""
    at = next((number for number, line in enumerate(lines) if line.lstrip().startswith(start)), None)
    if at is None:
        return [Line(text) for text in lines[:1]]
    depth = _depth(lines[at])
    end = at + 1
    while end < len(lines) and _depth(lines[end]) > depth:
        end += 1
    shown = {*range(at, end)}
    shown |= {each for each in (at - 1, end) if 0 <= each < len(lines) and _depth(lines[each]) >= depth}
    for number in range(at - 1, -1, -1):
        if _depth(lines[number]) < depth and lines[number].rstrip().endswith("{"):
            shown.add(number)
            depth = _depth(lines[number])
    shown.add(len(lines) - 1)
    kept: list[Line] = []
    for number, line in enumerate(lines):
        if number in shown:
            kept.append(Line(line, at <= number < end))
        elif kept[-1].text is not None:
            kept.append(Line(None))
    return kept


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())


def _object_signal(each: ObjectSignal, enums: dict[int, str]) -> ast.Signal:
    limits = None
    if each.minimum is not None and each.maximum is not None:
        limits = ast.Interval(each.minimum, each.maximum, None, NOWHERE)
    return ast.Signal(
        name=_name(each.name),
        type=_name(_type(each)),
        enum=None if each.enum is None else _name(enums[each.enum]),
        place=ast.PathPlace(each.path, NOWHERE),
        scale=each.scale,
        offset=each.offset,
        unit=Unit(each.unit, NOWHERE) if each.unit else None,
        range=limits,
        not_available=None,
        error=None,
        j1939_sentinels=False,
        spn=None,
        doc=each.comment,
        span=NOWHERE,
    )


def _type(each: ObjectSignal) -> str:
    if each.type == "boolean":
        return "bool"
    if each.type == "text" or each.type == "bytes":  # noqa: PLR1714 - so the types are told apart
        return each.type
    return NumberType(each.type, each.length).text


def _name(text: str) -> Name:
    return Name(text, NOWHERE)
