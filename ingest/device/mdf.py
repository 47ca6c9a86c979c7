"""CAN frames of ASAM MDF 4 files that log buses (ASAM MDF Bus Logging, "CAN_DataFrame" and its kin)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from asammdf import MDF
from asammdf.blocks.utils import MdfException
from numpy.typing import NDArray

from ingest.device.logs import LogError
from ingest.envelope.can import CLASSIC_WIDTH, MAX_WIDTH
from ingest.envelope.records import ERROR_FRAME, EXTENDED_ID, REMOTE_FRAME, CanFrames

# Structure -> flag of its frames.
_STRUCTURES = {"CAN_DataFrame": 0, "CAN_RemoteFrame": REMOTE_FRAME, "CAN_ErrorFrame": ERROR_FRAME}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_STANDARD = 0x7FF
_MAX_ID = 0x1FFFFFFF


def read_mf4(path: Path) -> list[CanFrames]:
    """Frames of each bus-logging group, in the order of each; raises LogError."""
    try:
        with MDF(path) as mdf:
            start = mdf.header.start_time
            start = start if start.tzinfo else start.replace(tzinfo=UTC)
            micros = (start - _EPOCH) // timedelta(microseconds=1)
            groups = [(i, _structure(group)) for i, group in enumerate(mdf.groups)]
            return [
                _read_group(mdf, index, structure, micros)
                for index, structure in groups
                if structure is not None and mdf.groups[index].channel_group.cycles_nr
            ]
    except MdfException as error:
        raise LogError(f"{path.name}: {error}") from None


def _structure(group: Any) -> str | None:
    names = {channel.name for channel in group.channels}
    return next((structure for structure in _STRUCTURES if f"{structure}.BusChannel" in names), None)


def _read_group(mdf: Any, index: int, structure: str, start: int) -> CanFrames:
    names = {channel.name for channel in mdf.groups[index].channels}

    def column(field: str) -> NDArray[Any] | None:
        """Values after conversion, since a constant field may be a virtual channel that has nothing else."""
        name = f"{structure}.{field}"
        if name not in names:
            return None
        samples: NDArray[Any] = mdf.get(name, group=index, samples_only=True)[0]
        if samples.dtype.kind not in "biuf":  # a conversion to text, "Tx" for 1 and the like
            samples = mdf.get(name, group=index, samples_only=True, raw=True)[0]
        return samples

    seconds = mdf.get_master(index)
    n = len(seconds)
    lengths = column("DataLength")
    if lengths is None or _STRUCTURES[structure]:
        lengths = np.full(n, 0 if _STRUCTURES[structure] else CLASSIC_WIDTH)
    data = _payloads(column("DataBytes"), n, CLASSIC_WIDTH if lengths.max() <= CLASSIC_WIDTH else MAX_WIDTH)
    bus = column("BusChannel")
    return CanFrames(
        bus=np.zeros(n, np.uint8) if bus is None else bus.astype(np.uint8),
        can_id=_ids(column("ID"), column("IDE"), _STRUCTURES[structure], n),
        # Through nanoseconds: the recorder's clock ticks are whole there, so the rounding is to the recorded µs.
        ts=(np.rint(seconds * 1e9).astype(np.int64) + 500) // 1000 + start,
        length=np.minimum(lengths, data.shape[1]).astype(np.uint8),
        data=data,
    )


def _ids(numbers: NDArray[Any] | None, extended: NDArray[Any] | None, flag: int, n: int) -> NDArray[np.uint32]:
    if numbers is None:
        return np.full(n, flag, np.uint32)
    numbers = numbers.astype(np.uint32)
    is_extended = (numbers > _MAX_STANDARD) if extended is None else (extended != 0)
    flags = np.where(is_extended, EXTENDED_ID, 0) | flag
    return ((numbers & _MAX_ID) | flags).astype(np.uint32)


def _payloads(samples: NDArray[Any] | None, n: int, width: int) -> NDArray[np.uint8]:
    """u8[n, width]; recorders give all frames of a group the room of the longest that could come."""
    if samples is None:
        return np.zeros((n, width), np.uint8)
    samples = samples.astype(np.uint8).reshape(n, -1)[:, :width]
    return np.pad(samples, ((0, 0), (0, width - samples.shape[1])))
