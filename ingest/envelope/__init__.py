"""Envelopes as devices publish them: opening, with every bound the contract sets."""

from ingest.envelope.opening import is_realtime, open_envelope
from ingest.envelope.records import (
    ClientRaw,
    Opened,
    OpenedCan,
    OpenedObjects,
    Rejected,
)
from parsing.objects.kinds import DtcObject, EventObject, LogObject, PositionObject

__all__ = [
    "ClientRaw",
    "DtcObject",
    "EventObject",
    "LogObject",
    "Opened",
    "OpenedCan",
    "OpenedObjects",
    "PositionObject",
    "Rejected",
    "is_realtime",
    "open_envelope",
]
