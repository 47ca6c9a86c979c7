"""Collects what is found, item by item."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from parsing.language.ast import Span
from parsing.language.codes import DiagnosticCode
from parsing.language.diagnostics import Diagnostic, Related


@dataclass(slots=True)
class Findings:
    """Of one check; the same is said of one place once."""

    _found: dict[tuple[DiagnosticCode, str, Span], Diagnostic] = field(default_factory=dict)

    def add(self, diagnostic: Diagnostic) -> None:
        self._found.setdefault((diagnostic.code, diagnostic.file, diagnostic.span), diagnostic)

    @property
    def has_errors(self) -> bool:
        return any(each.is_error for each in self._found.values())

    def in_order(self, files: Iterable[str]) -> tuple[Diagnostic, ...]:
        """By file, in the order given, and by place."""
        places = {file: number for number, file in enumerate(files)}
        return tuple(sorted(self._found.values(), key=lambda each: (places[each.file], each.span, each.code)))


@dataclass(frozen=True, slots=True)
class Reporter:
    """Of one item of a text."""

    findings: Findings
    file: str
    subject: str

    def report(
        self, code: DiagnosticCode, span: Span, why: str, help_: str = "", related: tuple[Related, ...] = ()
    ) -> None:
        self.findings.add(Diagnostic(code, self.file, span, self.subject, why, help_, related))
