"""Statements that say more of signals and messages: comments, names of values, multiplexing, types."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from parsing.dbc.findings import FindingCode
from parsing.dbc.grammar import (
    BODY,
    LAST_QUOTE,
    MULTIPLEXED,
    NAMED,
    PAIR,
    PAIRS,
    RANGE,
    SUBJECT,
    TABLE_NAME,
    TEXT,
    VALUE_TYPE,
    VALUES,
)
from parsing.dbc.statements import Said, Selection, Values, ValueType
from parsing.definitions import Range

if TYPE_CHECKING:
    from parsing.dbc.cursor import Cursor

Key = TypeVar("Key")
Told = TypeVar("Told", Said, Values, Selection, ValueType)

MULTIPLEXOR_LIMIT = 2**32
"""DBC files hold multiplexor values as unsigned 32-bit numbers."""

_DIGITS = 10


def unescape(text: str) -> str:
    """A text as its writer meant it."""
    return text.replace('\\"', '"') if "\\" in text else text


def keep(cursor: Cursor, into: dict[Key, Told], key: Key, told: Told) -> None:
    """Of two statements about the same thing the later one holds."""
    before = into.get(key)
    if before is not None and before[:-1] != told[:-1]:
        cursor.note(FindingCode.REPEATED_STATEMENT, f"replaces what line {before.line} says: {cursor.excerpt()}")
    into[key] = told


def read_comment(cursor: Cursor, position: int) -> int:
    """CM_"""
    subject = SUBJECT.match(cursor.text, position)
    if subject is None or subject.lastindex is None:
        return cursor.leave_out(position)
    text = TEXT.match(cursor.text, subject.end())
    end = cursor.end(text.end(), text[1]) if text else None
    if text is not None and end is not None:
        comment = unescape(text[1])
    else:
        comment, end = _mended_comment(cursor, subject.end())
        if not comment:
            return cursor.leave_out(position)
    number, name, message, other, _ = subject.groups()
    if name is not None:
        keep(cursor, cursor.statements.signal_comments, (int(number), name), Said(comment, cursor.line))
    elif message is not None:
        keep(cursor, cursor.statements.message_comments, int(message), Said(comment, cursor.line))
    else:
        cursor.use("comments of nodes and environment variables" if other else "comments of the file")
    return end


def _mended_comment(cursor: Cursor, position: int) -> tuple[str, int]:
    """Of a comment whose quotes do not match: up to a quote at the end of a line, else up to the next statement."""
    limit = cursor.resume(position)
    last = LAST_QUOTE.search(cursor.text, position + 1, limit)
    comment = cursor.text[position : last.start() if last else limit].removeprefix('"')
    if last is None:
        comment = comment.rstrip("; \t\n")
    if comment:
        where = "its last quote" if last else "the next statement"
        cursor.note(FindingCode.BROKEN_TEXT, f"the comment is read up to {where}: {cursor.excerpt()}")
        cursor.statements.read += 1
    return unescape(comment), last.end() if last else limit


def read_values(cursor: Cursor, position: int) -> int:
    """VAL_"""
    found = VALUES.match(cursor.text, position)
    if found is None:
        if NAMED.match(cursor.text, position):
            cursor.use("values of environment variables")
            return cursor.skip(position)
        return cursor.leave_out(position)
    key = (int(found[1]), found[2])
    pairs, end = _pairs(cursor, found.end())
    if pairs:
        keep(cursor, cursor.statements.values, key, Values(pairs, cursor.line))
    return end


def read_table(cursor: Cursor, position: int) -> int:
    """VAL_TABLE_, for the VAL_ statements that name one instead of listing their values."""
    name = NAMED.match(cursor.text, position)
    if name is None:
        return cursor.leave_out(position)
    pairs, end = _pairs(cursor, name.end())
    cursor.statements.tables[name[1]] = pairs
    cursor.use("value tables that only have a name (VAL_TABLE_)")
    return end


def _pairs(cursor: Cursor, position: int) -> tuple[tuple[tuple[str, str], ...], int]:
    """Numbers and texts from there on, and the end of the statement."""
    text = cursor.text
    whole = PAIRS.match(text, position)
    after = whole.end() if whole else position
    pairs = tuple(PAIR.findall(text, position, after))
    end = cursor.end(after, pairs[-1][1] if pairs else "")
    if end is not None:
        return pairs, end
    table = TABLE_NAME.match(text, position)
    if table and table[1] in cursor.statements.tables:
        cursor.statements.read += 1
        return cursor.statements.tables[table[1]], table.end()
    end = cursor.resume(position)
    pairs = tuple(PAIR.findall(text, position, end))
    cursor.note(FindingCode.BROKEN_VALUES, f"{len(pairs)} values are read: {cursor.excerpt()}")
    return pairs, end


def read_selection(cursor: Cursor, position: int) -> int:
    """SG_MUL_VAL_"""
    found = MULTIPLEXED.match(cursor.text, position)
    body = BODY.match(cursor.text, found.end()) if found else None
    end = cursor.end(body.end()) if body else None
    if found is None or body is None or end is None:
        return cursor.leave_out(position)
    ranges = []
    for low, high in RANGE.findall(body.group()):
        bounds = Range(_bounded(low), _bounded(high or low))
        if bounds.low <= bounds.high < MULTIPLEXOR_LIMIT:
            ranges.append(bounds)
        else:
            cursor.note(FindingCode.BROKEN_VALUES, f"{low}-{high or low} left out: {cursor.excerpt()}")
    key = (int(found[1]), found[2])
    if RANGE.sub("", body.group()).strip(", \t\n"):
        cursor.note(FindingCode.BROKEN_VALUES, f"{len(ranges)} ranges are read: {cursor.excerpt()}")
    keep(cursor, cursor.statements.selections, key, Selection(found[3], tuple(ranges), cursor.line))
    return end


def _bounded(number: str) -> int:
    return int(number) if len(number) <= _DIGITS else MULTIPLEXOR_LIMIT


def read_value_type(cursor: Cursor, position: int) -> int:
    """SIG_VALTYPE_"""
    found = VALUE_TYPE.match(cursor.text, position)
    end = cursor.end(found.end()) if found else None
    if found is None or end is None:
        return cursor.leave_out(position)
    number = int(found[3]) if len(found[3]) == 1 else -1
    keep(cursor, cursor.statements.value_types, (int(found[1]), found[2]), ValueType(number, cursor.line))
    return end
