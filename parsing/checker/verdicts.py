"""`reason = poor_fix`, `severity = error`: what an object is told to be, as samples and tests expect it."""

from __future__ import annotations

from collections.abc import Iterable

from parsing.checker.environment import Environment
from parsing.checker.nearest import did_you_mean, listed
from parsing.checker.scope import Scope, SetNames
from parsing.checker.symbols import OwnerSymbol
from parsing.language import ast
from parsing.language import expressions as ex
from parsing.language.codes import DiagnosticCode
from parsing.objects.columns import SEVERITIES


def verdicts_of(item: ast.ObjectDefinition) -> dict[str, tuple[str, ...]]:
    """Which there are, and the words for each."""
    found = {}
    if item.suspicions:
        found["reason"] = tuple(dict.fromkeys(each.reason.text for each in item.suspicions))
    if item.kind in ("log", "report"):
        found["severity"] = SEVERITIES
    return found


def verdict_meant(each: ast.Expectation, owner: OwnerSymbol) -> str | None:
    """`reason` or `severity`; None: it is about a signal."""
    node = ast.subject_of(each)
    name = node.parts[-1].text if isinstance(node, ex.Reference) else ""
    return name if name in owner.verdicts else None


def verdict_in(each: ast.Expectation, scope: Scope) -> tuple[OwnerSymbol, str] | None:
    """In a test: of `Gnss.reason`, or of `reason` where one definition alone has such, of the own set or of all."""
    found = owners_of_verdict(each, scope)
    meant = verdict_meant(each, found[0]) if len(found) == 1 else None
    return (found[0], meant) if meant is not None else None


def owners_of_verdict(each: ast.Expectation, scope: Scope) -> list[OwnerSymbol]:
    """Whose it may be; none: it is about something else."""
    node = ast.subject_of(each)
    if not isinstance(node, ex.Reference):
        return []
    *path, name = (part.text for part in node.parts)
    if path:
        return [one for one in scope.owners(path[-1]) if name in one.verdicts and path[:-1] in ([], [one.set_name])]
    found = _with_verdict(name, [scope.own]) or _with_verdict(name, scope.catalogue.elsewhere(scope.own))
    if scope.named(name):
        return [owner for owner in found if word_of(each) in owner.verdicts[name]]
    return found


def _with_verdict(name: str, sets: Iterable[SetNames]) -> list[OwnerSymbol]:
    return [owner for each in sets for owner in each.owners.values() if name in owner.verdicts]


def word_of(each: ast.Expectation) -> str | None:
    """What stands behind `=`, where it is a plain word."""
    value = each.value if isinstance(each, ast.Equals) else None
    return value.parts[0].text if isinstance(value, ex.Reference) and len(value.parts) == 1 else None


def check_verdict_in(each: ast.Expectation, env: Environment) -> bool:
    """Of a test; False: it is about something else."""
    owners, verdict = owners_of_verdict(each, env.scope), verdict_in(each, env.scope)
    if verdict is not None:
        check_verdict(each, verdict[1], verdict[0], env)
    elif owners:
        name = env.quote(ast.subject_of(each).span)
        why = f"{name} may be that of {listed([owner.qualified for owner in owners])}"
        env.report(DiagnosticCode.AMBIGUOUS_NAME, each.span, why, f"use:  {owners[0].name}.{name}")
    return bool(owners)


def check_verdict(each: ast.Expectation, name: str, owner: OwnerSymbol, env: Environment) -> None:
    words = owner.verdicts[name]
    word = word_of(each)
    if word is None:
        why = f"the {name} of {owner.name} is a word"
        env.report(DiagnosticCode.WRONG_TYPE, each.span, why, f"use:  {name} = {words[0]}")
    elif word not in words:
        why = f"the {name} of {owner.name} is never {word}"
        help_ = did_you_mean(env.scope.nearest(word, words)) or f"it can be: {', '.join(words)}"
        env.report(DiagnosticCode.WRONG_EXPECTATION, each.span, why, help_)
