"""Texts in the signal language, checked and compiled, for decoding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.command_line import UnreadableDefinitions, refuse_repeated
from ingest.offline.arguments import FileArgument
from parsing.checker.check import check
from parsing.checker.content import content_with_rules
from parsing.checker.sources import Source
from parsing.dbc.records import ImportedSet
from parsing.definitions import Content
from parsing.language.diagnostics import Diagnostic
from parsing.language.parser import parse
from parsing.language.reading import UnreadableText, text_from_bytes
from parsing.language.rendering import render


def checked_content(
    texts: Sequence[FileArgument], files: Sequence[bytes], imported: Sequence[ImportedSet]
) -> Content:  # fmt: skip
    """Content of the texts and of the imported sets, rules compiled. Raises UnreadableDefinitions, which says all that
    is wrong.
    """
    refuse_repeated((text.stem, text.path) for text in texts)
    sources, errors = [], []
    for text, file in zip(texts, files, strict=True):
        try:
            written = text_from_bytes(file)
        except UnreadableText as error:
            raise UnreadableDefinitions(f"{text.path}: {error}") from None
        parsed = parse(written, text.stem)
        sources.append(Source(text.stem, parsed.document, written))
        errors += [one for one in parsed.diagnostics if one.is_error]
    if not errors:
        checked = check(sources, imported)
        errors += [one for one in checked.diagnostics if one.is_error]
    if errors:
        raise UnreadableDefinitions(_said(sources, errors, {text.stem: text.path for text in texts}))
    return content_with_rules(checked)


def _said(sources: Sequence[Source], errors: Sequence[Diagnostic], paths: Mapping[str, str]) -> str:
    """With the paths of the texts, as `lint` has them, in place of the names of their sets."""
    written = {source.name: source.text for source in sources}
    shown = "\n".join(render(_placed(one, paths), written[one.file]) for one in errors)
    return f"the definitions have errors\n\n{shown}"


def _placed(one: Diagnostic, paths: Mapping[str, str]) -> Diagnostic:
    related = tuple(replace(each, file=paths.get(each.file, each.file)) for each in one.related)
    return replace(one, file=paths[one.file], related=related)
