"""What has to be true or false, and `and` and `or`."""

from __future__ import annotations

from dataclasses import replace

from parsing.checker import intervals
from parsing.checker.environment import Environment
from parsing.checker.folding import operation
from parsing.checker.references import signal_read
from parsing.checker.resolving import Member, meanings
from parsing.checker.unifying import quoted_unit
from parsing.checker.values import Value, boolean, unknown
from parsing.language.codes import DiagnosticCode
from parsing.language.expressions import Binary, Expression, Reference
from parsing.rules.program import Op


def condition_of(value: Value, env: Environment) -> Value:
    """The value as a condition; unknown, and said so, where it is none."""
    if value.is_condition or not value.is_known:
        return replace(value, kind="boolean") if value.is_known else value
    text = env.quote(value.span)
    why = f"{text} is {'a member of an enum' if value.kind == 'enum' else 'a number'}, neither true nor false"
    unit = quoted_unit(value.unit)
    members = list(value.enum.members) if value.enum else []
    compared = f"== {members[0]}" if members else f"> 0{f' [{unit}]' if unit else ''}"
    env.report(DiagnosticCode.CONDITION_WANTED, value.span, why, f"compare it, such as:  {text} {compared}")
    return unknown(value.span)


def report_lone_member(node: Binary, env: Environment) -> bool:
    """`x == low or high`: whether the right side is a member alone, of the enum of what was compared; says so."""
    before, alone = _last_part(node.left), node.right
    if not isinstance(before, Binary) or before.operator not in ("==", "!=") or not isinstance(alone, Reference):
        return False
    symbol = signal_read(before.left, env)
    enum = symbol.enum if symbol is not None else None
    if enum is None or alone.parts[-1].text not in enum.members:
        return False
    if any(not isinstance(each, Member) for each in meanings(env.scope, alone, env.owner)):
        return False
    text = env.quote(alone.span)
    why = f"{text} is a member of {enum.name}, neither true nor false"
    compared = f"{env.quote(before.left.span)} {before.operator}"
    help_ = f"compare both:  {env.quote(before.span)} {node.operator} {compared} {text}"
    env.report(DiagnosticCode.CONDITION_WANTED, alone.span, why, help_)
    return True


def _last_part(node: Expression) -> Expression:
    while isinstance(node, Binary) and node.operator in ("and", "or"):
        node = node.right
    return node


def conjunction(node: Binary, left: Value, right: Value) -> Value:
    """`and` or `or` of two conditions, the right one where the left one has not decided."""
    if not (left.is_known and right.is_known):
        return unknown(node.span)
    both = node.operator == "and"
    truth = (intervals.both if both else intervals.either)(left.interval, right.interval)
    return boolean(operation(Op.AND if both else Op.OR, left.expr, right.expr), truth, node.span)
