"""DBC files to all that decoding needs of them (`definitions.Part`)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

import numpy as np

from ingest.offline.arguments import DbcArgument
from ingest.offline.columns import schema
from ingest.offline.definitions import Part, UnreadableDbc, pack
from parsing.assemble import build_content
from parsing.compiler import ModelTables, compile_model
from parsing.compiler.packing import pack as pack_model
from parsing.compiler.transport import is_transported, transport_content
from parsing.dbc.reader import NotADbc, read_dbc
from parsing.dbc.records import Match
from parsing.definitions import Content, Message

_MODEL = "log"
_WIDE_BITS = 64


def compile_definitions(dbcs: Sequence[DbcArgument], files: Sequence[bytes], match: Match) -> list[bytes]:
    """One for each `Part`. Raises UnreadableDbc."""
    imported, bindings, findings = [], [], []
    for number, (dbc, file) in enumerate(zip(dbcs, files, strict=True)):
        try:
            one = read_dbc(file, f"{number}", match=match)
        except NotADbc as error:
            raise UnreadableDbc(f"{dbc.path}: {error}") from None
        imported.append(one)
        bindings.append((one.name, dbc.bus))
        lines = [(finding, f", line {finding.line}" if finding.line else "") for finding in one.findings]
        findings += [f"{dbc.name}{line}: {finding.text}" for finding, line in lines]
    content = build_content(imported, {_MODEL: bindings})
    (model,) = content.models
    models = [compile_model(content, model.id), compile_model(transport_content(content), model.id)]
    names = [row for tables in models for row in _names(content, tables)]
    messages, signals, units = [_codes([row[column] for row in names]) for column in range(3)]
    is_wide = _is_wide(content)
    parts = {
        Part.FRAMES: pack_model(models[0]),
        Part.TRANSPORT: pack_model(models[1]),
        Part.MESSAGE_OF: messages[1],
        Part.SIGNAL_OF: signals[1],
        Part.UNIT_OF: units[1],
        Part.UNSIGNED: b"".join((tables.signals["sign"] == 0).astype(np.uint8).tobytes() for tables in models),
        Part.MESSAGES: messages[0],
        Part.SIGNALS: signals[0],
        Part.UNITS: units[0],
        Part.FINDINGS: pack([line.encode() for line in findings]),
        Part.SINGLE_FRAME: pack([line.encode() for line in _single_frame(content)]),
        Part.IS_WIDE: bytes([is_wide]),
        Part.ARROW_SCHEMA: b64encode(schema(wide_integers=is_wide).serialize().to_pybytes()),
    }
    return [parts[part] for part in Part]


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
