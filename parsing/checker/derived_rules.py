"""Derived signals: their type, unit and range against what their expression gives."""

from __future__ import annotations

from typing import Literal

from parsing.checker import intervals
from parsing.checker.angles import warn_of_angle
from parsing.checker.arithmetic import is_number
from parsing.checker.conditions import condition_of
from parsing.checker.environment import Environment
from parsing.checker.expressions import checked
from parsing.checker.intervals import Interval
from parsing.checker.nearest import did_you_mean
from parsing.checker.quantities import is_a, name_of
from parsing.checker.signal_checks import OTHER_TYPES
from parsing.checker.sources import limits_in
from parsing.checker.symbols import EnumSymbol, RuleSymbol
from parsing.checker.unifying import quoted_unit, report_type, unified
from parsing.checker.units import BARE, Unit, comparable, unit_of
from parsing.checker.values import Kind, Value, converted, number_text
from parsing.language import ast
from parsing.language.codes import DiagnosticCode
from parsing.language.types_of import number_type
from parsing.rules.program import Derived

_TYPES = "f64, f32, u1 to u64, i2 to i64, bool, or an enum"


def derived(symbol: RuleSymbol, node: ast.Derived, env: Environment) -> Derived | None:
    """None: it has faults, which were said. The symbol then tells who reads it what can be known all the same."""
    kind, enum = _type(node, env)
    unit = unit_of(node.unit.text) if node.unit is not None else BARE
    if node.unit is not None and not unit.known:
        why = f"{unit.shown} is in no table of units, so it fits nothing but itself"
        env.report(DiagnosticCode.UNKNOWN_UNIT, node.unit.span, why, "use a unit such as [bar], [L/min], [rpm] or [%]")
    symbol.kind, symbol.unit, symbol.enum = kind, unit, enum
    value = checked(node.value, env, enum)
    if kind == "unknown" or not value.is_known:
        return None
    fitted = _fitted(value, kind, enum, unit, node, env)
    if fitted is None:
        return None
    limits = _limits(node, unit, env)
    symbol.interval = _within(fitted, limits, node, env)
    return Derived(
        id=symbol.id,
        name=node.name.text,
        inputs=(),
        attributes=tuple(env.reads.attributes),
        value=fitted.expr,
        hold=node.hold,
        minimum=limits.low if limits else None,
        maximum=limits.high if limits else None,
        store=node.store,
        group=symbol.group,
        unit=node.unit.text if node.unit is not None else "",
        type=_stored(kind),
        enum=enum.id if enum is not None else None,
        comment=node.doc,
    )


def _stored(kind: Kind) -> Literal["number", "integer", "boolean"]:
    return "boolean" if kind == "boolean" else "number" if kind == "number" else "integer"


def _type(node: ast.Derived, env: Environment) -> tuple[Kind, EnumSymbol | None]:
    name = node.type.text
    if name == "bool":
        return "boolean", None
    known = number_type(name)
    if known is not None:
        return "number" if known.kind == "float" else "integer", None
    enums = env.scope.enums(name)
    if len(enums) == 1:
        return "enum", enums[0]
    other = OTHER_TYPES.get(name.lower())
    near = env.scope.nearest(name, env.scope.enum_names()) if other is None else [other]
    help_ = did_you_mean(near) or f"a derived signal is {_TYPES}"
    why = f"no type or enum is named {name}"
    if name in ("text", "bytes"):
        why, help_ = "rules calculate with numbers; they make no text", f"a derived signal is {_TYPES}"
    if enums:
        why, help_ = f"several sets have an enum {name}", f"copy the enum into {env.scope.own.name}"
    env.report(DiagnosticCode.UNKNOWN_TYPE, node.type.span, why, help_)
    return "unknown", None


def _fitted(
    value: Value, kind: Kind, enum: EnumSymbol | None, unit: Unit, node: ast.Derived, env: Environment
) -> Value | None:
    """In the derived signal's type and unit."""
    if kind == "boolean":
        held = condition_of(value, env)
        return held if held.is_known else None
    if kind == "enum":
        if value.enum is enum or (value.kind == "integer" and value.unit.bare):
            return value
        report_type(value, f"a member of {node.type.text}", env)
        return None
    if not is_number(value, env):
        return None
    if kind == "integer" and value.kind != "integer":
        why = f"{node.type.text} holds whole numbers, and {env.quote(value.span)} is not always one"
        env.report(DiagnosticCode.NOT_WHOLE, value.span, why, f"use:  round({env.quote(value.span)})   or the type f64")
        return None
    return _in_unit(value, unit, node, env)


def _in_unit(value: Value, unit: Unit, node: ast.Derived, env: Environment) -> Value | None:
    if (
        node.unit is None
        and not (value.unit.bare or value.unit.any)
        and (value.unit.dimension or value.unit.factor != 1)
    ):
        _report_missing_unit(value, node, env)
        return None
    wanted = Value(value.expr, value.kind, unit, value.interval, node.name.span)
    if value.literal or value.unit.any or (value.unit.bare and not unit.bare):
        pair = unified(wanted, value, env)
        return pair[1] if pair else None
    if comparable(value.unit, unit):
        warn_of_angle(value, wanted, env)
        return converted(value, unit)
    _report_unit(value, unit, node, env)
    return None


def _report_missing_unit(value: Value, node: ast.Derived, env: Environment) -> None:
    text = "K" if value.unit.delta else quoted_unit(value.unit)
    why = f"the value is {is_a(value.unit)}, and {node.name.text} says no unit"
    env.report(
        DiagnosticCode.MISSING_UNIT,
        node.type.span,
        why,
        f"use:  derived {node.name.text} : {node.type.text} [{text}] = …",
    )


def _report_unit(value: Value, unit: Unit, node: ast.Derived, env: Environment) -> None:
    span = node.unit.span if node.unit is not None else node.type.span
    text = "K" if value.unit.delta else quoted_unit(value.unit)
    help_ = f"use:  [{text}]" if text else "leave the unit out"
    what = is_a(value.unit)
    shown = value.unit.shown if value.unit.shown.startswith(("[", "1/", "√")) else "it"
    why = f"{shown} is {what}, not {name_of(unit)}"
    if shown in what:
        why = f"the value is {what}, not {name_of(unit)}"
    env.report(DiagnosticCode.UNIT_MISMATCH, span, why, help_)


def _limits(node: ast.Derived, unit: Unit, env: Environment) -> Interval | None:
    if node.range is None:
        return None
    found = limits_in(node.range, unit)
    if found is None and node.range.unit is not None:
        why = f"the range is in [{node.range.unit.text}], {node.name.text} is {is_a(unit)}"
        env.report(DiagnosticCode.UNIT_MISMATCH, node.range.unit.span, why, "give both ends in the unit of the value")
        return None
    if found is None or found[0] > found[1]:
        why = f"{number_text(node.range.low)} is more than {number_text(node.range.high)}"
        env.report(DiagnosticCode.EMPTY_RANGE, node.range.span, why, "write the smaller end first")
        return None
    return Interval(*found)


def _within(value: Value, limits: Interval | None, node: ast.Derived, env: Environment) -> Interval:
    if limits is None or node.range is None:
        return value.interval
    found = intervals.meet(value.interval, limits)
    if found is None:
        low, high = (number_text(end) for end in value.interval)
        why = f"the value is from {low} to {high}, so it is always out of range"
        env.report(DiagnosticCode.RANGE_NEVER_MET, node.range.span, why, f"use:  range {low}..{high}")
    return found or value.interval
