"""The release: the immutable, numbered, content-hashed artefact that workers run (docs/contracts/release.md)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from parsing.definitions import Content, DefinitionSet, Enum, Model, Signal
from parsing.release_checks import find_faults
from parsing.release_places import Place, places_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parsing.definitions import Message

__all__ = [
    "FORMAT", "InvalidRelease", "Place", "Release", "content_hash", "dump_release", "load_release", "parse_content",
]  # fmt: skip

FORMAT = 3

_J1939_SENTINELS_ONLY = 2
"""Up to this format `sentinels` count only in messages that are J1939."""


class InvalidRelease(ValueError):
    """A release that cannot be run. `path` leads to the fault: `content.sets[0].messages[3].can_id`."""

    def __init__(self, path: str, fault: str) -> None:
        super().__init__(f"{path}: {fault}")
        self.path = path
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Release:
    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    format: Literal[2, 3]
    number: Annotated[int, Field(ge=1, le=0xFFFF_FFFF)]
    content_hash: str
    published: str
    note: str
    content: Content
    _places: dict[int, Place] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_places", places_of(self.content))

    @property
    def models(self) -> tuple[Model, ...]:
        return self.content.models

    @property
    def groups(self) -> Mapping[int, Place]:
        """Every group of the release by its id, with its message and set; those of derived signals and objects too."""
        return self._places

    def model(self, model_id: int) -> Model:
        """KeyError where the release has no such model."""
        return {model.id: model for model in self.content.models}[model_id]

    def definition_set(self, set_id: int) -> DefinitionSet:
        """KeyError where the release has no such set."""
        return {definition_set.id: definition_set for definition_set in self.content.sets}[set_id]

    def enum(self, enum_id: int) -> Enum:
        """KeyError where the release has no such enum."""
        return {enum.id: enum for enum in self.content.enums}[enum_id]

    def signals(self, group_id: int) -> dict[int, Signal]:
        """The signals of a group by slot; KeyError where the release has no such group."""
        return {signal.slot: signal for signal in self._places[group_id].group.signals}


_RELEASE = TypeAdapter(Release)
_CONTENT = TypeAdapter(Content)


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of `content`; ValueError for NaN and infinities."""
    return "sha256:" + hashlib.sha256(_canonical(content)).hexdigest()


def parse_content(content: Mapping[str, Any]) -> Content:
    """The typed content of a release not yet numbered; raises InvalidRelease at the first fault."""
    try:
        parsed = _CONTENT.validate_json(_canonical(content), strict=True)
    except ValidationError as error:
        raise _first_fault(error, ("content",)) from None
    _refuse_faults(parsed)
    return parsed


def dump_release(*, number: int, content: Mapping[str, Any], published: str, note: str = "") -> bytes:
    """The artefact as the Meta API serves it; raises InvalidRelease where workers would refuse it.

    `published` is RFC 3339. The same arguments give the same bytes.
    """
    parse_content(content)
    artefact = {
        "format": FORMAT,
        "number": number,
        "content_hash": content_hash(content),
        "published": published,
        "note": note,
        "content": content,
    }
    return json.dumps(artefact, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def load_release(artefact: bytes) -> Release:
    """Read and check an artefact, of format 2 too; raises InvalidRelease at the first fault, a wrong content hash
    included.
    """
    try:
        release = _RELEASE.validate_json(artefact, strict=True)
    except ValidationError as error:
        raise _first_fault(error, ()) from None
    actual = content_hash(json.loads(artefact)["content"])
    if release.content_hash != actual:
        raise InvalidRelease("content_hash", f"is {release.content_hash}, but the content's is {actual}")
    _refuse_faults(release.content)
    if release.format <= _J1939_SENTINELS_ONLY:
        return replace(release, content=_without_idle_sentinels(release.content))
    return release


def _without_idle_sentinels(content: Content) -> Content:
    sets = tuple(
        replace(each, messages=tuple(m if m.j1939 else _without_sentinels(m) for m in each.messages))
        for each in content.sets
    )
    return replace(content, sets=sets)


def _without_sentinels(message: Message) -> Message:
    groups = tuple(
        replace(group, signals=tuple(replace(signal, sentinels="none") for signal in group.signals))
        for group in message.groups
    )
    return replace(message, groups=groups)


def _canonical(content: Mapping[str, Any]) -> bytes:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def _refuse_faults(content: Content) -> None:
    for path, fault in find_faults(content):
        raise InvalidRelease(path, fault)


def _first_fault(error: ValidationError, root: tuple[str, ...]) -> InvalidRelease:
    first = error.errors(include_url=False, include_context=False)[0]
    return InvalidRelease(_path(root + first["loc"]), first["msg"])


def _path(steps: tuple[int | str, ...]) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return text.lstrip(".") or "release"
