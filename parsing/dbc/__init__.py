"""DBC files as definitions, for the CMS to map to rows (no ids and no slots yet), and definitions as DBC files."""

from parsing.dbc.findings import Finding, FindingCode
from parsing.dbc.reader import NotADbc, read_dbc
from parsing.dbc.records import (
    ImportedEnum,
    ImportedGroup,
    ImportedMessage,
    ImportedSet,
    ImportedSignal,
    Match,
)
from parsing.dbc.unsayable import Unsayable
from parsing.dbc.writer import encode_dbc, write_dbc

__all__ = [
    "Finding",
    "FindingCode",
    "ImportedEnum",
    "ImportedGroup",
    "ImportedMessage",
    "ImportedSet",
    "ImportedSignal",
    "Match",
    "NotADbc",
    "Unsayable",
    "encode_dbc",
    "read_dbc",
    "write_dbc",
]
