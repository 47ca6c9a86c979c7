"""What an opened envelope holds."""

from dataclasses import dataclass, field

from ingest.frames import CanFrames
from parsing.codes import Code
from parsing.objects.decoding import ObjectRows
from parsing.objects.kinds import EnvelopeObject


@dataclass(frozen=True, slots=True)
class OpenedCan:
    frames: CanFrames


@dataclass(frozen=True, slots=True)
class OpenedObjects:
    """Objects, all of the one class that belongs to `kind`; none only where a definition lists them (`each`)."""

    kind: str
    objects: tuple[EnvelopeObject, ...]
    rows: ObjectRows = field(compare=False, repr=False)
    """What else was read of them, as it was read: what is judged later is not in it."""


@dataclass(frozen=True, slots=True)
class ClientRaw:
    """Kept in the raw store, never decoded."""


@dataclass(frozen=True, slots=True)
class Rejected:
    code: Code
    detail: str  # at most 1,000 characters


Opened = OpenedCan | OpenedObjects | ClientRaw | Rejected


class RejectedError(Exception):
    """Unwinds the opening of one envelope; never leaves this package, where it becomes `Rejected`."""

    def __init__(self, code: Code, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
