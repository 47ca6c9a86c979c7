"""DBC files and texts to all that decoding needs of them (`definitions.Part`)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

import numpy as np
import orjson

from ingest.command_line import UnreadableDefinitions
from ingest.offline.arguments import FileArgument
from ingest.offline.binding import bound
from ingest.offline.columns import schema
from ingest.offline.definitions import Part, pack
from ingest.offline.paged import paged_messages
from parsing.assemble import build_content, document_of
from parsing.attributes import attributes_read
from parsing.compiler import ModelTables, compile_model
from parsing.compiler.packing import pack as pack_model
from parsing.compiler.transport import is_transported, transport_content
from parsing.dbc.reader import NotADbc, read_dbc
from parsing.dbc.records import ImportedSet, Match
from parsing.definitions import Content, Message

_WIDE_BITS = 64
_DERIVED = "derived"


def compile_definitions(
    dbcs: Sequence[FileArgument], texts: Sequence[FileArgument], files: Sequence[bytes], match: Match
) -> list[bytes]:
    """One for each `Part`. `files` are what is in those of `dbcs`, then of `texts`. Raises UnreadableDefinitions."""
    imported = _import(dbcs, texts, files[: len(dbcs)], match)
    findings = [
        f"{dbc.name}{f', line {finding.line}' if finding.line else ''}: {finding.text}"
        for dbc, one in zip(dbcs, imported, strict=True)
        for finding in one.findings
    ]
    buses = {one.name: dbc.bus for one, dbc in zip(imported, dbcs, strict=True)}
    buses |= {text.stem: text.bus for text in texts}
    content = bound(_content(texts, files[len(dbcs) :], imported), buses)
    (model,) = content.models
    models = [compile_model(content, model.id), compile_model(transport_content(content), model.id)]
    names = [row for tables in models for row in _names(content, tables)]
    derived = [(rule.name, rule.output.unit) for rule in content.rules if rule.output and rule.output.group]
    names += [(_DERIVED, name, unit) for name, unit in derived]
    messages, signals, units = [_codes([row[column] for row in names]) for column in range(3)]
    is_wide = _is_wide(content)
    parts = {
        Part.FRAMES: pack_model(models[0]),
        Part.TRANSPORT: pack_model(models[1]),
        Part.MESSAGE_OF: messages[1],
        Part.SIGNAL_OF: signals[1],
        Part.UNIT_OF: units[1],
        Part.UNSIGNED: b"".join((tables.signals["sign"] == 0).astype(np.uint8).tobytes() for tables in models)
        + bytes(len(derived)),
        Part.MESSAGES: messages[0],
        Part.SIGNALS: signals[0],
        Part.UNITS: units[0],
        Part.FINDINGS: pack([line.encode() for line in findings]),
        Part.SINGLE_FRAME: pack([line.encode() for line in _single_frame(content)]),
        Part.IS_WIDE: bytes([is_wide]),
        Part.ARROW_SCHEMA: b64encode(schema(wide_integers=is_wide).serialize().to_pybytes()),
        Part.RULES: _rules(content, models),
        Part.PAGED: orjson.dumps([*map(tuple, paged_messages(content))]),
        Part.ATTRIBUTES: pack(
            [name.encode() for name in attributes_read(content.rules, (each.judgement for each in content.objects))]
        ),
    }
    return [parts[part] for part in Part]


def _import(
    dbcs: Sequence[FileArgument], texts: Sequence[FileArgument], files: Sequence[bytes], match: Match
) -> list[ImportedSet]:
    """Each under its file's name, by which rules know it; of several alike those behind the first under a number."""
    taken = {text.stem for text in texts}
    imported = []
    for number, (dbc, file) in enumerate(zip(dbcs, files, strict=True)):
        name = f"{number}" if dbc.stem in taken else dbc.stem
        taken.add(name)
        try:
            imported.append(read_dbc(file, name, match=match))
        except NotADbc as error:
            raise UnreadableDefinitions(f"{dbc.path}: {error}") from None
    return imported


def _content(texts: Sequence[FileArgument], files: Sequence[bytes], imported: Sequence[ImportedSet]) -> Content:
    if not texts:
        return build_content(imported, {})
    from ingest.offline.checking import checked_content  # noqa: PLC0415 - the checker takes long to import

    return checked_content(texts, files, imported)


def _rules(content: Content, tables: Sequence[ModelTables]) -> bytes:
    """JSON: the compiled `rules`; `places`, the group and slot of each signal in the order of the tables; `elsewhere`,
    the same with names of signals that are in none: those of objects, and of messages that others win all frames of.
    """
    if not content.rules:
        return b""
    places = [
        [int(record["id"]), slot]
        for each in tables
        for record in each.groups
        for slot in each.signals["slot"][record["first_signal"] : record["end_signal"]].tolist()
    ]
    elsewhere = [[each.group, one.slot, f"{each.name}.{one.name}"] for each in content.objects for one in each.signals]
    groups = {group for group, _ in places}
    elsewhere += [
        [group.id, one.slot, f"{message.name}.{one.name}"]
        for message in _messages(content)
        for group in message.groups
        if group.id not in groups
        for one in group.signals
    ]
    return orjson.dumps({"rules": document_of(content)["rules"], "places": places, "elsewhere": elsewhere})


def _names(content: Content, tables: ModelTables) -> list[tuple[str, str, str]]:
    """Message, name and unit of a model's signals, in the order of its table."""
    groups = {group.id: (message, group) for message in _messages(content) for group in message.groups}
    rows: list[tuple[str, str, str]] = []
    for record in tables.groups:
        message, group = groups[int(record["id"])]
        by_slot = {signal.slot: signal for signal in group.signals}
        slots = tables.signals["slot"][record["first_signal"] : record["end_signal"]].tolist()
        rows += [(message.name, by_slot[slot].name, by_slot[slot].unit) for slot in slots]
    return rows


def _codes(names: Sequence[str]) -> tuple[bytes, bytes]:
    """Texts without repeats, packed, and for each name its number among them, u32."""
    known: dict[str, int] = {}
    codes = [known.setdefault(name, len(known)) for name in names]
    return pack([name.encode() for name in known]), np.array(codes, np.uint32).tobytes()


def _single_frame(content: Content) -> list[str]:
    found: dict[int, str] = {}
    for message in _messages(content):
        if message.pgn is not None and not is_transported(message):
            found.setdefault(message.pgn, f"{message.pgn} {message.length} {message.name}")
    return list(found.values())


def _is_wide(content: Content) -> bool:
    """Whether some raw number may be beyond an i64: unsigned or float signals of 64 bits."""
    return any(
        signal.length == _WIDE_BITS and signal.type != "signed"
        for message in _messages(content)
        for group in message.groups
        for signal in group.signals
    )


def _messages(content: Content) -> list[Message]:
    return [message for definition_set in content.sets for message in definition_set.messages]
