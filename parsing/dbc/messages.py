"""One message of a DBC: how it is matched, and its signals in groups of one multiplexing condition each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from parsing.bounds import STANDARD_ID_MAX
from parsing.dbc.findings import FindingCode, Findings
from parsing.dbc.multiplexing import Multiplexing, in_order
from parsing.dbc.names import EnumNames, NumberedNames, identifier
from parsing.dbc.records import ImportedGroup, ImportedMessage, ImportedSignal
from parsing.dbc.signals import LeftOut, check_signal, first_bit, limits_of, values_of
from parsing.definitions import MAX_PAYLOAD_BYTES, pgn_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from parsing.dbc.attributes import Attributes
    from parsing.dbc.records import Match
    from parsing.dbc.statements import MessageStatement, Reference, SignalStatement, Statements
    from parsing.definitions import Condition, FrameFormat

    SignalType = Literal["unsigned", "signed", "float"]

NULL_ADDRESS = 0xFE
"""DBC files of J1939 write it into ids as the source address that stands for any."""

EXTENDED_ID_MAX = 0x1FFF_FFFF

SHOWN = 3
"""So many names of several, in a finding."""


class MessageImport:
    """Makes messages of statements; the enums and findings of all come together here.

    `bare_pgns`: the 29-bit ids of the file are PGNs.
    """

    def __init__(
        self, statements: Statements, attributes: Attributes, findings: Findings, match: Match, *, bare_pgns: bool
    ) -> None:
        self.enums = EnumNames()
        self._statements = statements
        self._attributes = attributes
        self._findings = findings
        self._match = match
        self._bare_pgns = bare_pgns

    def message(self, statement: MessageStatement) -> ImportedMessage:
        frame_format = self._attributes.frame_format(statement)
        can_id, extended = can_id_of(statement)
        how, j1939 = self._matching(can_id, frame_format, extended=extended)
        name = self._named(self._attributes.message_name(statement), statement.line, None)
        if statement.length > MAX_PAYLOAD_BYTES:
            text = f"{statement.length} bytes; shortened to {MAX_PAYLOAD_BYTES}"
            self._findings.add(statement.line, FindingCode.MESSAGE_LENGTH, name, text)
        comment = self._statements.message_comments.get(statement.id)
        return ImportedMessage(
            name=name,
            match=how,
            can_id=can_id,
            extended=extended,
            pgn=pgn_of(can_id << 8 if self._bare_pgns else can_id) if j1939 else None,
            j1939=j1939,
            length=min(statement.length, MAX_PAYLOAD_BYTES),
            cycle_time=self._attributes.cycle_time(statement),
            frame_format=frame_format,
            comment=comment.text if comment else "",
            groups=self._groups(statement, name, j1939=j1939),
        )

    def _matching(
        self, can_id: int, frame_format: FrameFormat | None, *, extended: bool
    ) -> tuple[Literal["id", "pgn"], bool]:
        """How frames are matched, and whether the message is J1939."""
        if not extended:
            return "id", False
        declared = frame_format == "j1939"
        likely = (declared or can_id & 0xFF == NULL_ADDRESS) and not self._bare_pgns
        by_pgn = likely if self._match == "auto" else self._match == "pgn"
        return ("pgn" if by_pgn else "id"), by_pgn or declared

    def _named(self, name: str, line: int, message: str | None) -> str:
        """The name as an identifier."""
        mended = identifier(name)
        if mended == name:
            return name
        self._findings.add(line, FindingCode.INVALID_NAME, message, f"{name} is no identifier; named {mended}")
        return mended

    def _groups(self, statement: MessageStatement, message: str, *, j1939: bool) -> tuple[ImportedGroup, ...]:
        signals = self._by_name(statement, message)
        names = self._signal_names(statement, signals, message)
        floats = {name for name in signals if self._statements.is_float((statement.id, name))}
        multiplexing = Multiplexing(statement, signals, floats, self._statements.selections, self._findings)
        grouped: dict[tuple[Condition, ...], list[ImportedSignal]] = {}
        kept: list[SignalStatement] = []
        for signal in sorted(signals.values(), key=first_bit):
            try:
                check_signal(signal, is_float=signal.name in floats)
                condition = multiplexing.condition(signal)
            except LeftOut as fault:
                self._findings.add(signal.line, fault.code, message, f"{signal.name} left out: {fault}")
                continue
            condition = tuple(each._replace(multiplexor=names[each.multiplexor]) for each in condition)
            kind: SignalType = "float" if signal.name in floats else "signed" if signal.signed else "unsigned"
            imported = self._signal(statement, signal, (message, names[signal.name]), kind, j1939=j1939)
            grouped.setdefault(condition, []).append(imported)
            kept.append(signal)
        self._find_beyond(statement, message, kept)
        return tuple(ImportedGroup(condition, tuple(grouped[condition])) for condition in in_order(grouped))

    def _by_name(self, statement: MessageStatement, message: str) -> dict[str, SignalStatement]:
        """Signals as in the file; of several with one name the first is kept."""
        signals: dict[str, SignalStatement] = {}
        for signal in statement.signals:
            first = signals.setdefault(signal.name, signal)
            if first is not signal:
                text = f"{signal.name} left out: another signal, of line {first.line}, has this name"
                self._findings.add(signal.line, FindingCode.REPEATED_SIGNAL, message, text)
        return signals

    def _signal_names(
        self, statement: MessageStatement, signals: Mapping[str, SignalStatement], message: str
    ) -> dict[str, str]:
        """The names that signals get, by those that are written."""
        names: dict[str, str] = {}
        taken = NumberedNames()
        for written, signal in signals.items():
            name = self._named(self._attributes.signal_name((statement.id, written)), signal.line, message)
            names[written] = taken.take(name)
            if names[written] != name:
                text = f"{written} renamed {names[written]}: another signal of the message has its name"
                self._findings.add(signal.line, FindingCode.REPEATED_SIGNAL, message, text)
        return names

    def _signal(
        self,
        statement: MessageStatement,
        signal: SignalStatement,
        names: tuple[str, str],
        kind: SignalType,
        *,
        j1939: bool,
    ) -> ImportedSignal:
        """`names`: of the message and of the signal."""
        key = (statement.id, signal.name)
        message, name = names
        comment = self._statements.signal_comments.get(key)
        minimum, maximum = self._limits(signal, message)
        return ImportedSignal(
            name=name,
            start=signal.start,
            length=signal.length,
            byte_order="big" if signal.big else "little",
            type=kind,
            scale=signal.scale,
            offset=signal.offset,
            minimum=minimum,
            maximum=maximum,
            unit=signal.unit,
            enum=self._enum(key, names),
            spn=self._attributes.spn(statement, signal.name),
            sentinels="j1939" if j1939 and kind == "unsigned" else "none",
            comment=comment.text if comment else "",
        )

    def _limits(self, signal: SignalStatement, message: str) -> tuple[float | None, float | None]:
        limits = limits_of(signal)
        if limits is not None:
            return limits
        text = f"{signal.name}: the limits [{signal.minimum:g}|{signal.maximum:g}] allow nothing and are left out"
        if signal.minimum <= signal.maximum:
            text = f"{signal.name}: the limits are not finite numbers and are left out"
        self._findings.add(signal.line, FindingCode.LIMITS, message, text)
        return None, None

    def _enum(self, key: Reference, names: tuple[str, str]) -> str | None:
        said = self._statements.values.get(key)
        if said is None:
            return None
        named, refused = values_of(said)
        if refused:
            numbers = ", ".join(refused[:5])
            text = (
                f"{key[1]}: the values {numbers} are no whole numbers of 64 bits or named twice; the last name is kept"
            )
            self._findings.add(said.line, FindingCode.BROKEN_VALUES, names[0], text)
        return self.enums.name(*names, tuple(sorted(named.items()))) if named else None

    def _find_beyond(self, statement: MessageStatement, message: str, kept: Iterable[SignalStatement]) -> None:
        bits = statement.length * 8
        beyond = sorted(signal for signal in kept if first_bit(signal) + signal.length > bits)
        if beyond:
            names = ", ".join(signal.name for signal in beyond[:SHOWN]) + (", …" if beyond[SHOWN:] else "")
            text = f"{names} kept, though they end beyond the message's {statement.length} bytes"
            self._findings.add(beyond[0].line, FindingCode.BEYOND_MESSAGE, message, text)


def can_id_of(statement: MessageStatement) -> tuple[int, bool]:
    """The id of frames, and whether it has 29 bits: as bit 31 says, or an id that 11 bits cannot hold."""
    can_id = statement.id & EXTENDED_ID_MAX
    return can_id, statement.id > STANDARD_ID_MAX
