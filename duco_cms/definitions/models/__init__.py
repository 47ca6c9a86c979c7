"""What engineers edit (sets, messages, signals, enums, rules …), import (DBC files) and publish (releases)."""

from duco_cms.definitions.models.dbc import DbcFile
from duco_cms.definitions.models.messages import Message, SignalGroup
from duco_cms.definitions.models.release import Release
from duco_cms.definitions.models.sets import DefinitionSet, Enum
from duco_cms.definitions.models.signals import Signal
from duco_cms.definitions.models.written import ObjectDefinition, Rule, Sample, Sequence

__all__ = [
    "DbcFile",
    "DefinitionSet",
    "Enum",
    "Message",
    "ObjectDefinition",
    "Release",
    "Rule",
    "Sample",
    "Sequence",
    "Signal",
    "SignalGroup",
]
