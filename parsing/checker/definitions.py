"""What a text defines beside rules: enums, messages, objects, and the samples that prove them."""

from __future__ import annotations

from collections.abc import Mapping

from parsing.checker.enum_checks import check_enum
from parsing.checker.message_checks import MessageChecker
from parsing.checker.objects import ObjectChecker
from parsing.checker.reporting import Findings
from parsing.checker.samples import SampleChecker
from parsing.checker.scope import Scope
from parsing.checker.sequences import SequenceChecker
from parsing.checker.sources import Source
from parsing.language import ast
from parsing.language.types_of import Enums
from parsing.rules.program import Judgement


class DefinitionChecker:
    """Of one text."""

    def __init__(self, source: Source, scope: Scope, attributes: Mapping[str, str] | None, findings: Findings) -> None:
        self._source = source
        self._findings = findings
        self._enums = Enums(_firsts(source.document))
        self._messages = MessageChecker(source, scope, self._enums, findings)
        self._objects = ObjectChecker(source, scope, self._enums, attributes, findings)
        self._samples = SampleChecker(source, scope, attributes, findings)
        self._sequences = SequenceChecker(source, scope, attributes, findings)

    def check(self) -> dict[str, Judgement]:
        """Judgements of objects by the names of their definitions."""
        judgements: dict[str, Judgement] = {}
        for item in self._source.document.items:
            match item:
                case ast.Enum():
                    check_enum(item, self._source.name, self._enums, self._findings)
                case ast.Message():
                    self._messages.check(item)
                case ast.ObjectDefinition():
                    judgement = self._objects.check(item)
                    if judgement is not None:
                        judgements.setdefault(item.name.text, judgement)
                case ast.Golden():
                    self._samples.check(item)
                case ast.Test():
                    self._sequences.check(item)
        return judgements


def _firsts(document: ast.Document) -> list[ast.Enum]:
    """Of several enums with one name the first."""
    by_name: dict[str, ast.Enum] = {}
    for item in document.items:
        if isinstance(item, ast.Enum):
            by_name.setdefault(item.name.text, item)
    return list(by_name.values())
