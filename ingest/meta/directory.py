"""The fleet directory: which device is which machine (docs/contracts/release.md)."""

from dataclasses import dataclass
from typing import Any

import orjson


@dataclass(frozen=True, slots=True)
class MachineEntry:
    """One machine: its number (u32), its model's id, and the release channel it follows."""

    machine: int
    model: int
    channel: str


class InvalidDirectory(ValueError):
    """The artefact is not a fleet directory of format 1."""


def load_directory(body: bytes) -> dict[str, MachineEntry]:
    """Device id → machine. Raises InvalidDirectory."""
    try:
        document: Any = orjson.loads(body)
        if document["format"] != 1:
            raise InvalidDirectory(f"format {document['format']!r}; this worker reads format 1")
        return {
            str(entry["device"]): MachineEntry(int(entry["machine"]), int(entry["model"]), str(entry["channel"]))
            for entry in document["machines"]
        }
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise InvalidDirectory(f"not a fleet directory: {error!r}") from error
