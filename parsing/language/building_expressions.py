"""Expressions."""

from __future__ import annotations

from typing import Any

from parsing.language import limits
from parsing.language.ast import Span
from parsing.language.building_base import did_you_mean
from parsing.language.building_numbers import LARGEST_PLAIN, Numbers, decimals_of
from parsing.language.codes import DiagnosticCode
from parsing.language.expressions import (
    AbsentFor,
    Argument,
    Binary,
    Boolean,
    Call,
    Conditional,
    Duration,
    Expression,
    In,
    IsState,
    Name,
    Number,
    Reference,
    Text,
    Unary,
    Unit,
)
from parsing.quality import STATES

OF_RULES = ("failed", "active")
_ADVICE = "give parts of it a name with `derived`, and read those"


class Expressions(Numbers):
    def formula(self, start: int, end: int, value: Expression) -> Expression:
        self.nodes = 0
        if not _is_too_deep(value):
            return value
        why = f"parts of it stand more than {limits.DEEPEST_EXPRESSION} deep in each other"
        self.report(DiagnosticCode.NESTED, (start, end), why, _ADVICE)
        return Boolean(value=False, span=Span(start, end))

    def conditional(
        self, start: int, end: int, condition: Expression, then: Expression, otherwise: Expression
    ) -> Expression:
        self._count(start, end)
        return Conditional(condition, then, otherwise, Span(start, end))

    def binary(self, start: int, end: int, left: Expression, operator: Any, right: Expression) -> Expression:
        self._count(start, end)
        return Binary(operator, left, right, Span(start, end))

    def unary(self, start: int, end: int, operator: Any, operand: Expression) -> Expression:
        self._count(start, end)
        return Unary(operator, operand, Span(start, end))

    def is_state(self, start: int, end: int, operand: Expression, state: Name) -> Expression:
        return IsState(operand, self._state(state), negated=False, span=Span(start, end))

    def is_not_state(self, start: int, end: int, operand: Expression, _not: str, state: Name) -> Expression:
        return IsState(operand, self._state(state), negated=True, span=Span(start, end))

    def _state(self, state: Name) -> Any:
        if state.text in STATES or state.text in OF_RULES:
            return state.text
        self.report(
            DiagnosticCode.UNKNOWN_WORD,
            state.span,
            f"`{state.text}` is no state of a value",
            did_you_mean(state.text, (*STATES, *OF_RULES)),
        )
        return "valid"

    def within(self, start: int, end: int, operand: Expression, low: Expression, high: Expression) -> Expression:
        return In(operand, low, high, Span(start, end))

    def absent(self, start: int, end: int, operand: Expression, duration: int) -> Expression:
        return AbsentFor(operand, duration, Span(start, end))

    def plain_number(self, start: int, end: int, value: float) -> Expression:
        return Number(float(value), isinstance(value, int), None, Span(start, end))

    def quantity(self, start: int, end: int, value: float, unit: Unit) -> Expression:
        return Number(float(value), isinstance(value, int), unit, Span(start, end))

    def measured(self, start: int, end: int, text: str) -> Expression:
        return self._measured(start, end, text, None)

    def measured_quantity(self, start: int, end: int, text: str, unit: Unit) -> Expression:
        return self._measured(start, end, text, unit)

    def _measured(self, start: int, end: int, text: str, unit: Unit | None) -> Expression:
        value, decimals = self.float_number(start, start + len(text), text), decimals_of(text)
        is_integer = not decimals and value.is_integer() and value < LARGEST_PLAIN
        return Number(value, is_integer, unit, Span(start, end), decimals)

    def duration_literal(self, start: int, end: int, text: str) -> Expression:
        return Duration(self.duration(start, end, text), Span(start, end))

    def text(self, start: int, end: int, value: str) -> Expression:
        return Text(value, Span(start, end))

    def boolean(self, start: int, end: int, word: str) -> Expression:
        return Boolean(word == "true", Span(start, end))

    def reference(self, start: int, end: int, names: list[Name]) -> Reference:
        return Reference(tuple(names), Span(start, end))

    def call_without(self, start: int, end: int, function: Name) -> Expression:
        return Call(function, (), Span(start, end))

    def call(self, start: int, end: int, function: Name, arguments: list[Argument]) -> Expression:
        # Without capitals it is a name only between backticks, and meant as one.
        if function.text != "not" and function.text.lower() == "not" and len(arguments) == 1:
            self.report(DiagnosticCode.OPERATOR, function.span, f"`{function.text}` is written `not` here", "use:  not")
            return Unary("not", arguments[0].value, Span(start, end))
        return Call(function, tuple(arguments), Span(start, end))

    def positional(self, start: int, end: int, value: Expression) -> Argument:
        self._count(start, end)
        return Argument(None, value, Span(start, end))

    def named(self, start: int, end: int, name: Name, value: Expression) -> Argument:
        self._count(start, end)
        return Argument(name, value, Span(start, end))

    def _count(self, start: int, end: int) -> None:
        self.nodes += 1
        if self.nodes > limits.LARGEST_EXPRESSION:
            why = f"an expression of more than {limits.LARGEST_EXPRESSION:,} operators and arguments is not read"
            raise limits.TooMuchError((start, end), why, _ADVICE)


def _is_too_deep(value: Expression) -> bool:
    """Whether it is nested too deep for those who go down into it."""
    waiting: list[tuple[Expression, int, int]] = [(value, 1, 1)]
    while waiting:
        one, depth, height = waiting.pop()
        if depth > limits.DEEPEST_EXPRESSION or height > limits.TALLEST_EXPRESSION:
            return True
        for inner in children(one):
            beside = isinstance(one, Binary) and isinstance(inner, Binary) and inner.operator == one.operator
            waiting.append((inner, depth if beside else depth + 1, height + 1))
    return False


def children(value: Expression) -> tuple[Expression, ...]:
    """What an expression is made of, in the order of the text."""
    match value:
        case Binary():
            return (value.left, value.right)
        case Unary() | IsState() | AbsentFor():
            return (value.operand,)
        case Conditional():
            return (value.condition, value.then, value.otherwise)
        case In():
            return (value.operand, value.low, value.high)
        case Call():
            return tuple(one.value for one in value.arguments)
        case _:
            return ()
