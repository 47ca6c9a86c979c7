"""Objects of the kinds `vehicle_dtc`, `vehicle_position`, `vehicle_log` and `vehicle_event`."""

from typing import Any

from ingest.envelope.records import OpenedObjects, RejectedError
from parsing.objects.faults import ObjectFault
from parsing.objects.readers import ObjectReader


def read_objects(kind: str, reader: ObjectReader, document: Any) -> OpenedObjects:
    """The objects of an unpacked body.

    Raises RejectedError: `invalid_field`, `time_out_of_bounds`, `too_many_frames`, `empty`.
    """
    try:
        rows = reader.decoder.decode(document)
    except ObjectFault as fault:
        raise RejectedError(fault.code, fault.detail) from None
    return OpenedObjects(kind, rows.objects, rows)
