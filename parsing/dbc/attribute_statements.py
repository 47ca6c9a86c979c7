"""Attributes: their definitions, defaults and uses."""

from __future__ import annotations

from parsing.dbc.cursor import Cursor
from parsing.dbc.grammar import ATTRIBUTE, ATTRIBUTE_DEFAULT, ATTRIBUTE_DEFINITION, BODY, LABEL
from parsing.dbc.statements import Said, Use
from parsing.dbc.text_statements import keep, unescape

OF_MESSAGES = ("GenMsgCycleTime", "VFrameFormat", "SystemMessageLongSymbol")
OF_SIGNALS = ("SPN", "SystemSignalLongSymbol")
"""The attributes that are kept: Vector's names, as other tools write them too."""


def read_attribute(cursor: Cursor, position: int) -> int:
    """BA_"""
    found = ATTRIBUTE.match(cursor.text, position)
    end = cursor.end(found.end(), found[6] or "") if found else None
    if found is None or end is None:
        return cursor.leave_out(position)
    attribute, message, number, signal, _, text, word = found.groups()
    statements = cursor.statements
    said = Said(word if text is None else unescape(text), cursor.line)
    if message is not None and attribute in OF_MESSAGES:
        keep(cursor, statements.message_attributes.setdefault(attribute, {}), int(message), said)
    elif signal is not None and attribute in OF_SIGNALS:
        keep(cursor, statements.signal_attributes.setdefault(attribute, {}), (int(number), signal), said)
    else:
        before = statements.unkept_attributes.get(attribute)
        use = Use(before.line, before.count + 1) if before else Use(cursor.line, 1)
        statements.unkept_attributes[attribute] = use
    return end


def read_definition(cursor: Cursor, position: int) -> int:
    """BA_DEF_"""
    found = ATTRIBUTE_DEFINITION.match(cursor.text, position)
    body = BODY.match(cursor.text, found.end()) if found else None
    end = cursor.end(body.end()) if body else None
    if found is None or body is None or end is None:
        return cursor.leave_out(position)
    _, name, kind = found.groups()
    cursor.statements.definitions.setdefault(name, cursor.line)
    if name == "VFrameFormat" and kind == "ENUM":
        cursor.statements.labels[name] = tuple(LABEL.findall(body.group()))
    return end


def read_default(cursor: Cursor, position: int) -> int:
    """BA_DEF_DEF_"""
    found = ATTRIBUTE_DEFAULT.match(cursor.text, position)
    end = cursor.end(found.end(), found[2] or "") if found else None
    if found is None or end is None:
        return cursor.leave_out(position)
    name, text, word = found.groups()
    if name in (*OF_MESSAGES, *OF_SIGNALS):
        keep(cursor, cursor.statements.defaults, name, Said(word if text is None else unescape(text), cursor.line))
    return end
