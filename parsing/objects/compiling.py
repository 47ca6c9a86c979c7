"""Judgements into a release's definitions of objects."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from parsing.objects.conditions import record_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from parsing.definitions import Content
    from parsing.rules.program import Judgement


def with_judgements(content: Content, judgements: Mapping[tuple[str, str], Judgement]) -> Content:
    """The content with what the checker made of conditions, which is by set and name of the definition.

    Raises InvalidCondition for a judgement that no release can hold.
    """
    names = {each.id: each.name for each in content.sets}
    objects = (
        (definition, judgements.get((names[definition.set], definition.name))) for definition in content.objects
    )  # fmt: skip
    return replace(
        content,
        objects=tuple(
            definition if judgement is None else replace(definition, judgement=record_of(judgement))
            for definition, judgement in objects
        ),
    )
