"""Ids of unread frames as the Data API and engineers write them."""

import re
from dataclasses import dataclass
from typing import Final

from parsing.can_id import ADDRESS_CLAIMED, DM1, DM2, TP_CM, TP_DT, hex_id, pgn_of

_ID: Final = re.compile(r"[0-9A-F]{3}(?:[0-9A-F]{5})?\Z", re.ASCII)
_DIGITS: Final = re.compile(r"\d{1,19}\Z", re.ASCII)
_STANDARD_DIGITS: Final = 3
_EXTENDED_MAXIMUM: Final = 0x1FFF_FFFF
_STANDARD_MAXIMUM: Final = 0x7FF
BUS_MAXIMUM: Final = 255
PAGE_MAXIMUM: Final = 2**63 - 1

HEARD: Final = {
    TP_CM: "transport protocol",
    TP_DT: "transport protocol",
    ADDRESS_CLAIMED: "address claims",
    DM1: "active trouble codes",
    DM2: "earlier trouble codes",
}
"""What of J1939 is heard without a definition (docs/contracts/j1939.md), by PGN."""


@dataclass(frozen=True, slots=True)
class Place:
    """Frames of an id on a bus; `page` of those whose message does not have it, None: of an id without a message."""

    can_id: int
    extended: bool
    bus: int
    page: int | None

    @property
    def id_text(self) -> str:
        return hex_id(self.can_id, extended=self.extended)

    @property
    def pgn(self) -> int | None:
        return pgn_of(self.can_id) if self.extended else None

    @property
    def source_address(self) -> int | None:
        return self.can_id & 0xFF if self.extended else None

    @property
    def priority(self) -> int | None:
        return self.can_id >> 26 & 7 if self.extended else None

    @property
    def heard_as(self) -> str:
        return HEARD.get(self.pgn, "") if self.pgn is not None else ""

    @property
    def what(self) -> str:
        """As `Ignored.what`: ids of one PGN are one thing."""
        return what_of(self.bus, self.pgn, self.id_text, self.page)


def what_of(bus: int, pgn: int | None, id_text: str, page: int | None) -> str:
    of = f"id {id_text}" if pgn is None else f"PGN {pgn} ({pgn:04X})"
    return f"{of} on bus {bus}" if page is None else f"page {page} of {of} on bus {bus}"


def place_of(id_text: str, bus: str, page: str) -> Place | None:
    """Of texts that anybody may have written; an empty page is none. None: there is no such place."""
    if not _ID.match(id_text) or not _DIGITS.match(bus) or int(bus) > BUS_MAXIMUM:
        return None
    if page and (not _DIGITS.match(page) or int(page) > PAGE_MAXIMUM):
        return None
    can_id, extended = int(id_text, 16), len(id_text) > _STANDARD_DIGITS
    if can_id > (_EXTENDED_MAXIMUM if extended else _STANDARD_MAXIMUM):
        return None
    return Place(can_id, extended, int(bus), int(page) if page else None)
