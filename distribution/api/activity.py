"""What the bits of an id do that no definition reads, over recorded frames of a machine."""

import threading
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from distribution.api.access import Machine, machines_visible_to
from distribution.api.errors import ParameterError, UnknownMachineError
from distribution.api.frames import can_id_of, id_text
from distribution.api.parameters import FIRST, HOUR, Parameters, rfc3339
from distribution.api.serializers_unmodelled import ActivitySerializer
from distribution.api.unmodelled_live import live_catalogue
from distribution.api.views import FROM_TO, DataView
from distribution.queries import frames as recorded
from distribution.queries.activity import Activity, activity_of
from distribution.queries.history import Span
from distribution.queries.unmodelled import Sender, senders
from ingest.frames import CanFrames, join_frames, select_frames
from parsing.can_id import ERROR_FLAG, REMOTE_FLAG
from parsing.engine import Frames

FRAMES_MOST: Final = 5_000
PAGES_MOST: Final = 3
"""Of recorded frames, for one answer: each may open hundreds of envelopes."""

SENDERS_SHOWN: Final = 50
_NUMBER_MOST: Final = 2**31 - 1
_PAGE_MOST: Final = 2**63 - 1
# All requests have one catalogue, whose extractors are of one thread at a time.
_one_at_a_time: Final = threading.Lock()


class ActivityView(DataView):
    allowed = frozenset({"id", "bus", "machine", "page", "from", "to"})

    @extend_schema(
        operation_id="unmodelled_activity",
        parameters=[
            OpenApiParameter("id", str, required=True, description="As in candump: 8 hex digits or 3."),
            OpenApiParameter("bus", int, description="The one with the most frames if not given."),
            OpenApiParameter("machine", int, description="The one with the most frames if not given."),
            OpenApiParameter("page", int, description="Only frames of this page, which their message does not have."),
            *FROM_TO,
        ],
        responses=ActivitySerializer,
    )
    def get(self, request: Request) -> Response:
        """How often each bit of an unread id is 1 and changes, over recorded frames of one machine.

        Without `to` it is the hour around the last frame that was told of. At most 5,000 frames are looked at; the
        answer says how many, and of which time.
        """
        asked = self.parameters(request)
        can_id, page = _identifier(asked), asked.integer("page", None, 0, _PAGE_MOST)
        machines = {machine.number: machine for machine in machines_visible_to(request.user)}
        machine, bus = asked.integer("machine", None, 1, _NUMBER_MOST), asked.integer("bus", None, 0, 255)
        if machine is not None and machine not in machines:
            raise UnknownMachineError
        sending = senders(list(machines), can_id, -1 if page is None else page, bus, SENDERS_SHOWN)
        chosen = next((each for each in sending if machine in (None, each.machine)), None)
        told: dict[str, Any] = {"id": id_text(can_id), "page": page, "senders": list(map(_sender_json, sending))}
        if chosen is None:
            return Response({**told, **_activity_json(activity_of(_NONE), None, complete=True, missing=0)})
        span = _span(asked, chosen)
        found, complete, missing = _recorded(machines[chosen.machine], chosen.bus, can_id, span)
        if page is not None:
            found = _of_page(found, page, machines[chosen.machine].model_id)
        return Response({**told, **_activity_json(activity_of(found), chosen, complete=complete, missing=missing)})


_NONE: Final = CanFrames(
    np.empty(0, np.uint8), np.empty(0, np.uint32), np.empty(0, np.int64), np.empty(0, np.uint8),
    np.empty((0, 8), np.uint8),
)  # fmt: skip


def _identifier(asked: Parameters) -> int:
    can_id = can_id_of(asked)
    if can_id is None:
        raise ParameterError("id is wanted: 8 hexadecimal digits of a 29-bit id, or 3 of one of 11 bits.")
    return can_id


def _span(asked: Parameters, sender: Sender) -> Span:
    """Not all frames are told of: more may have come since the last one that was."""
    if "to" in asked.given or "from" in asked.given:
        return asked.span(HOUR)
    return Span(max(FIRST, sender.last - HOUR // 2), sender.last + HOUR // 2)


def _recorded(machine: Machine, bus: int, can_id: int, span: Span) -> tuple[CanFrames, bool, int]:
    """The frames, whether they are all of the span, and how many of its envelopes the raw store does not have."""
    wanted = recorded.Wanted(machine.number, machine.device, span, can_id, bus=bus)
    parts: list[CanFrames] = []
    after: recorded.Place | None = None
    missing, count = 0, 0
    for _ in range(PAGES_MOST):
        page = recorded.page(wanted, after, FRAMES_MOST - count)
        parts += [_data_frames(part.frames) for part in page.parts]
        count = sum(map(len, parts))
        missing, after = missing + page.missing, page.next
        if after is None or count >= FRAMES_MOST:
            break
    return join_frames(parts) if parts else _NONE, after is None, missing


def _data_frames(frames: CanFrames) -> CanFrames:
    return select_frames(frames, frames.can_id & np.uint32(REMOTE_FLAG | ERROR_FLAG) == 0)


def _of_page(frames: CanFrames, page: int, model: int) -> CanFrames:
    """Those of which the live release says that their page is this one, and that their message does not have it."""
    live = live_catalogue()
    if live is None or not len(frames):
        return _NONE
    columns = Frames(frames.bus, frames.can_id, frames.length.astype(np.uint16), frames.data)
    with _one_at_a_time:
        extraction = live.extractor(model).extract(columns)
    return select_frames(frames, extraction.unknown_frame[extraction.unknown_page == page])


def _sender_json(sender: Sender) -> dict[str, Any]:
    return {
        "machine": sender.machine,
        "bus": sender.bus,
        "count": sender.count,
        "first_seen": rfc3339(sender.first),
        "last_seen": rfc3339(sender.last),
    }


def _activity_json(found: Activity, sender: Sender | None, *, complete: bool, missing: int) -> dict[str, Any]:
    return {
        "machine": sender and sender.machine,
        "bus": sender and sender.bus,
        "frames": found.frames,
        "complete": complete,
        "missing": missing,
        "first": None if found.first is None else rfc3339(found.first),
        "last": None if found.last is None else rfc3339(found.last),
        "cycle_us": found.cycle,
        "lengths": [{"length": length, "frames": count} for length, count in found.lengths.items()],
        "bytes": [
            {
                "seen": each.seen,
                "minimum": each.minimum,
                "maximum": each.maximum,
                "distinct": each.distinct,
                "ones": each.ones,
                "flips": each.flips,
            }
            for each in found.octets
        ],
        "counters": [{"start": each.start, "length": each.length, "step": each.step} for each in found.counters],
        "examples": _examples_json(found.examples),
    }


def _examples_json(examples: Sequence[tuple[int, bytes]]) -> list[dict[str, Any]]:
    return [{"ts": rfc3339(ts), "ts_us": ts, "data": data.hex().upper()} for ts, data in examples]
