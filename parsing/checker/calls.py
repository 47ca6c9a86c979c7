"""Calls: which function, and which argument is which."""

from __future__ import annotations

from parsing.checker.environment import Environment
from parsing.checker.functions import FUNCTIONS, Bound, Evaluate, Function, Parameter
from parsing.checker.nearest import did_you_mean, listed
from parsing.checker.values import Value, unknown
from parsing.language import expressions as ex
from parsing.language.codes import DiagnosticCode

_FEWEST_REPEATED = 2

_OTHER_WORDS = {
    "average": "mean", "avg": "mean", "moving_average": "mean", "maximum": "max", "minimum": "min", "last": "prev",
    "previous": "prev", "derivative": "rate", "diff": "rate", "delta": "rate", "distance": "haversine",
    "age": "elapsed", "counter": "unroll", "limit": "clamp", "saturate": "clamp", "truncate": "floor", "trunc": "floor",
    "ceiling": "ceil",
}  # fmt: skip
"""What functions are called elsewhere."""


def call(node: ex.Call, env: Environment, evaluate: Evaluate) -> Value:
    named = {argument.name.text for argument in node.arguments if argument.name is not None}
    function = _chosen(node.function.text, named)
    if function is None:
        other = _OTHER_WORDS.get(node.function.text.lower())
        near = [other] if other else env.scope.nearest(node.function.text, {each.name for each in FUNCTIONS})
        help_ = did_you_mean(near) or f"functions are: {', '.join(sorted({each.name for each in FUNCTIONS}))}"
        env.report(
            DiagnosticCode.UNKNOWN_FUNCTION, node.function.span, f"no function is named {node.function.text}", help_
        )
        return unknown(node.span)
    if env.place == "object" and function.only_in_rules:
        why = f"{function.name} remembers samples of rules; objects are judged one by one, beside the one before"
        help_ = "use prev.name, or write a check or an event on the object's signals"
        env.report(DiagnosticCode.NOT_HERE, node.span, why, help_)
        return unknown(node.span)
    bound = _bind(node, function, env)
    return unknown(node.span) if bound is None else function.result_of(Bound(node, bound, env, evaluate))


def _chosen(name: str, named: set[str]) -> Function | None:
    """Of two functions of one name the one that has the arguments that are named."""
    candidates = [each for each in FUNCTIONS if each.name == name]
    fitting = [each for each in candidates if named <= {parameter.name for parameter in each.parameters}]
    return next(iter(fitting or candidates), None)


def _bind(node: ex.Call, function: Function, env: Environment) -> dict[str, list[ex.Expression]] | None:
    """Expressions by parameter; None: they do not fit, and that was said."""
    bound: dict[str, list[ex.Expression]] = {}
    waiting = [parameter for parameter in function.parameters if not parameter.is_named]
    for argument in node.arguments:
        parameter = _parameter(argument, function, waiting)
        if parameter is None or (parameter.name in bound and not parameter.is_repeated):
            _report_argument(argument, function, env)
            return None
        bound.setdefault(parameter.name, []).append(argument.value)
    missing = [each.name for each in function.parameters if not each.is_optional and each.name not in bound]
    if missing or any(each.is_repeated and len(bound[each.name]) < _FEWEST_REPEATED for each in function.parameters):
        lacking = f"{listed(missing)} missing" if missing else "it wants at least two values"
        env.report(DiagnosticCode.WRONG_ARGUMENTS, node.span, f"{function.name}: {lacking}", f"use:  {function.usage}")
        return None
    return bound


def _parameter(argument: ex.Argument, function: Function, waiting: list[Parameter]) -> Parameter | None:
    if argument.name is not None:
        return next((each for each in function.parameters if each.name == argument.name.text), None)
    if not waiting:
        return None
    return waiting[0] if waiting[0].is_repeated else waiting.pop(0)


def _report_argument(argument: ex.Argument, function: Function, env: Environment) -> None:
    if argument.name is not None:
        near = env.scope.nearest(argument.name.text, [each.name for each in function.parameters])
        why = f"{function.name} has no argument {argument.name.text}, or has it already"
        help_ = did_you_mean([f"{name}:" for name in near]) or f"use:  {function.usage}"
        env.report(DiagnosticCode.WRONG_ARGUMENTS, argument.span, why, help_)
        return
    why = f"{function.name} takes no further argument without a name"
    env.report(DiagnosticCode.WRONG_ARGUMENTS, argument.span, why, f"use:  {function.usage}")
