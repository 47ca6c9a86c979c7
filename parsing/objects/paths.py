"""Where values stand in a body's objects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parsing.objects.records import Step


def walk(value: Any, steps: tuple[Step, ...]) -> Any:
    """What is at the end of the steps; None where one leads nowhere."""
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step) if isinstance(step, str) else None
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def written(steps: tuple[Step, ...]) -> str:
    """`engine.temps[0]`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
