"""Where Studio's backend reads data: one interface, two implementations, chosen by STUDIO_DATA_SOURCE."""

from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

Resource = Literal[
    "machines",
    "machine",
    "signals",
    "history",
    "snapshot",
    "positions",
    "findings",
    "dtcs",
    "events",
    "logs",
    "explain",
]
MACHINE_MAXIMUM: Final = 2**32 - 1
SIGNAL_LENGTH: Final = 300
UNREACHABLE: Final = "data_api_unreachable"
SOURCES: Final = {"data-api": "studio.sources.data_api.DataApiSource", "direct": "studio.sources.direct.DirectSource"}


@dataclass(frozen=True, slots=True)
class Question:
    """One read. machine is None for `machines` only; signal (`message.signal`) is for `history` only."""

    resource: Resource
    machine: int | None = None
    signal: str = ""
    parameters: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises SourceError for what cannot exist, so that nothing unbounded a user types travels further."""
        if self.machine is not None and not 0 < self.machine <= MACHINE_MAXIMUM:
            raise SourceError(404, "not_found", "There is no such machine.")
        if len(self.signal) > SIGNAL_LENGTH:
            raise SourceError(404, "not_found", "There is no such signal.")


class SourceError(Exception):
    """The question has no answer: an HTTP status, a stable code and a text for people."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail


class Source(Protocol):
    """Reads as a user: what that user may not see is not found."""

    async def read(self, user_id: int, question: Question) -> bytes:
        """The answer as JSON, in the shapes of the Data API. Raises SourceError."""
        ...


def source() -> Source:
    """The one that the setting names."""
    return cast("Source", import_string(SOURCES[settings.STUDIO_DATA_SOURCE])())
