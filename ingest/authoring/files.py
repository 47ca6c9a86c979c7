"""Files that the commands are given: texts in the language, and DBC files beside them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ingest.command_line import UnreadableDefinitions, refuse_repeated
from parsing.checker.check import Checked, check
from parsing.checker.sources import Source
from parsing.dbc.reader import NotADbc, read_dbc
from parsing.dbc.records import ImportedSet, Match
from parsing.language.diagnostics import Diagnostic
from parsing.language.parser import Parsed, parse
from parsing.language.reading import MOST_BYTES, UnreadableText, text_from_bytes

STANDARD_INPUT = "-"


@dataclass(frozen=True)
class TextFile:
    """One text; its definition set has the file's name without what is behind the dot."""

    path: str
    text: str

    @property
    def name(self) -> str:
        return "stdin" if self.path == STANDARD_INPUT else Path(self.path).stem

    @cached_property
    def parsed(self) -> Parsed:
        return parse(self.text, self.name)


@dataclass(frozen=True)
class Workspace:
    """All files of one command; they see each other's names."""

    texts: Sequence[TextFile]
    imported: Sequence[ImportedSet] = ()

    @cached_property
    def sources(self) -> list[Source]:
        return [Source(each.name, each.parsed.document, each.text) for each in self.texts]

    @cached_property
    def checked(self) -> Checked:
        return check(self.sources, self.imported)

    @cached_property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """By file and place. What a text that cannot be read in full would be told besides is not said: half of it
        would be about what is missing.
        """
        unread = {each.name for each in self.texts if any(one.is_error for one in each.parsed.diagnostics)}
        of_parser = [one for each in self.texts for one in each.parsed.diagnostics]
        of_checker = [] if unread else list(self.checked.diagnostics)
        places = {each.name: number for number, each in enumerate(self.texts)}
        return tuple(sorted([*of_parser, *of_checker], key=lambda one: (places[one.file], one.span)))

    @property
    def has_errors(self) -> bool:
        return any(one.is_error for one in self.diagnostics)

    def file(self, name: str) -> TextFile:
        """That of a diagnostic."""
        return next(each for each in self.texts if each.name == name)


def open_workspace(paths: Iterable[str], dbcs: Iterable[str] = (), match: Match = "auto") -> Workspace:
    """Reads `.duco` texts, `-` for standard input, and DBC files, which may be among `paths`.

    Raises UnreadableDefinitions.
    """
    paths = list(paths)
    texts = [TextFile(path, read_text(path)) for path in paths if not _is_dbc(path)]
    refuse_repeated((each.name, each.path) for each in texts)
    others = [*(path for path in paths if _is_dbc(path)), *dbcs]
    return Workspace(texts, [_read_dbc(path, match) for path in others])


def read_text(path: str) -> str:
    """Raises UnreadableDefinitions."""
    try:
        raw = sys.stdin.buffer.read(MOST_BYTES + 1) if path == STANDARD_INPUT else Path(path).read_bytes()
        return text_from_bytes(raw)
    except OSError as error:
        raise UnreadableDefinitions(f"{path}: {error.strerror}") from None
    except UnreadableText as error:
        raise UnreadableDefinitions(f"{path}: {error}") from None


def _is_dbc(path: str) -> bool:
    return path.lower().endswith(".dbc")


def _read_dbc(path: str, match: Match) -> ImportedSet:
    try:
        return read_dbc(Path(path).read_bytes(), Path(path).stem, match=match)
    except OSError as error:
        raise UnreadableDefinitions(f"{path}: {error.strerror}") from None
    except NotADbc as error:
        raise UnreadableDefinitions(f"{path}: {error}") from None
