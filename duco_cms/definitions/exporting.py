"""A definition set as a DBC file, from the definitions as they stand."""

from dataclasses import dataclass

from duco_cms.definitions.content import build_set_content
from duco_cms.definitions.examination import MalformedContentError, typed_content
from duco_cms.definitions.models import DefinitionSet
from parsing.dbc import Unsayable, encode_dbc, write_dbc


class ExportRefusedError(Exception):
    """Nothing was written; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class DbcExport:
    """The text, the same as a file, and what a DBC cannot say of the set."""

    text: str
    file: bytes
    unsayable: tuple[Unsayable, ...]


def export_dbc(definition_set: DefinitionSet) -> DbcExport:
    """What is retired is left out. Raises ExportRefusedError."""
    try:
        content = typed_content(build_set_content(definition_set))
    except MalformedContentError as error:
        raise ExportRefusedError(f"{definition_set} cannot be written: {error}") from error
    text, unsayable = write_dbc(content.sets[0], content.enums)
    return DbcExport(text, encode_dbc(text), unsayable)
