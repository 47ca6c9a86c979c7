"""What is said of names that nothing has, or several things."""

from __future__ import annotations

from collections.abc import Sequence

from parsing.checker.environment import Environment
from parsing.checker.nearest import did_you_mean, listed
from parsing.checker.resolving import MACHINE, PREVIOUS, THIS, Meaning, Member, PreviousOf
from parsing.checker.symbols import EnumSymbol
from parsing.language.codes import DiagnosticCode
from parsing.language.expressions import Reference

_OF_OBJECTS = {PREVIOUS, THIS, "ts", "received_at"}


def report_ambiguous(node: Reference, found: Sequence[Meaning], env: Environment) -> None:
    names = [_qualified(meaning) for meaning in found]
    why = f"{env.quote(node.span)} may be {listed(names)}"
    env.report(DiagnosticCode.AMBIGUOUS_NAME, node.span, why, f"say which:  {_shortest(node, names, env)}")


def _qualified(meaning: Meaning) -> str:
    match meaning:
        case Member():
            return f"{meaning.enum.qualified}.{meaning.name}"
        case PreviousOf():
            return f"{PREVIOUS}.{meaning.symbol.name}"
    return getattr(meaning, "qualified", meaning.name)


def _shortest(node: Reference, names: Sequence[str], env: Environment) -> str:
    """The set's name is left out where it is the text's own."""
    own = f"{env.scope.own.name}."
    return names[0].removeprefix(own) if names[0].startswith(own) and len(node.parts) == 1 else names[0]


def report_unknown(node: Reference, env: Environment, expected: EnumSymbol | None = None) -> None:
    texts = [part.text for part in node.parts]
    if len(texts) == 1 and expected is not None:
        near = env.scope.nearest(texts[0], expected.members)
        help_ = did_you_mean(near) or f"it has: {listed(list(expected.members), 12)}"
        why = f"{expected.name} has no member {texts[0]}"
        env.report(DiagnosticCode.UNKNOWN_MEMBER, node.span, why, help_)
    elif len(texts) == 1:
        _report_plain(node, texts[0], env)
    else:
        _report_qualified(node, texts, env)


def _report_plain(node: Reference, name: str, env: Environment) -> None:
    if name in _OF_OBJECTS and env.place != "object":
        why = f"{name} is only known in definitions of positions, logs, faults and reports"
        help_ = "a signal's earlier sample is prev(signal)" if name == PREVIOUS else "rules see time as elapsed(signal)"
        env.report(DiagnosticCode.NOT_HERE, node.span, why, help_)
        return
    if env.scope.owners(name):
        signals = list(env.scope.owners(name)[0].signals)
        why = f"{name} is a message, which has no value of its own"
        env.report(
            DiagnosticCode.NOT_A_VALUE, node.span, why, f"name a signal of it:  {name}.{signals[0] if signals else '…'}"
        )
        return
    members = [enum for each in env.scope.catalogue.sets for enum in each.enums.values() if name in enum.members]
    if members:
        why = f"{name} is a member of {listed([enum.name for enum in members])}"
        help_ = f"compare it with a signal of that enum, or use:  {members[0].name}.{name}"
        env.report(DiagnosticCode.UNKNOWN_NAME, node.span, why, help_)
        return
    near = env.scope.nearest(name, env.scope.value_names())
    why = f"no signal, derived signal or const is named {name}"
    env.report(DiagnosticCode.UNKNOWN_NAME, node.span, why, did_you_mean(near) or where_looked(env))


def where_looked(env: Environment) -> str:
    """For a name that is like no other."""
    sets = [each.name or "this text" for each in env.scope.catalogue.sets]
    if len(sets) == 1:
        return f"names are looked for in {sets[0]} alone; if another file defines it, lint both together"
    return f"names are looked for in {listed(sets)}"


def _report_qualified(node: Reference, texts: list[str], env: Environment) -> None:
    first, last = texts[-2], texts[-1]
    if texts[0] == MACHINE:
        env.report(
            DiagnosticCode.UNKNOWN_ATTRIBUTE,
            node.span,
            "an attribute of machines is one name",
            f"use:  {MACHINE}.{texts[1]}",
        )
        return
    owners = env.scope.owners(first)
    enums = env.scope.enums(first)
    span = node.parts[-1].span
    if enums and not owners:
        near = env.scope.nearest(last, enums[0].members)
        help_ = did_you_mean(near) or f"it has: {listed(list(enums[0].members), 12)}"
        env.report(DiagnosticCode.UNKNOWN_MEMBER, span, f"{first} has no member {last}", help_)
        return
    if owners:
        _report_in_owner(node, owners[0].signals, (first, last), env)
        return
    plain = [symbol.qualified for each in env.scope.catalogue.sets for symbol in each.named(last)]
    near = env.scope.nearest(first, [*env.scope.owner_names(), *(each.name for each in env.scope.catalogue.sets)])
    help_ = f"there is {listed(plain)}" if plain else did_you_mean([f"{name}.{last}" for name in near])
    help_ = help_ or where_looked(env)
    why = f"there is no message, enum or set {first}"
    env.report(DiagnosticCode.UNKNOWN_NAME, node.parts[-2].span, why, help_)


def _report_in_owner(
    node: Reference, signals: dict[str, object] | object, names: tuple[str, str], env: Environment
) -> None:
    first, last = names
    near = env.scope.nearest(last, signals if isinstance(signals, dict) else ())
    elsewhere = [symbol.qualified for each in env.scope.catalogue.sets for symbol in each.signals.get(last, ())]
    help_ = did_you_mean([f"{first}.{name}" for name in near])
    if elsewhere:
        help_ = f"there is {listed(elsewhere)}"
    env.report(DiagnosticCode.UNKNOWN_NAME, node.parts[-1].span, f"{first} has no signal {last}", help_)
