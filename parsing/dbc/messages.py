"""One message of a DBC: how it is matched, and its signals in groups of one multiplexing condition each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from parsing.dbc.records import Finding, ImportedGroup, ImportedMessage, ImportedSignal, Match
from parsing.dbc.signals import EnumNames, import_signal, signal_fault
from parsing.definitions import Condition, Range, pgn_of
from parsing.release_checks import MULTIPLEXOR_MAX_LENGTH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NULL_ADDRESS = 0xFE
"""DBC files of J1939 write it into ids as the source address that stands for any."""


class _LeftOut(Exception):
    """A signal cannot be imported; the text says why."""


def import_message(message: Any, enums: EnumNames, match: Match) -> tuple[ImportedMessage, list[Finding]]:
    """A cantools message as ours, and what had to be left out of it."""
    how, j1939 = _matching(message, match)
    findings: list[Finding] = []
    signals = _by_name(message, findings)
    grouped: dict[tuple[Condition, ...], list[ImportedSignal]] = {}
    for signal in signals.values():
        try:
            condition = _condition(signal, signals)
        except _LeftOut as fault:
            findings.append(Finding(message.name, f"{signal.name} left out: {fault}"))
            continue
        imported, found = import_signal(message.name, signal, enums, j1939=j1939)
        grouped.setdefault(condition, []).append(imported)
        findings += found
    groups = [ImportedGroup(condition, tuple(members)) for condition, members in grouped.items()]
    imported_message = ImportedMessage(
        name=message.name,
        match=how,
        can_id=message.frame_id,
        extended=message.is_extended_frame,
        pgn=pgn_of(message.frame_id) if j1939 else None,
        j1939=j1939,
        length=message.length,
        comment=message.comment or "",
        groups=tuple(sorted(groups, key=lambda group: bool(group.condition))),
    )
    return imported_message, findings


def _matching(message: Any, match: Match) -> tuple[Literal["id", "pgn"], bool]:
    """How frames are matched, and whether the message is J1939."""
    if not message.is_extended_frame:
        return "id", False
    declared = message.protocol == "j1939"
    likely = declared or message.frame_id & 0xFF == NULL_ADDRESS
    by_pgn = likely if match == "auto" else match == "pgn"
    return ("pgn" if by_pgn else "id"), by_pgn or declared


def _by_name(message: Any, findings: list[Finding]) -> dict[str, Any]:
    """Signals by start bit; of several with one name the first is kept."""
    signals: dict[str, Any] = {}
    for signal in message.signals:
        if signal.name in signals:
            findings.append(Finding(message.name, f"{signal.name} left out: another signal has this name"))
        else:
            signals[signal.name] = signal
    return signals


def _condition(signal: Any, signals: Mapping[str, Any]) -> tuple[Condition, ...]:
    """The chain of conditions under which the signal is there, outermost first."""
    chain: list[Condition] = []
    fault = signal_fault(signal)
    while fault is None and signal.multiplexer_signal is not None:
        parent = signals.get(signal.multiplexer_signal)
        fault = _parent_fault(parent, signal, chain)
        chain.insert(0, Condition(signal.multiplexer_signal, compress(signal.multiplexer_ids or ())))
        signal = parent
    if fault is not None:
        raise _LeftOut(fault)
    return tuple(chain)


def _parent_fault(parent: Any, signal: Any, chain: list[Condition]) -> str | None:
    if parent is None:
        return f"its multiplexor {signal.multiplexer_signal} is not there"
    if not signal.multiplexer_ids:
        return f"no value of its multiplexor {parent.name} selects it"
    if any(condition.multiplexor == parent.name for condition in chain):
        return f"its multiplexor {parent.name} selects itself"
    if parent.conversion.is_float or parent.length > MULTIPLEXOR_MAX_LENGTH:
        return f"its multiplexor {parent.name} is not an integer of at most {MULTIPLEXOR_MAX_LENGTH} bits"
    return signal_fault(parent)


def compress(values: Iterable[int]) -> tuple[Range, ...]:
    """Values as ascending ranges without gaps."""
    ranges: list[Range] = []
    for value in sorted(set(values)):
        if ranges and ranges[-1].high == value - 1:
            ranges[-1] = Range(ranges[-1].low, value)
        else:
            ranges.append(Range(value, value))
    return tuple(ranges)
