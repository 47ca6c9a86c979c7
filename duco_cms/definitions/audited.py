"""Which rows' edits the audit tells of: all that a release holds."""

from duco_cms.audit.edits import follow
from duco_cms.definitions.models import (
    DefinitionSet,
    Enum,
    Message,
    ObjectDefinition,
    Rule,
    Sample,
    Sequence,
    Signal,
    SignalGroup,
)
from duco_cms.fleet.models import MachineModel, ModelSetBinding

_NO_EDIT = frozenset({"position", "notes", "slots", "next_slot", "replacements"})
"""Numbers that are given, and where items stand in a text."""


def follow_edits() -> None:
    """Called once, when the models are loaded."""
    rows = (DefinitionSet, Enum, Message, Rule, ObjectDefinition, Sample, Sequence)
    for model in (*rows, MachineModel, ModelSetBinding):
        follow(model, ignored=_NO_EDIT)
    follow(Signal, ignored=_NO_EDIT, named=_signal)
    follow(SignalGroup, ignored=_NO_EDIT, named=_group)


def _signal(signal: Signal) -> str:
    return f"{signal.group.message.name}.{signal.name}"


def _group(group: SignalGroup) -> str:
    """By its number: its condition may be none that can be told."""
    return f"{group.pk} of {group.message.name}"
