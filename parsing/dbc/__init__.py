"""DBC files as definitions, for the CMS to map to rows (no ids and no slots yet)."""

from parsing.dbc.reader import NotADbc, read_dbc
from parsing.dbc.records import (
    Finding,
    ImportedEnum,
    ImportedGroup,
    ImportedMessage,
    ImportedSet,
    ImportedSignal,
    Match,
)

__all__ = [
    "Finding",
    "ImportedEnum",
    "ImportedGroup",
    "ImportedMessage",
    "ImportedSet",
    "ImportedSignal",
    "Match",
    "NotADbc",
    "read_dbc",
]
