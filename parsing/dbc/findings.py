"""What a reader of DBC files finds that is not as it should be, or that it does not keep.

The codes are stable and never reused. `docs/contracts/dbc.md` is the same list for people; a test compares the two.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

MOST_OF_A_CODE = 200
"""A file that is wrong throughout says so many times what is wrong, and then how often."""


class FindingCode(StrEnum):
    UNREADABLE = "unreadable"
    UNKNOWN_STATEMENT = "unknown_statement"
    MISSING_SEMICOLON = "missing_semicolon"
    BROKEN_TEXT = "broken_text"
    BROKEN_VALUES = "broken_values"
    BAD_CHARACTERS = "bad_characters"
    REPEATED_STATEMENT = "repeated_statement"
    UNKNOWN_MESSAGE = "unknown_message"
    UNKNOWN_SIGNAL = "unknown_signal"
    INVALID_NAME = "invalid_name"
    MISSING_BIT_31 = "missing_bit_31"
    INVALID_ID = "invalid_id"
    INDEPENDENT_SIGNALS = "independent_signals"
    BARE_PGNS = "bare_pgns"
    SHARED_PGN = "shared_pgn"
    SAME_FRAMES = "same_frames"
    REPEATED_MESSAGE = "repeated_message"
    MESSAGE_LENGTH = "message_length"
    NO_MESSAGES = "no_messages"
    REPEATED_SIGNAL = "repeated_signal"
    SIGNAL_LENGTH = "signal_length"
    BEYOND_PAYLOAD = "beyond_payload"
    BEYOND_MESSAGE = "beyond_message"
    FLOAT_LENGTH = "float_length"
    NOT_FINITE = "not_finite"
    LIMITS = "limits"
    MULTIPLEXOR = "multiplexor"
    MULTIPLEXOR_ASSUMED = "multiplexor_assumed"
    MULTIPLEXOR_MARK = "multiplexor_mark"
    ATTRIBUTE_VALUE = "attribute_value"
    ATTRIBUTE_NOT_KEPT = "attribute_not_kept"
    NOT_KEPT = "not_kept"
    TOO_MUCH = "too_much"


EXPLANATIONS: dict[FindingCode, str] = {
    FindingCode.UNREADABLE: "a statement cannot be read and is left out",
    FindingCode.UNKNOWN_STATEMENT: "the statement is none of the DBC format and is left out",
    FindingCode.MISSING_SEMICOLON: "a statement ends without its semicolon; read as if it were there",
    FindingCode.BROKEN_TEXT: "the quotes of a text do not match; what stands between the first and the last is kept",
    FindingCode.BROKEN_VALUES: "a list of values cannot be read in full; what can be is kept",
    FindingCode.BAD_CHARACTERS: "bytes that are no characters, neither in UTF-8 nor in Windows-1252, were replaced",
    FindingCode.REPEATED_STATEMENT: "the file says two different things of the same; the later one is kept",
    FindingCode.UNKNOWN_MESSAGE: "a statement about a message that the file does not define is left out",
    FindingCode.UNKNOWN_SIGNAL: "a statement about a signal that its message does not have is left out",
    FindingCode.INVALID_NAME: "a name is no identifier and was made one",
    FindingCode.MISSING_BIT_31: "an id over 7FF without bit 31, which marks 29-bit ids; read as a 29-bit id",
    FindingCode.INVALID_ID: "an id has more than 29 bits; the message is left out",
    FindingCode.INDEPENDENT_SIGNALS: "signals that belong to no message (VECTOR__INDEPENDENT_SIG_MSG) are left out",
    FindingCode.BARE_PGNS: "all 29-bit ids look like PGNs; import the file with messages matched by PGN",
    FindingCode.SHARED_PGN: "another message has the same PGN; matched by id",
    FindingCode.SAME_FRAMES: "another message matches the same frames; this one is left out",
    FindingCode.REPEATED_MESSAGE: "another message has this name; this one is renamed",
    FindingCode.MESSAGE_LENGTH: "a message is longer than 1785 bytes, the most that J1939 carries; shortened to that",
    FindingCode.NO_MESSAGES: "the file defines no messages",
    FindingCode.REPEATED_SIGNAL: "another signal of the message has this name; this one is left out",
    FindingCode.SIGNAL_LENGTH: "a signal has no bits, or more than 64; left out",
    FindingCode.BEYOND_PAYLOAD: "a signal ends beyond byte 1785; left out",
    FindingCode.BEYOND_MESSAGE: "a signal ends beyond its message; kept, and absent in frames of that length",
    FindingCode.FLOAT_LENGTH: "a float that has not 16, 32 or 64 bits; left out",
    FindingCode.NOT_FINITE: "a scale or an offset is not a finite number; the signal is left out",
    FindingCode.LIMITS: "limits that allow nothing, or are not finite, are left out",
    FindingCode.MULTIPLEXOR: "it is not known when the signal is in a frame; left out",
    FindingCode.MULTIPLEXOR_ASSUMED: "which multiplexor selects the signal is not said; the outermost is taken",
    FindingCode.MULTIPLEXOR_MARK: "what stands after the signal's name disagrees with SG_MUL_VAL_ or is no mark",
    FindingCode.ATTRIBUTE_VALUE: "an attribute has a value that it cannot have; left out",
    FindingCode.ATTRIBUTE_NOT_KEPT: "an attribute of which DUCO makes no use is left out",
    FindingCode.NOT_KEPT: "something of which DUCO makes no use is left out",
    FindingCode.TOO_MUCH: "the file has more messages or signals than are read; the rest is left out",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the file that was repaired, changed or left out, for a person to read; not an error.

    `line` counts from 1; None = the file as a whole.
    """

    line: int | None
    code: FindingCode
    message: str | None
    text: str


class Findings:
    """Collects findings, of each code not more than people read."""

    def __init__(self) -> None:
        self._kept: list[Finding] = []
        self._counts: Counter[FindingCode] = Counter()

    def add(self, line: int | None, code: FindingCode, message: str | None, text: str) -> None:
        """Keep it, or only count it."""
        self._counts[code] += 1
        if self._counts[code] <= MOST_OF_A_CODE:
            self._kept.append(Finding(line, code, message, text))

    def all(self) -> tuple[Finding, ...]:
        """By line; what is said of the whole file first, what was only counted last."""
        kept = sorted(self._kept, key=lambda finding: finding.line or 0)
        more = [(code, count - MOST_OF_A_CODE) for code, count in self._counts.items() if count > MOST_OF_A_CODE]
        return (*kept, *(Finding(None, code, None, f"{count:,} more of this kind") for code, count in more))
