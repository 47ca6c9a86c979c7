"""Text to tree. Every text gives a tree of what could be read, and says what could not."""

from __future__ import annotations

from dataclasses import dataclass

from parsing.language import limits
from parsing.language.ast import Document, Span
from parsing.language.codes import DiagnosticCode
from parsing.language.diagnostics import Diagnostic
from parsing.language.parser_driver import Driver


@dataclass(frozen=True, slots=True)
class Parsed:
    document: Document
    diagnostics: tuple[Diagnostic, ...]


def parse(text: str, file: str = "") -> Parsed:
    """Never raises. `file` names the text in the diagnostics."""
    if len(text) > limits.MOST_CHARACTERS:
        why = f"a text of {len(text):,} characters; at most {limits.MOST_CHARACTERS:,} are read"
        refusal = Diagnostic(DiagnosticCode.TOO_MUCH_TEXT, file, Span(0, 0), "", why, "split it")
        return Parsed(Document(()), (refusal,))
    driver = Driver(text, file)
    document = driver.run()
    return Parsed(document, tuple(sorted(driver.builder.diagnostics, key=lambda one: one.span)))
