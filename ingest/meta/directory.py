"""The fleet directory: which device is which machine (docs/contracts/release.md)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

MAX_ATTRIBUTES = 100


@dataclass(frozen=True, slots=True)
class MachineEntry:
    """One machine: its number (u32), its model's id, the release channel it follows, and what rules read of it by name
    (`machine.max_speed`).
    """

    machine: int
    model: int
    channel: str
    attributes: Mapping[str, float] = field(default_factory=dict)


class InvalidDirectory(ValueError):
    """The artefact is not a fleet directory of format 1."""


def load_directory(body: bytes) -> dict[str, MachineEntry]:
    """Device id → machine. Raises InvalidDirectory."""
    try:
        document: Any = orjson.loads(body)
        if document["format"] != 1:
            raise InvalidDirectory(f"format {document['format']!r}; this worker reads format 1")
        return {
            str(entry["device"]): MachineEntry(
                int(entry["machine"]), int(entry["model"]), str(entry["channel"]), _attributes(entry)
            )
            for entry in document["machines"]
        }
    except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidDirectory(f"not a fleet directory: {error!r}") from error


def _attributes(entry: dict[str, Any]) -> dict[str, float]:
    """A directory that was written before machines had attributes says nothing of them."""
    attributes = {str(name): float(value) for name, value in entry.get("attributes", {}).items()}
    if len(attributes) > MAX_ATTRIBUTES or not all(map(math.isfinite, attributes.values())):
        raise InvalidDirectory(f"{entry['device']}: over {MAX_ATTRIBUTES} attributes, or one that is not finite")
    return attributes
