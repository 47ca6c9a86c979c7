"""Which of its rule's inputs an expression reads."""

from __future__ import annotations

from collections.abc import Iterator

from parsing.rules.program import (
    AbsentFor,
    Elapsed,
    Expr,
    Held,
    IsQuality,
    Operation,
    Previous,
    Rate,
    Read,
    Unroll,
    Window,
)  # fmt: skip

READERS = (Read, Previous, Elapsed, AbsentFor, Rate, Window, Unroll)


def inputs_of(expression: Expr) -> tuple[int, ...]:
    """Ascending, each once."""
    return tuple(sorted({part.input for part in walk(expression) if isinstance(part, READERS)}))


def walk(expression: Expr) -> Iterator[Expr]:
    """The expression and all parts of it."""
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        yield part
        waiting += parts_of(part)


def parts_of(expression: Expr) -> tuple[Expr, ...]:
    match expression:
        case Operation(_, operands):
            return operands
        case IsQuality(operand, _):
            return (operand,)
        case Held(condition, _):
            return (condition,)
        case Unroll(reset=reset) if reset is not None:
            return (reset,)
        case _:
            return ()
