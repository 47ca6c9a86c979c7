"""The syntax tree of a text. Every node knows where it stands; nothing is resolved or judged yet.

Names, types and units are as written; numbers are as read (`1/256` is 0.00390625). What `checker` makes of a tree is in
`parsing.rules.program`.
"""

from __future__ import annotations

from dataclasses import dataclass

from parsing.language.ast_common import (
    NO_REMARKS,
    Interval,
    RawInterval,
    Remarks,
    Severity,
    Span,
    State,
    Store,
)
from parsing.language.ast_definitions import (
    BitPlace,
    CanSource,
    Case,
    DtcList,
    Enum,
    EnumMember,
    J1939Source,
    Message,
    Mux,
    ObjectDefinition,
    ObjectKind,
    PathPlace,
    SeverityArm,
    SeverityMap,
    Signal,
    Suspicion,
)
from parsing.language.ast_proof import (
    Compares,
    ComparisonSign,
    Equals,
    Expectation,
    ExpectStep,
    Given,
    Golden,
    Is,
    SendStep,
    SetStep,
    Test,
    Within,
    subject_of,
)
from parsing.language.ast_rules import (
    Check,
    Const,
    Derived,
    Distrust,
    Event,
    Flag,
    Replace,
)

__all__ = [
    "NO_REMARKS", "BitPlace", "CanSource", "Case", "Check", "Compares", "ComparisonSign", "Const", "Derived",
    "Distrust", "Document", "DtcList", "Enum", "EnumMember", "Equals", "Event", "ExpectStep", "Expectation", "Flag",
    "Given", "Golden", "Interval", "Is", "Item", "J1939Source", "Message", "Mux", "ObjectDefinition", "ObjectKind",
    "PathPlace", "RawInterval", "Remarks", "Replace", "SendStep", "SetStep", "Severity", "SeverityArm", "SeverityMap",
    "Signal", "Span", "State", "Store", "Suspicion", "Test", "Within", "subject_of",
]  # fmt: skip

Item = Message | Enum | ObjectDefinition | Const | Derived | Check | Event | Golden | Test


@dataclass(frozen=True, slots=True)
class Document:
    """One text, which is one definition set. `remarks` stand behind the last item; `header` above the first, with an
    empty line below: comments on the whole. Without items there is no header.
    """

    items: tuple[Item, ...]
    remarks: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
