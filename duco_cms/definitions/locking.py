"""Who waits for whom: publications, imports and edits of definitions. Locks hold until the transaction ends."""

from django.db import connection

from duco_cms.definitions.models import (
    DefinitionSet,
    Enum,
    Message,
    ObjectDefinition,
    Release,
    Rule,
    Sample,
    Sequence,
    Signal,
    SignalGroup,
)
from duco_cms.fleet.models import MachineModel, ModelSetBinding

_OF_TEXTS = (Rule, ObjectDefinition, Sample, Sequence)
_CONTENT = (DefinitionSet, Enum, Message, SignalGroup, Signal, *_OF_TEXTS, MachineModel, ModelSetBinding)


def hold_releases() -> None:
    """One publication or import at a time: no two releases get one number, and imports, which lock the same tables in
    another order, do not stop each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Release._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


def hold_edits() -> None:
    """Editors are let through side by side; publications, imports and texts that are applied wait for them, and they
    for those. To be called before anything is read that decides about what is saved, and before any row is held.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Release._meta.db_table} IN ROW EXCLUSIVE MODE")


def hold_definitions() -> None:
    """Nobody edits. The content is read by several queries; were it edited between them, a release could hold half of a
    change.
    """
    names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in _CONTENT)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {names} IN SHARE MODE")
