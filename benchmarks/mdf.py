"""The peer asammdf: the frames as a bus-logging MDF, of which it extracts the signals of a DBC."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from asammdf import MDF, Signal, Source

from parsing.engine import Frames

_FRAME = np.dtype(
    [
        ("CAN_DataFrame.BusChannel", "<u1"),
        ("CAN_DataFrame.ID", "<u4"),
        ("CAN_DataFrame.IDE", "<u1"),
        ("CAN_DataFrame.DLC", "<u1"),
        ("CAN_DataFrame.DataLength", "<u1"),
        ("CAN_DataFrame.DataBytes", "<u1", (8,)),
    ]
)


class Asammdf:
    """Prepared once; `decode` extracts from all frames at once, which is where asammdf is at its best."""

    def __init__(self, dbc: str, frames: Frames, directory: Path) -> None:
        self._dbc = directory / "peer.dbc"
        self._dbc.write_text(dbc, encoding="utf-8")
        samples = np.zeros(len(frames), _FRAME)
        samples["CAN_DataFrame.BusChannel"] = 1
        samples["CAN_DataFrame.ID"] = frames.can_id & 0x1FFF_FFFF
        samples["CAN_DataFrame.IDE"] = frames.can_id >> 31
        samples["CAN_DataFrame.DLC"] = samples["CAN_DataFrame.DataLength"] = frames.length
        samples["CAN_DataFrame.DataBytes"] = frames.data
        self._mdf = MDF()
        source = Source("CAN", "CAN", "", Source.SOURCE_BUS, Source.BUS_TYPE_CAN)
        signal = Signal(samples, np.arange(len(frames)) * 1e-4, name="CAN_DataFrame", source=source)
        self._mdf.append([signal], common_timebase=True)

    def decode(self) -> MDF:
        return self._mdf.extract_bus_logging({"CAN": [(str(self._dbc), 0)]})

    def columns(self) -> list[tuple[str, np.ndarray]]:
        """Name and f64 values of each signal that it decodes; of what it makes text of, the raw numbers."""
        decoded = self.decode()
        columns = []
        for number, group in enumerate(decoded.groups):
            for index, channel in enumerate(group.channels):
                if index == decoded.masters_db.get(number):
                    continue
                column = decoded.get(group=number, index=index, samples_only=True)[0]
                if column.dtype.kind == "S":
                    column = decoded.get(group=number, index=index, samples_only=True, raw=True)[0]
                columns.append((channel.name, column.astype(np.float64)))
        return columns
