"""Trees without where they stand, to be compared."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, is_dataclass

from parsing.language.ast import NO_REMARKS, Remarks, Span
from parsing.language.lexing import Tokens


def bare(node, *, remarks=True):
    """Nested tuples that are equal where the trees are, but for spans and, if asked, comments."""
    if isinstance(node, Span):
        return None
    if isinstance(node, Remarks) and not remarks:
        return NO_REMARKS
    if is_dataclass(node):
        inner = (getattr(node, one.name) for one in fields(node) if one.compare)
        return (type(node).__name__, *(bare(one, remarks=remarks) for one in inner))
    if isinstance(node, tuple):
        return tuple(bare(one, remarks=remarks) for one in node)
    return node


def comments_of(text):
    """Each with how often it stands there."""
    tokens = Tokens(text)
    list(tokens)
    return Counter(one.text for one in tokens.comments)
