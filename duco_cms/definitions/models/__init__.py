"""What engineers edit (sets, messages, signals, enums), import (DBC files) and publish (releases)."""

from duco_cms.definitions.models.dbc import DbcFile
from duco_cms.definitions.models.messages import Message, SignalGroup
from duco_cms.definitions.models.release import Release
from duco_cms.definitions.models.sets import DefinitionSet, Enum
from duco_cms.definitions.models.signals import Signal

__all__ = ["DbcFile", "DefinitionSet", "Enum", "Message", "Release", "Signal", "SignalGroup"]
