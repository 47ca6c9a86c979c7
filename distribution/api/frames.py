"""Frames as machines sent them: from the raw store, in the order of their stream."""

import re
from typing import Any, Final

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from distribution.api.access import visible_machine
from distribution.api.errors import ParameterError
from distribution.api.parameters import HOUR, Parameters, cursor_of, rfc3339
from distribution.api.serializers_frames import FramesSerializer
from distribution.api.views import FROM_TO, DataView
from distribution.queries import frames
from parsing.can_id import ERROR_FLAG, EXTENDED_FLAG, REMOTE_FLAG, hex_id

LIMIT: Final = 200
LIMIT_MOST: Final = 5_000
PGN_MAXIMUM: Final = 0x3FFFF
PLACE: Final = ("UInt16", "Int64", "UInt32")
_STANDARD: Final = 0x7FF
_EXTENDED: Final = 0x1FFF_FFFF
_ID: Final = re.compile(r"[0-9A-Fa-f]{3}(?:[0-9A-Fa-f]{5})?\Z", re.ASCII)


class FramesView(DataView):
    allowed = frozenset({"from", "to", "id", "pgn", "bus", "dead_letters", "limit", "cursor"})

    @extend_schema(
        operation_id="machine_frames",
        parameters=[
            *FROM_TO,
            OpenApiParameter("id", str, description="As in candump: 8 hex digits are a 29-bit id, 3 an 11-bit id."),
            OpenApiParameter("pgn", int, description="Of 29-bit ids, whoever sent them and to whom."),
            OpenApiParameter("bus", int),
            OpenApiParameter("dead_letters", int, enum=[0, 1], description="1 = of envelopes that were rejected."),
            OpenApiParameter("limit", int, description=f"Frames a page, 1 to {LIMIT_MOST} ({LIMIT})."),
            OpenApiParameter("cursor", str, description="`next` of the page before."),
        ],
        responses=FramesSerializer,
    )
    def get(self, request: Request, machine: int) -> Response:
        """Frames that the machine sent, as long as the raw store keeps them, in the order in which they came.

        Without `from` it is the hour before `to`. A page may have few frames or none and yet lead to a next one: a
        request opens a bounded number of envelopes.
        """
        found = visible_machine(request.user, machine)
        asked = self.parameters(request)
        wanted = frames.Wanted(
            found.number,
            found.device,
            asked.span(HOUR),
            can_id_of(asked),
            asked.integer("pgn", None, 0, PGN_MAXIMUM),
            asked.integer("bus", None, 0, 255),
            asked.flag("dead_letters"),
        )
        key = asked.cursor(PLACE)
        limit = asked.integer("limit", LIMIT, 1, LIMIT_MOST) or LIMIT
        page = frames.page(wanted, frames.Place(*key) if key else None, limit)
        after = page.next
        return Response(
            {
                "frames": [each for part in page.parts for each in _frames_json(part)],
                "missing": page.missing,
                "next": cursor_of([after.partition, after.offset, after.index]) if after else None,
            }
        )


def can_id_of(asked: Parameters) -> int | None:
    text = asked.given.get("id")
    if text is None:
        return None
    number = int(text, 16) if _ID.match(text) else -1
    is_extended = len(text) > len("7FF")
    if not 0 <= number <= (_EXTENDED if is_extended else _STANDARD):
        raise ParameterError("id is 8 hexadecimal digits of a 29-bit id, or 3 of one of 11 bits.")
    return number | EXTENDED_FLAG if is_extended else number


def _frames_json(part: frames.Recorded) -> list[dict[str, Any]]:
    columns = part.frames
    return [
        {
            "ts": rfc3339(ts),
            "ts_us": ts,
            "bus": bus,
            "type": _type(can_id),
            "id": id_text(can_id),
            "data": data[:length].hex().upper(),
            "partition": part.partition,
            "offset": part.offset,
            "index": index,
        }
        for index, ts, bus, can_id, length, data in zip(
            part.index.tolist(),
            columns.ts.tolist(),
            columns.bus.tolist(),
            columns.can_id.tolist(),
            columns.length.tolist(),
            map(bytes, columns.data),
            strict=True,
        )
    ]


def id_text(can_id: int) -> str:
    """As in candump."""
    return hex_id(can_id & _EXTENDED, extended=bool(can_id & EXTENDED_FLAG))


def _type(can_id: int) -> str:
    if can_id & ERROR_FLAG:
        return "error"
    return "remote" if can_id & REMOTE_FLAG else "data"
