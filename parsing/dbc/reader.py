"""A DBC file's text to an `ImportedSet`.

Whatever can be read is kept, also of a file that breaks the format; what was repaired or left out is found.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parsing.dbc.attributes import Attributes
from parsing.dbc.findings import FindingCode, Findings
from parsing.dbc.messages import EXTENDED_ID_MAX, MessageImport, can_id_of
from parsing.dbc.names import NumberedNames
from parsing.dbc.records import ImportedSet
from parsing.dbc.references import INDEPENDENT, INDEPENDENT_ID, find_unkept, find_unknown
from parsing.dbc.scanner import scan
from parsing.definitions import EXTENDED_FLAG

if TYPE_CHECKING:
    from collections.abc import Iterable

    from parsing.dbc.records import ImportedMessage, Match
    from parsing.dbc.statements import MessageStatement

    Numbered = tuple[int, ImportedMessage]

PGN_MAX = 0x3_FFFF


class NotADbc(ValueError):
    """The text cannot be read as a DBC at all; the message says what to do."""


def read_dbc(file: bytes | str, name: str, *, match: Match = "auto") -> ImportedSet:
    """Messages, groups, signals and enums of a DBC file, as a set called `name`.

    Bytes are read as UTF-8, else as Windows-1252, which the tools that write DBC files use. What is doubtful in the
    file is found in `findings`, by line; raises NotADbc for a text without one statement of the format.
    """
    findings = Findings()
    text = _decode(file, findings) if isinstance(file, bytes) else file.removeprefix("\ufeff")
    statements = scan(text.replace("\r\n", "\n").replace("\r", "\n"), findings)
    if not statements.read:
        msg = "This is not a DBC file: nothing in it is a statement of the format. Export it again as DBC."
        raise NotADbc(msg)
    kept = _with_ids(statements.messages, findings)
    attributes = Attributes(statements, findings)
    importer = MessageImport(statements, attributes, findings, match, bare_pgns=_bare_pgns(kept, match, findings))
    messages = [(statement.line, importer.message(statement)) for statement in kept]
    if match != "id":
        messages = _tell_apart(messages, findings, match=match)
    imported = _without_repeats(messages, findings)
    find_unknown(statements, findings)
    find_unkept(statements, findings)
    if not imported:
        findings.add(None, FindingCode.NO_MESSAGES, None, "the file defines no messages")
    return ImportedSet(name, importer.enums.enums(), imported, findings.all())


def _decode(file: bytes, findings: Findings) -> str:
    try:
        return file.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = file.decode("cp1252", "replace")
    if "\ufffd" in text:
        bad = f"{text.count(chr(0xFFFD))} bytes are no characters and were replaced"
        findings.add(text.count("\n", 0, text.index("\ufffd")) + 1, FindingCode.BAD_CHARACTERS, None, bad)
    return text


def _with_ids(messages: Iterable[MessageStatement], findings: Findings) -> list[MessageStatement]:
    """The messages whose ids frames can have."""
    kept: list[MessageStatement] = []
    for message in messages:
        can_id, extended = can_id_of(message)
        if message.id == INDEPENDENT_ID or message.name == INDEPENDENT:
            if message.signals:
                text = f"signals that belong to no message left out: {len(message.signals)}"
                findings.add(message.line, FindingCode.INDEPENDENT_SIGNALS, None, text)
        elif message.id > EXTENDED_FLAG + EXTENDED_ID_MAX:
            findings.add(message.line, FindingCode.INVALID_ID, message.name, f"left out: {message.id} is no CAN id")
        else:
            kept.append(message)
            if extended and not message.id & EXTENDED_FLAG:
                text = f"{message.id} is over 2047 and without bit 31: read as the 29-bit id {can_id:08X}"
                findings.add(message.line, FindingCode.MISSING_BIT_31, message.name, text)
    return kept


def _bare_pgns(messages: Iterable[MessageStatement], match: Match, findings: Findings) -> bool:
    """Whether the 29-bit ids are PGNs, as they are where each fits in the 18 bits of one."""
    ids = [can_id for can_id, extended in map(can_id_of, messages) if extended]
    if not ids or max(ids) > PGN_MAX:
        return False
    if match == "auto":
        text = "the 29-bit ids look like PGNs: matched by id, import it with messages matched by PGN if they are"
        findings.add(None, FindingCode.BARE_PGNS, None, text)
    return True


def _tell_apart(messages: Iterable[Numbered], findings: Findings, *, match: Match) -> list[Numbered]:
    """Match messages of one PGN by their ids: a file that has several means those of different senders.

    All of them where the file was not said to be matched by PGN, else all but the first, which gets the other senders.
    """
    messages = list(messages)
    ids: dict[int | None, list[int]] = {}
    for _, message in messages:
        if message.match == "pgn":
            ids.setdefault(message.pgn, []).append(message.can_id)
    told: list[Numbered] = []
    for line, message in messages:
        first = ids[message.pgn][0] if message.match == "pgn" else message.can_id
        is_shared = message.match == "pgn" and len(set(ids[message.pgn])) > 1
        if is_shared and (match == "auto" or message.can_id != first):
            told.append((line, replace(message, match="id")))
            findings.add(line, FindingCode.SHARED_PGN, message.name, "matched by id: another message has its PGN")
        else:
            told.append((line, message))
    return told


def _without_repeats(messages: Iterable[Numbered], findings: Findings) -> tuple[ImportedMessage, ...]:
    """Leave out messages that could never match, and tell apart those of one name."""
    keys: dict[tuple[object, ...], str] = {}
    names = NumberedNames()
    kept: list[ImportedMessage] = []
    for line, message in messages:
        key = ("pgn", message.pgn) if message.match == "pgn" else (message.extended, message.can_id)
        if key in keys:
            text = f"left out: {keys[key]} matches the same frames"
            findings.add(line, FindingCode.SAME_FRAMES, message.name, text)
            continue
        name = names.take(message.name)
        if name != message.name:
            text = f"renamed {name}: another message has this name"
            findings.add(line, FindingCode.REPEATED_MESSAGE, message.name, text)
        keys[key] = name
        kept.append(replace(message, name=name) if name != message.name else message)
    return tuple(kept)
