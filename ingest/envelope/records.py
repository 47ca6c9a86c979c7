"""What an opened envelope holds."""

from dataclasses import dataclass

from ingest.frames import CanFrames
from parsing.codes import Code
from parsing.quality import Quality

# J1939: occurrence count 127 is "not available".
OCCURRENCES_UNKNOWN = 127
# J1939's null and global addresses.
NULL_ADDRESS = 254
GLOBAL_ADDRESS = 255


@dataclass(frozen=True, slots=True)
class DtcObject:
    ts: int
    spn: int
    fmi: int
    oc: int
    cm: int
    active: bool
    bus: int
    sa: int
    text: str

    @property
    def source(self) -> int:
        """`source` of docs/contracts/rows.md."""
        return self.bus << 16 | self.sa << 8 | GLOBAL_ADDRESS


@dataclass(frozen=True, slots=True)
class PositionObject:
    ts: int
    lat: float
    lon: float
    alt: float | None
    speed: float | None
    heading: float | None
    hdop: float | None
    satellites: int | None
    quality: Quality
    reason: str  # names of the fields that are out of range, by comma


@dataclass(frozen=True, slots=True)
class LogObject:
    ts: int
    message: str
    level: str
    logger: str
    fields: str  # JSON object


@dataclass(frozen=True, slots=True)
class EventObject:
    ts: int
    name: str
    state: str
    severity: str
    value: float | None
    text: str
    fields: str  # JSON object


EnvelopeObject = DtcObject | PositionObject | LogObject | EventObject


@dataclass(frozen=True, slots=True)
class OpenedCan:
    frames: CanFrames


@dataclass(frozen=True, slots=True)
class OpenedObjects:
    """At least one object, all of the one class that belongs to `kind`."""

    kind: str
    objects: tuple[EnvelopeObject, ...]


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
