"""A DBC file's text to its statements: which keyword leads to which reader."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from parsing.dbc import attribute_statements, text_statements
from parsing.dbc.cursor import Cursor
from parsing.dbc.findings import FindingCode, Findings
from parsing.dbc.grammar import ANOTHER, GAP, MESSAGE, NODES, REST_OF_LINE, SIGNAL, SYMBOLS, WORD
from parsing.dbc.statements import MessageStatement, SignalStatement, Statements

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    Reader = Callable[[Cursor, int], int]

NOBODY = ("", "Vector__XXX")
"""What a DBC writes where a transmitter or receiver is to stand and there is none."""

MOST_MESSAGES = 100_000
MOST_SIGNALS = 1_000_000


def scan(text: str, findings: Findings) -> Statements:
    """Read all statements; nothing is refused. Lines end with a line feed alone."""
    cursor = Cursor(text, findings)
    position = 0
    while True:
        gap = GAP.match(text, position)
        position = gap.end() if gap else position
        if position == len(text):
            return cursor.statements
        cursor.move(position)
        word = WORD.match(text, position)
        reader = _READERS.get(word.group()) if word else None
        if word is None or reader is None:
            position = cursor.leave_out(position, FindingCode.UNKNOWN_STATEMENT)
        else:
            position = reader(cursor, word.end())


def _message(cursor: Cursor, position: int) -> int:
    found = MESSAGE.match(cursor.text, position)
    cursor.message = None
    cursor.message_unreadable = found is None
    if found is None:
        cursor.note(FindingCode.UNREADABLE, f"left out with its signals: {cursor.excerpt()}")
        return _line_end(cursor, position)
    number, name, length, transmitter = found.groups()
    messages = cursor.statements.messages
    if len(messages) >= MOST_MESSAGES:
        cursor.message_unreadable = True
        cursor.note(FindingCode.TOO_MUCH, f"{name} left out: over {MOST_MESSAGES:,} messages")
    else:
        cursor.message = MessageStatement(cursor.line, int(number), name, int(length))
        messages.append(cursor.message)
        cursor.statements.read += 1
    if transmitter not in NOBODY:
        cursor.use("transmitters of messages")
    return found.end()


def _line_end(cursor: Cursor, position: int) -> int:
    found = REST_OF_LINE.match(cursor.text, position)
    return found.end() if found else position


def _signal(cursor: Cursor, position: int) -> int:
    found = SIGNAL.match(cursor.text, position)
    message = cursor.message
    if message is None and cursor.message_unreadable:
        return _line_end(cursor, position)
    end = _signal_end(cursor, found) if found else 0
    statement = _signal_statement(cursor, found, end) if found else None
    if found is None or statement is None or message is None:
        cursor.note(FindingCode.UNREADABLE, f"left out: {cursor.excerpt()}", message.name if message else None)
        return _line_end(cursor, position)
    if cursor.statements.signals >= MOST_SIGNALS:
        cursor.note(FindingCode.TOO_MUCH, f"{statement.name} left out: over {MOST_SIGNALS:,} signals", message.name)
        return end
    cursor.statements.signals += 1
    message.signals.append(statement)
    return end


def _signal_end(cursor: Cursor, found: re.Match[str]) -> int:
    """The end of its line, or where another statement begins on it."""
    if "SG_" in found[12] or "BO_" in found[12]:
        another = ANOTHER.search(cursor.text, found.start(12), found.end())
        return another.start() if another else found.end()
    return found.end()


def _signal_statement(cursor: Cursor, found: re.Match[str], end: int) -> SignalStatement | None:
    name, mark, start, length, order, sign, scale, offset, minimum, maximum, unit, _ = found.groups()
    rest = cursor.text[found.start(12) : end]
    try:
        numbers = (float(scale), float(offset), float(minimum or 0), float(maximum or 0))
    except ValueError:
        return None
    if '"' in rest:
        unit, rest = _mended_unit(cursor, unit, rest)
    elif unit and "\\" in unit:
        unit = text_statements.unescape(unit)
    if rest.rstrip(" \t,;") not in NOBODY:
        cursor.use("receivers of signals")
    bits = (int(start), int(length), order == "0", sign == "-")
    return SignalStatement(cursor.line, name, mark or "", *bits, *numbers, unit or "")


def _mended_unit(cursor: Cursor, unit: str | None, rest: str) -> tuple[str, str]:
    """Of a unit whose quotes do not match, what stands between the first and the last; and the receivers."""
    inner, _, receivers = (rest if unit is None else f'"{unit}"{rest}').partition('"')[2].rpartition('"')
    cursor.note(FindingCode.BROKEN_TEXT, f"the unit is read as {inner or 'none'}: {cursor.excerpt()}")
    return inner, receivers.strip()


def _nodes(cursor: Cursor, position: int) -> int:
    found = NODES.match(cursor.text, position)
    names = found[1].split() if found else []
    if names:
        cursor.use("nodes (BU_)", len(names))
    cursor.statements.read += 1
    return found.end() if found else position


def _version(cursor: Cursor, position: int) -> int:
    end = _line_end(cursor, position)
    version = cursor.text[position:end].strip(' \t;"')
    if version:
        cursor.use(f"version ({version[:40]})")
    cursor.statements.read += 1
    return end


def _symbols(cursor: Cursor, position: int) -> int:
    found = SYMBOLS.match(cursor.text, position)
    cursor.statements.read += 1
    return found.end() if found else position


def _unkept(kind: str, cursor: Cursor, position: int) -> int:
    cursor.use(kind)
    return cursor.skip(position)


_UNKEPT = {
    "additional transmitters (BO_TX_BU_)": ("BO_TX_BU_",),
    "environment variables": ("EV_", "EV_DATA_", "ENVVAR_DATA_"),
    "signal groups (SIG_GROUP_)": ("SIG_GROUP_",),
    "signal types (SGTYPE_)": (
        "SGTYPE_", "SGTYPE_VAL_", "SIG_TYPE_REF_", "SIGTYPE_VALTYPE_", "BA_DEF_SGTYPE_", "BA_SGTYPE_",
    ),
    "categories (CAT_)": ("CAT_", "CAT_DEF_", "FILTER"),
    "relations between nodes and what they send or receive": (
        "BA_REL_", "BA_DEF_REL_", "BA_DEF_DEF_REL_", "BU_SG_REL_", "BU_EV_REL_", "BU_BO_REL_",
    ),
}  # fmt: skip

_READERS: dict[str, Reader] = {
    **{keyword: partial(_unkept, kind) for kind, keywords in _UNKEPT.items() for keyword in keywords},
    "VERSION": _version,
    "NS_": _symbols,
    "NS_DESC_": Cursor.skip,
    "BS_": _line_end,
    "BU_": _nodes,
    "BO_": _message,
    "SG_": _signal,
    "CM_": text_statements.read_comment,
    "VAL_": text_statements.read_values,
    "VAL_TABLE_": text_statements.read_table,
    "SG_MUL_VAL_": text_statements.read_selection,
    "SIG_VALTYPE_": text_statements.read_value_type,
    "BA_": attribute_statements.read_attribute,
    "BA_DEF_": attribute_statements.read_definition,
    "BA_DEF_DEF_": attribute_statements.read_default,
}
