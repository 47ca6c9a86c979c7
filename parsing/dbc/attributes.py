"""What the attributes of a DBC say of its messages and signals."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from parsing.dbc.findings import FindingCode, Findings

if TYPE_CHECKING:
    from parsing.dbc.statements import MessageStatement, Reference, Said, Statements
    from parsing.definitions import FrameFormat

SPN_LIMIT = 2**19
"""J1939-73: an SPN has 19 bits."""

CYCLE_TIME_LIMIT = 2**31

FRAME_FORMATS: dict[str, FrameFormat] = {
    "StandardCAN": "standard",
    "ExtendedCAN": "extended",
    "StandardCAN_FD": "standard_fd",
    "ExtendedCAN_FD": "extended_fd",
    "J1939PG": "j1939",
}

FRAME_FORMAT_LABELS = (
    "StandardCAN", "ExtendedCAN", "reserved", "J1939PG", *["reserved"] * 10, "StandardCAN_FD", "ExtendedCAN_FD",
)  # fmt: skip
"""Vector's numbering, for files that do not define the attribute as an ENUM of their own."""


class Attributes:
    def __init__(self, statements: Statements, findings: Findings) -> None:
        self._messages = statements.message_attributes
        self._signals = statements.signal_attributes
        self._defaults = statements.defaults
        self._labels = statements.labels.get("VFrameFormat", FRAME_FORMAT_LABELS)
        self._findings = findings

    def message_name(self, message: MessageStatement) -> str:
        """The long name where there is one: older tools cut names to 32 characters."""
        said = self._messages.get("SystemMessageLongSymbol", {}).get(message.id)
        return said.text if said and said.text else message.name

    def signal_name(self, signal: Reference) -> str:
        """As `message_name`."""
        said = self._signals.get("SystemSignalLongSymbol", {}).get(signal)
        return said.text if said and said.text else signal[1]

    def cycle_time(self, message: MessageStatement) -> int | None:
        """In ms; None where it is 0, which says that the message is not cyclic."""
        said = self._of(message, "GenMsgCycleTime")
        number = _number(said)
        if number is not None and 0 <= number < CYCLE_TIME_LIMIT:
            return round(number) or None
        self._refuse(message, "GenMsgCycleTime", said)
        return None

    def frame_format(self, message: MessageStatement) -> FrameFormat | None:
        """None where the file does not say it, or gives a number that is reserved."""
        said = self._of(message, "VFrameFormat")
        if said is None or not said.text or said.text in self._labels:
            return FRAME_FORMATS.get(said.text) if said else None
        number = _number(said)
        if number is not None and number.is_integer() and 0 <= number < len(self._labels):
            return FRAME_FORMATS.get(self._labels[int(number)])
        if said.text not in FRAME_FORMATS:
            self._refuse(message, "VFrameFormat", said)
        return FRAME_FORMATS.get(said.text)

    def spn(self, message: MessageStatement, name: str) -> int | None:
        """None where it is 0, which is the attribute's usual default and no parameter."""
        said = self._signals.get("SPN", {}).get((message.id, name)) or self._defaults.get("SPN")
        number = _number(said)
        if number is not None and number.is_integer() and 0 <= number < SPN_LIMIT:
            return int(number) or None
        self._refuse(message, f"SPN of {name}", said)
        return None

    def _of(self, message: MessageStatement, attribute: str) -> Said | None:
        return self._messages.get(attribute, {}).get(message.id) or self._defaults.get(attribute)

    def _refuse(self, message: MessageStatement, attribute: str, said: Said | None) -> None:
        """Nothing said is no fault, nor an empty default."""
        if said is not None and said.text:
            text = f"{attribute} cannot be {said.text[:40]!r}; left out"
            self._findings.add(said.line, FindingCode.ATTRIBUTE_VALUE, message.name, text)


def _number(said: Said | None) -> float | None:
    try:
        number = float(said.text) if said else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None
