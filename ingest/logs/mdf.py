"""ASAM MDF 4 files that log buses (ASAM MDF Bus Logging, "CAN_DataFrame" and its kin), through asammdf."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import numpy as np
from asammdf import MDF
from asammdf.blocks import v4_constants
from numpy.typing import NDArray

from ingest.frames import CanFrames, select_frames
from ingest.logs.arrays import bad_chunk
from ingest.logs.files import GZIP_MAGIC
from ingest.logs.mdf_chains import has_circle
from ingest.logs.merging import merge
from ingest.logs.records import MAX_DETAILS, BadReason, BadRecord, LogChunk, LogError
from parsing.can_id import CLASSIC_WIDTH, MAX_WIDTH
from parsing.definitions import ERROR_FLAG, EXTENDED_FLAG, REMOTE_FLAG, TIME_END

# Structure -> flag of its frames.
_STRUCTURES = {"CAN_DataFrame": 0, "CAN_RemoteFrame": REMOTE_FLAG, "CAN_ErrorFrame": ERROR_FLAG}
# Of a file that is finished, and of one whose recorder did not come to that.
_BEGINNINGS = (b"MDF     4", b"UnFinMF 4")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_STANDARD = 0x7FF
_MAX_ID = 0x1FFFFFFF
_MAX_SAID = 150  # characters


class MdfReader:
    """The chunks of such a file: its groups, each in the order of its times, as one."""

    def __init__(self, path: Path, chunk_frames: int) -> None:
        self._name, self._size, self._chunk_frames = path.name, path.stat().st_size, chunk_frames
        self._buses: set[int] = set()
        self._read = 0
        _check_beginning(path)
        try:
            # Without the signals of attached databases, for which asammdf would read the whole file.
            self._mdf: Any = cast("Any", MDF)(path, process_bus_logging=False)
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - asammdf stumbles over foreign bytes in every way there is
            raise LogError(f"{path.name}: not an MF4 that can be read: {_said(error)}") from None
        self._groups = [(i, structure) for i, group in enumerate(self._mdf.groups) if (structure := _structure(group))]
        if not self._groups:
            self.close()
            raise LogError(f"{path.name}: no frames of CAN buses, since none of {', '.join(_STRUCTURES)} is in it")
        self._total = sum(self._mdf.groups[i].channel_group.cycles_nr for i, _ in self._groups)

    @property
    def channels(self) -> dict[int, str]:
        return {bus: f"can{bus}" for bus in sorted(self._buses)}

    @property
    def position(self) -> int:
        """By the share of records, since the blocks of the groups lie anywhere."""
        return int(self._size * self._read // max(1, self._total))

    def close(self) -> None:
        self._mdf.close()

    def chunks(self) -> Iterator[LogChunk]:
        try:
            yield from self._chunks()
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - as in opening it
            if not self._read:
                raise LogError(f"{self._name}: {_said(error)}") from None
            yield self._ended(BadReason.UNREADABLE, _said(error))
            return
        if self._read < self._total:
            yield self._ended(BadReason.TRUNCATED_FILE, f"the file says that there are {self._total}")

    def _chunks(self) -> Iterator[LogChunk]:
        for merged in merge([self._pieces(index, structure) for index, structure in self._groups]):
            for begin in range(0, len(merged), self._chunk_frames):
                frames = select_frames(merged, slice(begin, begin + self._chunk_frames))
                self._buses.update(np.unique(frames.bus).tolist())
                chunk = _chunk(frames, self._read)
                self._read += len(frames)
                yield chunk

    def _pieces(self, index: int, structure: str) -> Iterator[CanFrames]:
        """The frames of a group, a chunk at a time."""
        start = self._mdf.header.start_time
        start = start if start.tzinfo else start.replace(tzinfo=UTC)
        micros = (start - _EPOCH) // timedelta(microseconds=1)
        group = self._mdf.groups[index]
        if not group.channel_group.cycles_nr:
            return
        _check_places(group)
        group.read_split_count = self._chunk_frames
        # What the public iterators of asammdf stand on; they go through a group once for each of its channels.
        left = group.channel_group.cycles_nr
        for fragment in self._mdf._mdf._load_data(group):  # noqa: SLF001
            frames, missing = _frames(self._mdf, index, structure, fragment, micros)
            left -= len(frames) + missing
            if missing and left:
                raise ValueError(f"of {len(frames) + missing} payloads there are only {len(frames)}")
            yield frames

    def _ended(self, reason: BadReason, detail: str) -> LogChunk:
        return bad_chunk(BadRecord(self._read, reason, f"after {self._read} records: {detail}"))


def _check_beginning(path: Path) -> None:
    """What is no MDF at all makes asammdf complain on the console, too, and in a circle it goes round for ever."""
    with path.open("rb") as file:
        beginning = file.read(max(map(len, _BEGINNINGS)))
        goes_round = beginning.startswith(_BEGINNINGS) and has_circle(file)
    if goes_round:
        raise LogError(f"{path.name}: not an MF4 that can be read: its blocks lead back to where they came from")
    if not beginning.startswith(_BEGINNINGS):
        hint = "; it is gzip: unpack it first" if beginning.startswith(GZIP_MAGIC) else ""
        raise LogError(f"{path.name}: not an MF4{hint}")


def _structure(group: Any) -> str | None:
    names = {channel.name for channel in group.channels}
    return next((structure for structure in _STRUCTURES if f"{structure}.BusChannel" in names), None)


def _check_places(group: Any) -> None:
    """Raises ValueError for a channel outside of its records, which asammdf would read all the same."""
    size = group.channel_group.samples_byte_nr + group.channel_group.invalidation_bytes_nr
    for channel in group.channels:
        end = channel.byte_offset + (channel.bit_offset + channel.bit_count + 7) // 8
        if channel.channel_type not in v4_constants.VIRTUAL_TYPES and end > size:
            raise ValueError(f"{channel.name} is at byte {channel.byte_offset} of records of {size} bytes")


def _chunk(frames: CanFrames, first: int) -> LogChunk:
    within = (frames.ts >= 0) & (frames.ts < TIME_END)
    bad = first + np.flatnonzero(~within)
    detail = "record {} has a time before 1970 or after 2106"
    return LogChunk(
        frames=frames if not len(bad) else select_frames(frames, within),
        index=first + np.flatnonzero(within),
        bad=tuple(
            BadRecord(index, BadReason.TIME_OUT_OF_BOUNDS, detail.format(index)) for index in bad[:MAX_DETAILS].tolist()
        ),
        bad_counts={BadReason.TIME_OUT_OF_BOUNDS: len(bad)} if len(bad) else {},
    )


def _frames(mdf: Any, index: int, structure: str, fragment: Any, start: int) -> tuple[CanFrames, int]:
    """Of one piece of a group, times from `start` in µs; and the number of those behind them that have no payload.

    Payloads lie apart from the rest, and behind it: where a recorder lost its power, those of the last are missing.
    """
    flag, names = _STRUCTURES[structure], {channel.name for channel in mdf.groups[index].channels}

    def column(field: str) -> NDArray[Any] | None:
        """Values after conversion, since a constant field may be a virtual channel that has nothing else."""
        name = f"{structure}.{field}"
        if name not in names:
            return None
        options = {"group": index, "data": fragment, "samples_only": True, "ignore_invalidation_bits": True}
        samples: NDArray[Any] = mdf.get(name, **options)[0]
        if samples.dtype.kind not in "biuf":  # a conversion to text, "Tx" for 1 and the like
            samples = mdf.get(name, raw=True, **options)[0]
        return samples

    seconds = mdf.get_master(index, data=fragment, one_piece=True)
    n = len(seconds)
    lengths = column("DataLength")
    if lengths is None or flag:
        lengths = np.full(n, 0 if flag else CLASSIC_WIDTH)
    data = _payloads(column("DataBytes"), n, CLASSIC_WIDTH if lengths.max(initial=0) <= CLASSIC_WIDTH else MAX_WIDTH)
    bus = column("BusChannel")
    frames = CanFrames(
        bus=np.zeros(n, np.uint8) if bus is None else bus.astype(np.uint8),
        can_id=_ids(None if flag == ERROR_FLAG else column("ID"), column("IDE"), flag, n),
        ts=_micros(seconds) + start,
        length=np.minimum(lengths, data.shape[1]).astype(np.uint8),
        data=data,
    )
    return select_frames(frames, slice(len(data))), n - len(data)


def _micros(seconds: NDArray[Any]) -> NDArray[np.int64]:
    """Through nanoseconds: the recorder's clock ticks are whole there, so the rounding is to the recorded µs.

    What is no number or does not fit becomes a time long before 1970.
    """
    with np.errstate(invalid="ignore", over="ignore"):
        return (np.rint(seconds * 1e9).astype(np.int64) + 500) // 1000


def _ids(numbers: NDArray[Any] | None, extended: NDArray[Any] | None, flag: int, n: int) -> NDArray[np.uint32]:
    if numbers is None:
        return np.full(n, flag, np.uint32)
    numbers = numbers.astype(np.uint32)
    is_extended = (numbers > _MAX_STANDARD) if extended is None else (extended != 0)
    flags = np.where(is_extended, EXTENDED_FLAG, 0) | flag
    return ((numbers & _MAX_ID) | flags).astype(np.uint32)


def _payloads(samples: NDArray[Any] | None, n: int, width: int) -> NDArray[np.uint8]:
    """u8[at most n, width]; recorders give all frames of a group the room of the longest that could come."""
    if samples is None:
        return np.zeros((n, width), np.uint8)
    samples = samples.astype(np.uint8)[:n]
    samples = samples.reshape(len(samples), -1)[:, :width]
    return np.pad(samples, ((0, 0), (0, width - samples.shape[1])))


def _said(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:_MAX_SAID]
