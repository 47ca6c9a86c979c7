"""A tree back to text, always in the same shape: what it gives can be read again to the same tree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from parsing.language import printing_messages, printing_rules
from parsing.language.ast import (
    Check,
    Const,
    Derived,
    Document,
    Enum,
    Event,
    Golden,
    Item,
    Message,
    ObjectDefinition,
    Test,
)
from parsing.language.printing import remark_lines
from parsing.language.types_of import Enums

_LINES: dict[type, Callable[[Any], list[str]]] = {
    Enum: printing_messages.enum,
    ObjectDefinition: printing_messages.object_definition,
    Const: printing_rules.const,
    Derived: printing_rules.derived,
    Check: printing_rules.check,
    Event: printing_rules.event,
    Golden: printing_rules.golden,
    Test: printing_rules.test,
}


def format_document(document: Document, enums: Enums | None = None) -> str:
    """Write all items in their order, and all comments. Empty where there is nothing.

    The document is one that was read without errors. `enums` are those of the whole set where it is a part of one, and
    its own otherwise.
    """
    if enums is None:
        enums = Enums(item for item in document.items if isinstance(item, Enum))
    lines = remark_lines(document.header)
    before: Item | None = None
    for item in document.items:
        if lines and not (before is not None and _stand_together(before, item)):
            lines.append("")
        lines += printing_messages.message(item, enums) if isinstance(item, Message) else _LINES[type(item)](item)
        before = item
    if document.remarks:
        lines += [*([""] if document.items else []), *remark_lines(document.remarks)]
    return "".join(f"{line}\n" for line in lines)


def _stand_together(before: Item, item: Item) -> bool:
    """Whether no empty line stands between them: both are of the same kind, which takes a line only."""
    return type(before) is type(item) and isinstance(item, Const | Derived) and not item.remarks.above
