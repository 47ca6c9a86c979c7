"""Trees of rules as text of the language. Units are gone from them: conversions stand where they were put in."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from parsing.language import ast, printing_expressions, printing_rules
from parsing.language import expressions as ex
from parsing.language.document_of import NOWHERE
from parsing.language.expressions import Name
from parsing.quality import EVERY, STATES
from parsing.rules.compiled import CompiledRule
from parsing.rules.program import (
    AbsentFor,
    Attribute,
    Constant,
    Derived,
    Elapsed,
    EventTime,
    Expr,
    Held,
    IsQuality,
    Op,
    Operation,
    Previous,
    Rate,
    Read,
    RuleInput,
    SignalInput,
    Unroll,
    Window,
)

_BINARY: Final[dict[Op, ex.BinaryOperator]] = {
    Op.ADD: "+", Op.SUBTRACT: "-", Op.MULTIPLY: "*", Op.DIVIDE: "/", Op.MODULO: "%", Op.LESS: "<", Op.LESS_EQUAL: "<=",
    Op.GREATER: ">", Op.GREATER_EQUAL: ">=", Op.EQUAL: "==", Op.NOT_EQUAL: "!=", Op.AND: "and", Op.OR: "or",
    Op.COALESCE: "??",
}  # fmt: skip
_FUNCTIONS: Final = {
    Op.ABSOLUTE: "abs", Op.LEAST: "min", Op.GREATEST: "max", Op.CLAMP: "clamp", Op.FLOOR: "floor", Op.CEILING: "ceil",
    Op.ROUND: "round", Op.SQUARE_ROOT: "sqrt", Op.SIGN: "sign", Op.HAVERSINE: "haversine",
    Op.AT_BEST_SUSPECT: "at_best_suspect", Op.AS_ERROR: "as_error",
}  # fmt: skip
_TYPES: Final = {"number": "f64", "integer": "i64", "boolean": "bool"}
_STATE_OF_MASK: Final = {mask: state for state, mask in STATES.items()}


class RuleWriter:
    """Of one rule; `names` are those of its inputs, as they stand there."""

    def __init__(self, inputs: Sequence[SignalInput | RuleInput], attributes: Sequence[str], names: "Names") -> None:
        self._inputs = inputs
        self._attributes = attributes
        self._names = names

    def text(self, part: Expr) -> str:
        """In one line."""
        return printing_expressions.expression(self._node(part))

    def lines(self, rule: Derived) -> list[str]:
        """The whole rule."""
        limits = None
        if rule.minimum is not None and rule.maximum is not None:
            limits = ast.Interval(rule.minimum, rule.maximum, None, NOWHERE)
        unit = ex.Unit(rule.unit, NOWHERE) if rule.unit else None
        written = ast.Derived(
            _name(rule.name), _name(_TYPES[rule.type]), unit, self._node(rule.value), rule.hold, limits, rule.store,
            rule.comment, NOWHERE,
        )  # fmt: skip
        return printing_rules.derived(written)

    def _node(self, part: Expr) -> ex.Expression:  # noqa: PLR0911 - one a kind
        match part:
            case Constant(value):
                return _number(value)
            case Read(number):
                return self._read(number)
            case Attribute(number):
                return _reference("machine", self._attributes[number])
            case EventTime():
                return _reference("ts")
            case Operation(op, operands):
                return _operation(op, [self._node(each) for each in operands])
            case IsQuality(operand, mask):
                return _is_quality(self._node(operand), mask)
            case AbsentFor(number, duration):
                return ex.AbsentFor(self._read(number), duration, NOWHERE)
            case Held(condition, duration):
                return _call("held", self._node(condition), over=_duration(duration))
            case _:
                return self._of_input(part)

    def _of_input(self, part: Expr) -> ex.Expression:
        match part:
            case Previous(number):
                return _call("prev", self._read(number))
            case Elapsed(number):
                return _call("elapsed", self._read(number))
            case Rate(number):
                return _call("rate", self._read(number))
            case Window(number, function, over):
                return _call(function, self._read(number), over=_duration(over))
            case Unroll(number, modulus, max_step, reset):
                more = {
                    "modulus": _number(modulus),
                    **({"max_step": _number(max_step)} if max_step is not None else {}),
                    **({"reset": self._node(reset)} if reset is not None else {}),
                }
                return _call("unroll", self._read(number), **more)
            case _:
                raise ValueError(f"rules cannot read {type(part).__name__}")

    def _read(self, number: int) -> ex.Expression:
        name = self._names.of(self._inputs[number])
        reference = _reference(*name.parts)
        return ex.IsState(reference, name.state, False, NOWHERE) if name.state else reference


class InputName:
    """`state` of checks and events, which are read as that."""

    __slots__ = ("parts", "state")

    def __init__(self, parts: tuple[str, ...], state: Any = None) -> None:
        self.parts = parts
        self.state = state

    @property
    def text(self) -> str:
        return ".".join(self.parts)


class Names:
    """Of signals by group and slot, and of rules."""

    def __init__(self, signals: Mapping[tuple[int, int], tuple[str, str]], rules: Mapping[int, CompiledRule]) -> None:
        self._signals = signals
        self._rules = rules

    def of(self, each: SignalInput | RuleInput) -> InputName:
        if isinstance(each, SignalInput):
            return InputName(self._signals[each.group, each.slot])
        rule = self._rules[each.rule]
        return InputName((rule.name,), {"check": "failed", "event": "active"}.get(rule.kind))


def _operation(op: Op, operands: list[ex.Expression]) -> ex.Expression:
    if op in _BINARY:
        return ex.Binary(_BINARY[op], operands[0], operands[1], NOWHERE)
    if op in (Op.NEGATE, Op.NOT):
        return ex.Unary("-" if op == Op.NEGATE else "not", operands[0], NOWHERE)
    if op == Op.SELECT:
        return ex.Conditional(operands[0], operands[1], operands[2], NOWHERE)
    return _call(_FUNCTIONS[op], *operands)


def _is_quality(operand: ex.Expression, mask: int) -> ex.Expression:
    state: Any = _STATE_OF_MASK.get(mask)
    if state is not None:
        return ex.IsState(operand, state, False, NOWHERE)
    other: Any = _STATE_OF_MASK.get(EVERY & ~mask, "valid")
    return ex.IsState(operand, other, True, NOWHERE)


def _number(value: float) -> ex.Expression:
    plain = ex.Number(abs(value), False, None, NOWHERE)
    written = plain if not abs(value).is_integer() else ex.Number(abs(value), True, None, NOWHERE)
    return ex.Unary("-", written, NOWHERE) if value < 0 else written


def _duration(microseconds: int) -> ex.Expression:
    return ex.Duration(microseconds, NOWHERE)


def _call(function: str, *arguments: ex.Expression, **named: ex.Expression) -> ex.Expression:
    given = [ex.Argument(None, each, NOWHERE) for each in arguments]
    given += [ex.Argument(_name(name), each, NOWHERE) for name, each in named.items()]
    return ex.Call(_name(function), tuple(given), NOWHERE)


def _reference(*parts: str) -> ex.Expression:
    return ex.Reference(tuple(map(_name, parts)), NOWHERE)


def _name(text: str) -> Name:
    return Name(text, NOWHERE)
