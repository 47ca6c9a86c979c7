"""Constants, derived signals, checks and events."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from parsing.language.ast import Check, Const, Derived, Distrust, Event, Flag, Replace, Span
from parsing.language.building_base import Clause
from parsing.language.building_objects import Objects
from parsing.language.codes import DiagnosticCode
from parsing.language.expressions import Argument, Call, Expression, Name, Reference, Unit


class Rules(Objects):
    def const(self, start: int, end: int, name: Name, value: Expression) -> Const:
        return Const(name, value, "", Span(start, end), self.remarks(start, end))

    def const_with_doc(self, start: int, end: int, name: Name, value: Expression, doc: Clause) -> Const:
        return Const(name, value, doc.value, Span(start, end), self.remarks(start, end))

    def derived(
        self, start: int, end: int, name: Name, kind: Name, value: Expression, options: list[Clause]
    ) -> Derived:
        return self._derived(Span(start, end), (name, kind, None), value, options)

    def derived_with_unit(
        self, start: int, end: int, name: Name, kind: Name, unit: Unit, value: Expression, options: list[Clause]
    ) -> Derived:
        return self._derived(Span(start, end), (name, kind, unit), value, options)

    def _derived(
        self, span: Span, head: tuple[Name, Name, Unit | None], value: Expression, options: list[Clause]
    ) -> Derived:
        given = self.gather(options)
        if "reset" in given:
            value = self._with_reset(value, given.pop("reset"))
        values = {keyword: clause.value for keyword, clause in given.items()}
        name, kind, unit = head
        return Derived(
            name=name,
            type=kind,
            unit=unit,
            value=value,
            hold=values.get("hold"),
            range=values.get("range"),
            store=values.get("store", "always"),
            doc=values.get("doc", ""),
            span=span,
            options={keyword: clause.span for keyword, clause in given.items()},
            remarks=self.remarks(*span),
        )

    def _with_reset(self, value: Expression, reset: Clause) -> Expression:
        if isinstance(value, Call):
            word = Name("reset", Span(reset.start, reset.start + len("reset")))
            argument = Argument(word, reset.value, reset.span)
            return replace(value, arguments=(*value.arguments, argument))
        self.report(
            DiagnosticCode.MISPLACED_OPTION,
            reset.span,
            "`reset when` belongs to a call of `unroll`",
            "use:  unroll(x, bits: 16, reset: CONDITION)",
        )
        return value

    # Checks

    def check(self, start: int, end: int, name: Name, title: str, clauses: list[Clause]) -> Check | None:
        given = self.gather(clauses)
        for keyword, advice in (
            ("expect", "add:  expect CONDITION"),
            ("else", 'add:  else flag warning "what is wrong"'),
        ):
            if keyword not in given:
                self.missing((start, end), name.span.end, f"the check has no `{keyword}`", advice)
        if "expect" not in given:
            return None
        when, duration = given["when"].value if "when" in given else (None, 0)
        return Check(
            name=name,
            title=title,
            when=when,
            duration=duration,
            expect=given["expect"].value,
            actions=tuple(given["else"].value) if "else" in given else (),
            doc=given["doc"].value if "doc" in given else "",
            span=Span(start, end),
            remarks=self.remarks(start, end, list(given.values())),
        )

    def when(self, start: int, end: int, condition: Expression, duration: int) -> Clause:
        return Clause("when", (condition, duration), start, end)

    def expect(self, start: int, end: int, condition: Expression) -> Clause:
        return Clause("expect", condition, start, end)

    def else_actions(self, start: int, end: int, actions: list[Any]) -> Clause:
        return Clause("else", actions, start, end)

    def no_time(self, _start: int, _end: int) -> int:
        return 0

    def lasting(self, _start: int, _end: int, duration: int) -> int:
        return duration

    def flag(self, start: int, end: int, severity: Name, text: str) -> Flag:
        return Flag(self.severity_of(severity), text, Span(start, end))

    def replace(self, start: int, end: int, signal: Reference, value: Expression) -> Replace:
        return Replace(signal, value, Span(start, end))

    def distrust(self, start: int, end: int, action: Any, signal: Reference) -> Distrust:
        return Distrust(action, signal, Span(start, end))

    # Events

    def event(self, start: int, end: int, name: Name, title: str, clauses: list[Clause]) -> Event | None:
        given = self.gather(clauses)
        if "raise" not in given:
            self.missing(
                (start, end),
                name.span.end,
                "it is not said when the event is raised",
                "add:  raise when CONDITION for 10s",
            )
            return None
        values = {keyword: clause.value for keyword, clause in given.items()}
        raise_when, raise_for = values["raise"]
        clear_when, clear_for = values.get("clear", (None, 0))
        return Event(
            name=name,
            title=title,
            raise_when=raise_when,
            raise_for=raise_for,
            clear_when=clear_when,
            clear_for=clear_for,
            severity=values.get("severity", "warning"),
            capture=tuple(values.get("capture", ())),
            group_by=values.get("group"),
            cooldown=values.get("cooldown", 0),
            doc=values.get("doc", ""),
            span=Span(start, end),
            options={keyword: clause.span for keyword, clause in given.items()},
            remarks=self.remarks(start, end, list(given.values())),
        )

    def raise_when(self, start: int, end: int, condition: Expression, duration: int) -> Clause:
        return Clause("raise", (condition, duration), start, end)

    def clear_when(self, start: int, end: int, condition: Expression, duration: int) -> Clause:
        return Clause("clear", (condition, duration), start, end)

    def severity(self, start: int, end: int, name: Name) -> Clause:
        return Clause("severity", self.severity_of(name), start, end)

    def capture(self, start: int, end: int, signals: list[Reference]) -> Clause:
        return Clause("capture", signals, start, end)

    def group_by(self, start: int, end: int, name: Name) -> Clause:
        return Clause("group", name, start, end)

    def cooldown(self, start: int, end: int, duration: int) -> Clause:
        return Clause("cooldown", duration, start, end)
