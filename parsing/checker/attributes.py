"""Attributes of machines that tests give. Where no directory of machines says which there are, rules do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from parsing.checker.nearest import did_you_mean
from parsing.checker.reporting import Findings, Reporter
from parsing.checker.scope import Catalogue
from parsing.checker.sources import Source
from parsing.language import ast
from parsing.language import expressions as ex
from parsing.language.codes import DiagnosticCode


def check_tests(sources: Iterable[Source], catalogue: Catalogue, read: Sequence[str], findings: Findings) -> None:
    """Says which attribute of a test nothing reads. All texts are without errors: else what reads it may be missing."""
    for source in sources:
        for test, given in _given(source.document):
            name = given.parts[-1].text
            if name not in read:
                near = catalogue.spelling.nearest(name, read)
                help_ = did_you_mean(near) or f"they read: {', '.join(read) or 'none'}"
                reporter = Reporter(findings, source.name, test.title)
                why = f"neither a rule nor a suspicion reads machine.{name}"
                reporter.report(DiagnosticCode.UNKNOWN_ATTRIBUTE, given.span, why, help_)


def missing_in_tests(sources: Iterable[Source], read: Sequence[str]) -> list[str]:
    """Of what is read what no test gives, by name; none where there is no test."""
    documents = [source.document for source in sources]
    given = {reference.parts[-1].text for document in documents for _, reference in _given(document)}
    has_tests = any(isinstance(item, ast.Test) for document in documents for item in document.items)
    return [name for name in read if name not in given] if has_tests else []


def _given(document: ast.Document) -> Iterator[tuple[ast.Test, ex.Reference]]:
    for item in document.items:
        if isinstance(item, ast.Test):
            yield from ((item, each.signal) for each in item.machine if isinstance(each.signal, ex.Reference))
