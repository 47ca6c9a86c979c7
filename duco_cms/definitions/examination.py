"""What is wrong with a content, all at once, before it may become a release."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

from duco_cms.definitions.artefact import Content, canonical_json
from parsing import definitions
from parsing.definitions import network_bit
from parsing.release_checks import find_faults

_CONTENT = TypeAdapter(definitions.Content)
_STEP = re.compile(r"\.(sets|messages|groups|signals|models|enums|objects|rules)\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A problem: `code` is stable, `where` names the definition, `message` is its message's id if there is one; `shown`
    is the whole of it with the line of the text that it is about, if it is about one.

    An error keeps the release from being published, a warning does not.
    """

    severity: Literal["error", "warning"]
    code: str
    where: str
    text: str
    action: str
    message: int | None = None
    shown: str = ""


class MalformedContentError(ValueError):
    """A content whose fields are not as a release has them; `diagnostics` says which."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        first = diagnostics[0]
        super().__init__(f"{first.where}: {first.text}. {first.action}")
        self.diagnostics = diagnostics


def typed_content(content: Content) -> definitions.Content:
    """The content as records, whose references may still lead nowhere. Raises MalformedContentError."""
    try:
        return _CONTENT.validate_json(canonical_json(content), strict=True)
    except ValidationError as error:
        problems = error.errors(include_url=False)
    raise MalformedContentError([_shape_problem(content, item["loc"], item["msg"]) for item in problems])


def examine(content: Content, typed: definitions.Content, as_texts: Container[str]) -> list[Diagnostic]:
    """Errors first. No errors: workers can load a release with this content, of which `typed` is the records. Sets that
    are checked as texts too get no warnings here.
    """
    return [*_faults(content, typed), *_ambiguous_names(content), *_warnings(typed, as_texts)]


def examine_compiled(content: Content, compiled: definitions.Content) -> list[Diagnostic]:
    """Errors alone, of a content that was examined before its objects and rules were compiled; `compiled` is it too."""
    try:
        typed_content({**content, "enums": [], "sets": [], "models": []})
    except MalformedContentError as error:
        return error.diagnostics
    return _faults(content, compiled)


def _faults(content: Content, parsed: definitions.Content) -> list[Diagnostic]:
    return [
        _problem(content, path, "error", "invalid_definition", fault, "Correct the definition.")
        for path, fault in find_faults(parsed)
    ]


def _shape_problem(content: Content, location: tuple[int | str, ...], text: str) -> Diagnostic:
    path = "content" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in location)
    action = "Correct the field; conditions are [[multiplexor, [[low, high], …]], …], enum values [[number, text], …]."
    return _problem(content, path, "error", "invalid_field", text, action)


def _problem(
    content: Content,
    path: str,
    severity: Literal["error", "warning"],
    code: str,
    text: str,
    action: str,
) -> Diagnostic:
    """Turns a path into an artefact (`content.sets[0].messages[3]…`) into names that an engineer knows."""
    node: Any = content
    names: list[str] = []
    message: int | None = None
    for kind, index in _STEP.findall(path):
        node = node[kind][int(index)]
        names.append(str(node["name"]) if "name" in node else f"group {node['id']}")
        message = node["id"] if kind == "messages" else message
    return Diagnostic(severity, code, " / ".join(names) or path, text, action, message)


def _ambiguous_names(content: Content) -> Iterator[Diagnostic]:
    """The Data API asks for `message.signal`: within a set that must be one signal."""
    for definition_set in content["sets"]:
        seen: set[str] = set()
        for message in definition_set["messages"]:
            if message["name"] in seen:
                where = f"{definition_set['name']} / {message['name']}"
                text, action = "another message of the set has this name", "Rename one of the two."
                yield Diagnostic("error", "name_taken", where, text, action, message["id"])
            seen.add(message["name"])


def _warnings(content: definitions.Content, as_texts: Container[str]) -> Iterator[Diagnostic]:
    for definition_set in content.sets:
        for message in () if definition_set.name in as_texts else definition_set.messages:
            where = f"{definition_set.name} / {message.name}"
            for group in message.groups:
                yield from _beyond_frame(message, group, where)
                yield from _overlaps(message, group, where)


def _beyond_frame(message: definitions.Message, group: definitions.Group, where: str) -> Iterator[Diagnostic]:
    for signal in group.signals:
        if signal.end > message.length * 8:
            text = f"ends at bit {signal.end} of a message of {message.length} bytes: absent in frames of that length"
            action = "Correct the start bit, the length, or the message's length."
            yield Diagnostic("warning", "beyond_frame", f"{where}.{signal.name}", text, action, message.id)


def _overlaps(message: definitions.Message, group: definitions.Group, where: str) -> Iterator[Diagnostic]:
    taken: dict[int, str] = {}
    for signal in group.signals:
        bits = _bits(signal)
        others = sorted({taken[bit] for bit in bits if bit in taken})
        taken.update(dict.fromkeys(bits, signal.name))
        if others:
            text = f"shares bits with {', '.join(others)}"
            action = "Correct the start bits and lengths, or leave it so if both readings are meant."
            yield Diagnostic("warning", "overlap", f"{where}.{signal.name}", text, action, message.id)


def _bits(signal: definitions.Signal) -> range | list[int]:
    """The signal's bits, numbered as a DBC numbers them."""
    if signal.byte_order == "little":
        return range(signal.start, signal.start + signal.length)
    first = network_bit(signal.start)
    return [network_bit(bit) for bit in range(first, first + signal.length)]
