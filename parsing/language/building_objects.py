"""Definitions of objects."""

from __future__ import annotations

from typing import Any, cast

from parsing.language.ast import (
    ObjectDefinition,
    ObjectKind,
    PathPlace,
    Severity,
    SeverityArm,
    SeverityMap,
    Signal,
    Span,
    Suspicion,
)
from parsing.language.building_base import Clause
from parsing.language.building_messages import Messages
from parsing.language.expressions import Expression, Name

SEVERITIES = ("info", "warning", "error", "critical")


class Objects(Messages):
    def object_kind(self, _start: int, _end: int, word: str) -> str:
        return word

    def object_definition(
        self, start: int, end: int, kind: str, name: Name, title: str, topic: Name, clauses: list[Any]
    ) -> ObjectDefinition:
        return self._object(Span(start, end), (kind, name, title, topic), None, clauses)

    def object_list(
        self,
        start: int,
        end: int,
        kind: str,
        name: Name,
        title: str,
        topic: Name,
        each: PathPlace,
        clauses: list[Any],
    ) -> ObjectDefinition:
        return self._object(Span(start, end), (kind, name, title, topic), each, clauses)

    def _object(
        self, span: Span, head: tuple[str, Name, str, Name], each: PathPlace | None, clauses: list[Any]
    ) -> ObjectDefinition:
        kind, name, title, topic = head
        own = [one for one in clauses if isinstance(one, Clause)]
        given = self.gather(own)
        severity = given.get("severity")
        return ObjectDefinition(
            kind=cast("ObjectKind", kind),
            name=name,
            title=title,
            topic=topic,
            each=each,
            signals=tuple(one for one in clauses if isinstance(one, Signal)),
            suspicions=tuple(one for one in clauses if isinstance(one, Suspicion)),
            severity=severity.value if severity else None,
            doc=given["doc"].value if "doc" in given else "",
            span=span,
            remarks=self.remarks(*span, [one for one in own if one.keyword == "doc"]),
        )

    def suspicion(self, start: int, end: int, condition: Expression, reason: Name) -> Suspicion:
        return Suspicion(condition, reason, Span(start, end), self.remarks(start, end))

    def severity_map(self, start: int, end: int, signal: Name, arms: list[SeverityArm]) -> Clause:
        remarks = self.remarks(start, end, ())
        return Clause("severity", SeverityMap(signal, tuple(arms), Span(start, end), remarks), start, end)

    def text_arm(self, start: int, end: int, text: str, severity: Name) -> SeverityArm:
        return self._arm(text, severity, Span(start, end))

    def regex_arm(self, start: int, end: int, text: str, severity: Name) -> SeverityArm:
        pattern, _, flags = text[1:].rpartition("/")
        level = self.severity_of(severity)
        return SeverityArm(pattern, is_regex=True, ignore_case=flags == "i", severity=level, span=Span(start, end))

    def else_arm(self, start: int, end: int, severity: Name) -> SeverityArm:
        return self._arm(None, severity, Span(start, end))

    def _arm(self, text: str | None, severity: Name, span: Span) -> SeverityArm:
        return SeverityArm(text, is_regex=False, ignore_case=False, severity=self.severity_of(severity), span=span)

    def severity_of(self, name: Name) -> Severity:
        return cast("Severity", self.one_of(name, SEVERITIES, "no severity", "warning"))
