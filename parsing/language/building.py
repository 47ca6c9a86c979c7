"""The builder: golden samples and tests, on top of all the others."""

from __future__ import annotations

from typing import Any

from parsing.language.ast import (
    Compares,
    Document,
    Equals,
    Expectation,
    ExpectStep,
    Given,
    Golden,
    Is,
    SendStep,
    SetStep,
    Span,
    Test,
    Within,
)
from parsing.language.building_base import Clause
from parsing.language.building_rules import Rules
from parsing.language.codes import DiagnosticCode
from parsing.language.expressions import Expression, Name, Reference
from parsing.language.lexing import IN_HEADER
from parsing.quality import STATES

OUTCOMES = ("raised", "cleared", "failed", "passed")


class Builder(Rules):
    def start(self, _start: int, _end: int, items: list[Any]) -> Document:
        header = tuple(one.text for one in self._comments if items and one.anchor == IN_HEADER)
        remarks = tuple(one.text for one in self._comments[len(header) :])
        return Document(tuple(items), remarks, header)

    # Golden samples

    def golden(self, start: int, end: int, title: str, message: Name, clauses: list[Clause]) -> Golden:
        given = self.gather(clauses)
        if "bytes" not in given and "json" not in given:
            self.missing(
                (start, end), message.span.end, "the sample has no content", 'add:  bytes x"F0 7D"  (or `json {…}`)'
            )
        values = {keyword: clause.value for keyword, clause in given.items()}
        return Golden(
            title=title,
            message=message,
            payload=values.get("bytes"),
            json=values.get("json"),
            source_address=values.get("sa"),
            expect=tuple(values.get("expect", ())),
            span=Span(start, end),
            remarks=self.remarks(start, end, list(given.values())),
        )

    def payload(self, start: int, end: int, payload: bytes) -> Clause:
        return Clause("bytes", payload, start, end)

    def json(self, start: int, end: int, text: str) -> Clause:
        return Clause("json", text, start, end)

    json_text = json

    def expectations(self, start: int, end: int, expected: list[Expectation]) -> Clause:
        return Clause("expect", expected, start, end)

    def is_expected(self, start: int, end: int, what: Reference, state: Name) -> Is:
        known = (*STATES, *OUTCOMES)
        return Is(what, self.one_of(state, known, "nothing that can be expected", "valid"), Span(start, end))

    def equality(self, start: int, end: int, signal: Reference, value: Expression) -> Equals:
        return Equals(signal, value, Span(start, end))

    def compares(
        self, start: int, end: int, signal: Reference, operator: Any, value: Expression
    ) -> Compares | Equals:  # fmt: skip
        if operator in ("==", "!="):
            self._no_comparison(Span(start, end), operator, value)
            return Equals(signal, value, Span(start, end))
        return Compares(signal, operator, value, Span(start, end))

    def _no_comparison(self, span: Span, operator: str, value: Expression) -> None:
        outcome = value.parts[0].text if isinstance(value, Reference) else ""
        why, advice = "`==` compares; what is expected is given with `=`", "use:  ="
        if operator == "!=":
            why, advice = "it is said what a value is, not what it is not", "use `=`, `<`, `>`, or  in LOW..HIGH"
        elif outcome in (*STATES, *OUTCOMES):
            why, advice = f"{outcome} is no value but a state", f"use:  is {outcome}"
        self.report(DiagnosticCode.OPERATOR, span, why, advice)

    def within_expected(self, start: int, end: int, signal: Reference, low: Expression, high: Expression) -> Within:
        return Within(signal, low, high, Span(start, end))

    # Tests

    def test(self, start: int, end: int, title: str, clauses: list[Any]) -> Test:
        given = self.gather(one for one in clauses if isinstance(one, Clause))
        return Test(
            title=title,
            machine=tuple(given["machine"].value) if "machine" in given else (),
            steps=tuple(one for one in clauses if not isinstance(one, Clause)),
            span=Span(start, end),
            remarks=self.remarks(start, end, list(given.values())),
        )

    def machine(self, start: int, end: int, attributes: list[Equals]) -> Clause:
        return Clause("machine", attributes, start, end)

    def set_step(self, start: int, end: int, at: int, values: list[Given]) -> SetStep:
        return SetStep(at, None, None, tuple(values), Span(start, end), self.remarks(start, end))

    def set_steps(self, start: int, end: int, every: int, until: int, values: list[Given]) -> SetStep:
        return self.set_steps_from(start, end, every, 0, until, values)

    def set_steps_from(self, start: int, end: int, every: int, at: int, until: int, values: list[Given]) -> SetStep:
        return SetStep(at, every, until, tuple(values), Span(start, end), self.remarks(start, end))

    def send_step(self, start: int, end: int, at: int, message: Name, payload: bytes) -> SendStep:
        return self.send_step_from(start, end, at, message, payload, None)

    def send_step_from(
        self, start: int, end: int, at: int, message: Name, payload: bytes, source: int | None
    ) -> SendStep:
        return SendStep(at, message, payload, None, source, Span(start, end), self.remarks(start, end))

    def send_object(self, start: int, end: int, at: int, message: Name, json: str) -> SendStep:
        return SendStep(at, message, None, json, None, Span(start, end), self.remarks(start, end))

    def expect_step(self, start: int, end: int, at: int, expected: list[Expectation]) -> ExpectStep:
        return ExpectStep(at, tuple(expected), Span(start, end), self.remarks(start, end))
