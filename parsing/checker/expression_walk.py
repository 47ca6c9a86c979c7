"""Walks expressions without recursion: their depth is bounded only after this has looked."""

from __future__ import annotations

from collections.abc import Iterator

from parsing.language import expressions as ex

DEEPEST = 100
"""Levels of an expression; a chain of additions has one a term. What walks the program afterwards is recursive."""


def children(node: ex.Expression) -> tuple[ex.Expression, ...]:
    match node:
        case ex.Binary():
            return node.left, node.right
        case ex.Unary() | ex.IsState() | ex.AbsentFor():
            return (node.operand,)
        case ex.Conditional():
            return node.condition, node.then, node.otherwise
        case ex.In():
            return node.operand, node.low, node.high
        case ex.Call():
            return tuple(argument.value for argument in node.arguments)
    return ()


def nodes(root: ex.Expression) -> Iterator[tuple[ex.Expression, int]]:
    """Every node with its depth, the root's being 1."""
    stack = [(root, 1)]
    while stack:
        node, depth = stack.pop()
        yield node, depth
        stack.extend((child, depth + 1) for child in children(node))


def depth_of(root: ex.Expression) -> int:
    return max(depth for _, depth in nodes(root))
