"""A DBC file's text to an `ImportedSet`.

The grammar is cantools'. What the engine cannot hold is left out, and said.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import cantools
import textparser
from cantools.database.can.formats import dbc as cantools_dbc

from parsing.dbc.messages import import_message
from parsing.dbc.records import Finding, ImportedMessage, ImportedSet, Match
from parsing.dbc.signals import EnumNames

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_MULTIPLEXOR_VALUES = 1_000_000
"""cantools keeps each value of a range in `SG_MUL_VAL_`: `0-4294967295` would fill the memory."""

UNREADABLE = (cantools.Error, textparser.Error, ValueError, LookupError, ArithmeticError)
"""What cantools raises for files it cannot read, beside its own errors."""

_SECTION = re.compile(r"^\s*(VERSION|NS_|BS_|BU_|BO_)\b", re.MULTILINE)
_RANGE = re.compile(r"\b(\d{1,20})-(\d{1,20})\b")


class NotADbc(ValueError):
    """The text cannot be read as a DBC at all; the message says where it fails and what to do."""


def read_dbc(file: bytes | str, name: str, *, match: Match = "auto") -> ImportedSet:
    """Messages, groups, signals and enums of a DBC file, as a set called `name`.

    Bytes are read as UTF-8, else as cp1252, which the tools that write DBC files use. What is doubtful in a readable
    file is found in `findings`; raises NotADbc for one that is not readable.
    """
    text = _decode(file) if isinstance(file, bytes) else file
    database, findings = _load(text)
    enums = EnumNames()
    messages: list[ImportedMessage] = []
    for message in database.messages:
        imported, found = import_message(message, enums, match)
        messages.append(imported)
        findings += found
    if match == "auto":
        messages, found = _tell_apart(messages)
        findings += found
    kept, found = _without_repeats(messages)
    return ImportedSet(name, enums.enums(), kept, (*findings, *found))


def _decode(file: bytes) -> str:
    try:
        return file.decode("utf-8-sig")
    except UnicodeDecodeError:
        return file.decode("cp1252", "replace")


def _load(text: str) -> tuple[Any, list[Finding]]:
    if not _SECTION.search(text):
        msg = "This is not a DBC file: it has none of the sections VERSION, BU_ and BO_. Export it again as DBC."
        raise NotADbc(msg)
    _refuse_endless_ranges(text)
    try:
        return _parse(text, strict=True), []
    except UNREADABLE as error:
        refused = Finding(None, f"read leniently, because: {error}")
    try:
        return _parse(text, strict=False), [refused]
    except UNREADABLE as error:
        msg = f"This DBC file cannot be read: {error}. Mend the file there, or export it again."
        raise NotADbc(msg) from error


def _parse(text: str, *, strict: bool) -> Any:
    return cantools_dbc.load_string(text, strict=strict)


def _refuse_endless_ranges(text: str) -> None:
    values = 0
    for line in text.splitlines():
        if line.lstrip().startswith("SG_MUL_VAL_"):
            values += sum(max(0, int(high) - int(low)) for low, high in _RANGE.findall(line))
    if values > MOST_MULTIPLEXOR_VALUES:
        msg = f"This DBC file has {values:,} multiplexor values in SG_MUL_VAL_; narrow the ranges."
        raise NotADbc(msg)


def _tell_apart(messages: list[ImportedMessage]) -> tuple[list[ImportedMessage], list[Finding]]:
    """Match messages of one PGN by their ids: a file that has several means those of different senders."""
    ids: dict[int | None, set[int]] = {}
    for message in messages:
        if message.match == "pgn":
            ids.setdefault(message.pgn, set()).add(message.can_id)
    shared = {pgn for pgn, found in ids.items() if len(found) > 1}
    told = [message.match == "pgn" and message.pgn in shared for message in messages]
    changed = [
        replace(message, match="id") if by_id else message for message, by_id in zip(messages, told, strict=True)
    ]
    text = "matched by id: another message has its PGN"
    return changed, [Finding(message.name, text) for message, by_id in zip(messages, told, strict=True) if by_id]


def _without_repeats(messages: Iterable[ImportedMessage]) -> tuple[tuple[ImportedMessage, ...], list[Finding]]:
    """Leave out messages that could never match, and tell apart those of one name."""
    keys: dict[tuple[object, ...], str] = {}
    names: set[str] = set()
    kept: list[ImportedMessage] = []
    findings: list[Finding] = []
    for message in messages:
        key = ("pgn", message.pgn) if message.match == "pgn" else (message.extended, message.can_id)
        if key in keys:
            findings.append(Finding(message.name, f"left out: {keys[key]} matches the same frames"))
            continue
        name = next(name for name in _variants(message.name) if name not in names)
        if name != message.name:
            findings.append(Finding(message.name, f"renamed {name}: another message has this name"))
        keys[key] = name
        names.add(name)
        kept.append(replace(message, name=name))
    return tuple(kept), findings


def _variants(name: str) -> Iterator[str]:
    yield name
    yield from (f"{name}_{number}" for number in count(2))
