"""Statements about messages and signals that are not there, and what is not kept at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsing.dbc.attribute_statements import OF_MESSAGES, OF_SIGNALS
from parsing.dbc.findings import FindingCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsing.dbc.findings import Findings
    from parsing.dbc.statements import Reference, Statements

SHOWN = 5
"""So many names of several, in a finding."""

INDEPENDENT = "VECTOR__INDEPENDENT_SIG_MSG"
INDEPENDENT_ID = 0xC000_0000
"""Vector's tools keep signals that belong to no message in a message of this name and id."""


def find_unknown(statements: Statements, findings: Findings) -> None:
    """Find what is said of messages and signals that the file does not define. What it defines may be left out."""
    defined = {message.id: {signal.name for signal in message.signals} for message in statements.messages}
    names = {message.id: message.name for message in statements.messages}
    for number, line, what in _about_messages(statements):
        if number not in defined:
            findings.add(line, FindingCode.UNKNOWN_MESSAGE, None, f"{what} left out: no message has the id {number}")
    for (number, name), line, what in _about_signals(statements):
        if name in defined.get(number, ()):
            continue
        if number in defined:
            text = f"{what} left out: the message has no signal {name}"
            findings.add(line, FindingCode.UNKNOWN_SIGNAL, names[number], text)
        else:
            text = f"{what} of {name} left out: no message has the id {number}"
            findings.add(line, FindingCode.UNKNOWN_MESSAGE, None, text)


def _about_messages(statements: Statements) -> Iterator[tuple[int, int, str]]:
    yield from ((key, said.line, "comment") for key, said in statements.message_comments.items())
    for attribute in OF_MESSAGES:
        said = statements.message_attributes.get(attribute, {})
        yield from ((key, each.line, attribute) for key, each in said.items())


def _about_signals(statements: Statements) -> Iterator[tuple[Reference, int, str]]:
    yield from ((key, said.line, "comment") for key, said in statements.signal_comments.items())
    yield from ((key, said.line, "names of values") for key, said in statements.values.items())
    yield from ((key, said.line, "type (SIG_VALTYPE_)") for key, said in statements.value_types.items())
    yield from ((key, said.line, "multiplexing (SG_MUL_VAL_)") for key, said in statements.selections.items())
    for attribute in OF_SIGNALS:
        said = statements.signal_attributes.get(attribute, {})
        yield from ((key, each.line, attribute) for key, each in said.items())


def find_unkept(statements: Statements, findings: Findings) -> None:
    """One finding for each kind of thing, and for each attribute, that is not kept."""
    for kind, use in statements.unkept.items():
        findings.add(use.line, FindingCode.NOT_KEPT, None, f"{kind} not kept: {_times(use.count)}")
    for attribute, use in statements.unkept_attributes.items():
        text = f"attribute {attribute} not kept: {_times(use.count)}"
        findings.add(use.line, FindingCode.ATTRIBUTE_NOT_KEPT, None, text)
    unused = {
        name: line
        for name, line in statements.definitions.items()
        if name not in statements.unkept_attributes and name not in (*OF_MESSAGES, *OF_SIGNALS)
    }
    if unused:
        names = ", ".join(list(unused)[:SHOWN]) + (", …" if len(unused) > SHOWN else "")
        text = f"definitions of attributes without a use not kept: {len(unused)} ({names})"
        findings.add(min(unused.values()), FindingCode.NOT_KEPT, None, text)


def _times(count: int) -> str:
    return "1 time" if count == 1 else f"{count:,} times"
