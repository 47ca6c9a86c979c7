"""Envelopes as devices publish them: opening, with every bound the contract sets."""

from ingest.envelope.opening import is_realtime, open_envelope
from ingest.envelope.records import (
    ClientRaw,
    DtcObject,
    EventObject,
    LogObject,
    Opened,
    OpenedCan,
    OpenedObjects,
    PositionObject,
    Rejected,
)

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
