"""In which order rules and consts are looked at: each behind those that it reads."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import TypeVar

from parsing.checker.expression_walk import nodes
from parsing.checker.resolving import PreviousOf, meanings
from parsing.checker.scope import Scope
from parsing.checker.symbols import ConstSymbol, RuleSymbol, SignalSymbol
from parsing.language import ast
from parsing.language import expressions as ex

Node = RuleSymbol | ConstSymbol
Key = TypeVar("Key", bound=Hashable)


def expressions_of(node: ast.Const | ast.Derived | ast.Check | ast.Event) -> list[ex.Expression]:
    """What has to be known before it; what a check's actions read is read by rules of their own."""
    match node:
        case ast.Const() | ast.Derived():
            return [node.value]
        case ast.Check():
            return [node.expect] if node.when is None else [node.when, node.expect]
        case ast.Event():
            clear = [] if node.clear_when is None else [node.clear_when]
            return [node.raise_when, *clear, *node.capture]


def read_by(symbol: Node, scope: Scope) -> list[Node]:
    """Rules and consts that it reads, each once, in the order of the text."""
    found: dict[int, Node] = {}
    for expression in expressions_of(symbol.node):
        for reference in _references(expression, scope):
            for meaning in meanings(scope, reference):
                other = meaning.symbol if isinstance(meaning, PreviousOf) else meaning
                if isinstance(other, RuleSymbol | ConstSymbol):
                    found.setdefault(id(other), other)
    return list(found.values())


def _references(expression: ex.Expression, scope: Scope) -> list[ex.Reference]:
    """Without bare members of an enum, which may be named as a rule is: `derived cruise : bool = mode == cruise`."""
    found = [node for node, _ in nodes(expression)]
    members: set[int] = set()
    for node in found:
        if isinstance(node, ex.Binary) and node.operator in ("==", "!="):
            members.update(_members(node.left, node.right, scope))
            members.update(_members(node.right, node.left, scope))
    return [node for node in found if isinstance(node, ex.Reference) and id(node) not in members]


def _members(signal: ex.Expression, member: ex.Expression, scope: Scope) -> Iterator[int]:
    if not (isinstance(signal, ex.Reference) and isinstance(member, ex.Reference)):
        return
    name = member.parts[0].text
    for meaning in meanings(scope, signal):
        if isinstance(meaning, SignalSymbol) and meaning.enum is not None and name in meaning.enum.members:
            yield id(member)


def in_order(
    roots: Sequence[Key], reads: Callable[[Key], Sequence[Key]], on_cycle: Callable[[list[Key]], None]
) -> list[Key]:
    """Each behind what it reads, otherwise as given. A cycle is told once, from the first of it, and cut there."""
    done: set[Key] = set()
    order: list[Key] = []
    for root in roots:
        _visit(root, reads, on_cycle, done, order)
    return order


def _visit(
    root: Key,
    reads: Callable[[Key], Sequence[Key]],
    on_cycle: Callable[[list[Key]], None],
    done: set[Key],
    order: list[Key],
) -> None:
    """Without recursion: a thousand rules may read each other in a row."""
    if root in done:
        return
    path: dict[Key, Iterator[Key]] = {root: iter(reads(root))}
    while path:
        key, waiting = next(reversed(path.items()))
        following = next((each for each in waiting if each not in done), None)
        if following is None:
            path.popitem()
            done.add(key)
            order.append(key)
        elif following in path:
            keys = list(path)
            on_cycle(keys[keys.index(following) :])
        else:
            path[following] = iter(reads(following))
