"""What engineers edit (sets, messages, signals, enums) and what they publish (releases)."""

from duco_cms.definitions.models.release import Release
from duco_cms.definitions.models.signals import DefinitionSet, Enum, Message, Signal, SignalGroup

__all__ = ["DefinitionSet", "Enum", "Message", "Release", "Signal", "SignalGroup"]
