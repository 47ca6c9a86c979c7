"""Expressions, with no more parentheses than they need."""

from __future__ import annotations

from parsing.language import printing
from parsing.language.ast import Compares, Equals, Expectation, Is, Within
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
    Number,
    Reference,
    Text,
    Unary,
)
from parsing.language.limits import LARGEST_WHOLE_NUMBER

_CONDITIONAL, _OR, _AND, _NOT, _COMPARISON, _FALLBACK, _SUM, _PRODUCT, _SIGN, _ATOM = range(10)
_BINARY = {
    "or": _OR,
    "and": _AND,
    **dict.fromkeys(("<", "<=", ">", ">=", "==", "!="), _COMPARISON),
    "??": _FALLBACK,
    **dict.fromkeys("+-", _SUM),
    **dict.fromkeys("*/%", _PRODUCT),
}


def expression(value: Expression) -> str:
    """In one line."""
    return " ".join(pieces(value))


def pieces(value: Expression) -> list[str]:
    """Parts between which a line can be broken: those of what is outermost, an operator or a call."""
    match value:
        case Binary(operator, left, right):
            level = _BINARY[operator]
            same = isinstance(left, Binary) and _BINARY[left.operator] == level != _COMPARISON
            first = pieces(left) if same else [_within(left, level + (level == _COMPARISON))]
            return [*first, f"{operator} {_within(right, level + 1)}"]
        case Conditional(condition, then, otherwise):
            return [
                _within(condition, _OR),
                f"? {_within(then, _CONDITIONAL)}",
                f": {_within(otherwise, _CONDITIONAL)}",
            ]
        case Call(function, arguments):
            opened = f"{printing.name(function)}("
            written = printing.listing([_argument(one) for one in arguments]) or [""]
            written[0] = f"{opened}{written[0]}"
            return [*written[:-1], f"{written[-1]})"]
        case _:
            return [_simple(value)]


def _simple(value: Expression) -> str:
    match value:
        case Unary(operator, operand):
            return f"not {_within(operand, _NOT)}" if operator == "not" else f"-{_within(operand, _SIGN)}"
        case IsState(operand, state, negated):
            return f"{_within(operand, _FALLBACK)} is {'not ' if negated else ''}{state}"
        case In(operand, low, high):
            return f"{_within(operand, _FALLBACK)} in {_within(low, _FALLBACK)}..{_within(high, _FALLBACK)}"
        case AbsentFor(operand, duration):
            return f"{_within(operand, _FALLBACK)} absent for {printing.duration(duration)}"
        case Binary() | Conditional() | Call():
            return expression(value)
        case _:
            return _atom(value)


def _atom(value: Number | Duration | Text | Boolean | Reference) -> str:
    match value:
        case Number():
            return quantity(value)
        case Duration(microseconds):
            return printing.duration(microseconds)
        case Text(text):
            return printing.text(text)
        case Boolean(truth):
            return "true" if truth else "false"
        case Reference(parts):
            return ".".join(printing.name(part) for part in parts)


def _within(value: Expression, level: int) -> str:
    written = expression(value)
    return written if _level(value) >= level else f"({written})"


def _level(value: Expression) -> int:
    match value:
        case Conditional():
            return _CONDITIONAL
        case Binary(operator):
            return _BINARY[operator]
        case Unary(operator):
            return _NOT if operator == "not" else _SIGN
        case IsState() | In() | AbsentFor():
            return _COMPARISON
        case _:
            return _ATOM


def quantity(value: Number) -> str:
    written = f"{value.value:.{value.decimals}f}" if value.decimals else printing.number(value.value)
    if not value.is_integer and written.lstrip("-").isdigit():
        written = repr(value.value)
    elif value.is_integer and not written.isdigit():
        written = str(min(int(value.value), LARGEST_WHOLE_NUMBER))  # which as a float is one more
    return " ".join([written, *printing.unit(value.unit)])


def _argument(argument: Argument) -> str:
    written = expression(argument.value)
    return f"{printing.name(argument.name)}: {written}" if argument.name else written


def expectation(value: Expectation) -> str:
    match value:
        case Equals(signal, wanted):
            return f"{expression(signal)} = {expression(wanted)}"
        case Compares(signal, operator, wanted):
            return f"{expression(signal)} {operator} {expression(wanted)}"
        case Within(signal, low, high):
            return f"{expression(signal)} in {expression(low)}..{expression(high)}"
        case Is(what, state):
            return f"{expression(what)} is {state}"
