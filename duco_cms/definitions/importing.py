"""Importing a DBC file, or what a text defines, into a definition set; importing it again keeps every number and slot.

A message is known again by its name, else by the frames it matches; a signal by its name in its group, else by its
bits. What the file no longer has is retired: its numbers stay taken.
"""

from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction

from duco_cms.audit.acting import acting_user, summed_up
from duco_cms.audit.models import Action
from duco_cms.audit.record import record
from duco_cms.definitions.artefact import Content, content_hash
from duco_cms.definitions.comparison import EMPTY, Change, compare, lines
from duco_cms.definitions.content import build_set_content
from duco_cms.definitions.locking import hold_releases
from duco_cms.definitions.message_import import bring_up_messages, plain
from duco_cms.definitions.models import DefinitionSet, Enum
from parsing.dbc import Finding, ImportedEnum, ImportedSet, Match, NotADbc, read_dbc

NAME_CHARACTERS = 200
UNIT_CHARACTERS = 64
MEANWHILE = (
    "The set was changed since this page was opened, so that importing the file would do something else than it said. "
    "Look at what it would do now, and import again."
)


class ImportRefusedError(Exception):
    """Nothing was imported; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did to a set, or would do: how the set changes, and what the file had that is not as it says."""

    definition_set: DefinitionSet
    changes: list[Change]
    findings: tuple[Finding, ...]

    @property
    def etag(self) -> str:
        """Changes with the changes."""
        return content_hash("\n".join(lines(self.changes)))


def import_dbc(file: bytes, set_name: str, *, match: Match = "auto", previewed: str | None = None) -> ImportReport:
    """Bring the set of that name up to the file, and make it where there is none. All of it or nothing. What a DBC
    cannot say stays as it is.

    `previewed` is the ETag of the preview that was looked at. Raises ImportRefusedError, also where it would do
    something else by now.
    """
    imported = _read(file, set_name, match)
    with transaction.atomic(), summed_up():
        report = _reported(imported)
        if previewed is not None and previewed != report.etag:
            raise ImportRefusedError(MEANWHILE)
        record(Action.IMPORTED, f"definition set {set_name}", acting_user(), changes=lines(report.changes))
    return report


def import_definitions(imported: ImportedSet) -> DefinitionSet:
    """As `import_dbc`, of what says all that definitions have (`parsing.language.definitions_of`)."""
    _refuse_long_texts(imported)
    return _bring_up(imported, whole=True)


def _reported(imported: ImportedSet) -> ImportReport:
    hold_releases()
    there = DefinitionSet.objects.filter(name=imported.name).first()
    before: Content = build_set_content(there) if there else EMPTY
    definition_set = _bring_up(imported, whole=False)
    return ImportReport(definition_set, compare(before, build_set_content(definition_set)), imported.findings)


def _bring_up(imported: ImportedSet, *, whole: bool) -> DefinitionSet:
    try:
        with transaction.atomic():
            return _apply(imported, whole=whole)
    except DatabaseError as error:
        # What the reader lets through and a constraint refuses, such as an infinite limit.
        raise ImportRefusedError(f"The definitions cannot be stored: {error}. Mend the file.") from error


def preview_dbc(file: bytes, set_name: str, *, match: Match = "auto") -> ImportReport:
    """What `import_dbc` would report. It is done and undone, so that the two cannot differ; the set is not stored."""
    with transaction.atomic():
        report = import_dbc(file, set_name, match=match)
        transaction.set_rollback(True)
    return report


def _read(file: bytes, set_name: str, match: Match) -> ImportedSet:
    if b"\0" in file:
        raise ImportRefusedError("This is not a DBC file: it holds binary zeros. Export it again as DBC in UTF-8.")
    try:
        imported = read_dbc(file, set_name, match=match)
    except NotADbc as error:
        raise ImportRefusedError(str(error)) from error
    _refuse_long_texts(imported)
    return imported


def _refuse_long_texts(imported: ImportedSet) -> None:
    signals = [signal for message in imported.messages for group in message.groups for signal in group.signals]
    names = [
        *(text for message in imported.messages for text in (message.name, message.title)),
        *(group.title for message in imported.messages for group in message.groups),
        *(text for enum in imported.enums for text in (enum.name, *(enum.otherwise or ()))),
        *(signal.name for signal in signals),
    ]
    bounds = ((names, NAME_CHARACTERS), ([signal.unit for signal in signals], UNIT_CHARACTERS))
    for texts, most in bounds:
        if long := next((text for text in texts if len(text) > most), None):
            raise ImportRefusedError(f"{long[:40]}… has over {most} characters. Shorten it in the file.")


def _apply(imported: ImportedSet, *, whole: bool) -> DefinitionSet:
    hold_releases()
    definition_set, _ = DefinitionSet.objects.get_or_create(name=imported.name)
    if whole:
        definition_set.notes = plain(imported.notes)
        definition_set.save()
    # A DBC knows enums by their signals alone: one that only rules or objects have is none of its business.
    known = Enum.objects.filter(definition_set=definition_set, **({} if whole else {"signals__isnull": False}))
    replaceable = list(known.values_list("pk", flat=True))
    enums = {enum.name: _bring_up_enum(definition_set, enum, whole=whole) for enum in imported.enums}
    bring_up_messages(definition_set, imported.messages, enums, whole=whole)
    gone = Enum.objects.filter(pk__in=replaceable, signals__isnull=True).exclude(name__in=enums)
    gone.delete()
    return definition_set


def _bring_up_enum(definition_set: DefinitionSet, imported: ImportedEnum, *, whole: bool) -> Enum:
    values: dict[str, Any] = {"values": plain(imported.values), "position": imported.position}
    if whole:
        otherwise, otherwise_title = imported.otherwise or ("", "")
        values |= {
            "type": imported.type or "",
            "titles": plain(imported.titles),
            "otherwise": otherwise,
            "otherwise_title": otherwise_title,
            "notes": plain(imported.notes),
        }
    enum, _ = Enum.objects.update_or_create(definition_set=definition_set, name=imported.name, defaults=values)
    return enum
