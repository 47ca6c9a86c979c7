"""A log's chunks to rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.offline.rows import Rows
from parsing.engine.kernels import kernel
from parsing.engine.memory import Memory, roomy
from parsing.engine.row_extractor import FrameColumns, RowExtractor

if TYPE_CHECKING:
    from ingest.logs.batches import LogBatch
    from ingest.offline.definitions import Definitions
    from ingest.offline.j1939 import Heard, J1939Lane
    from ingest.offline.summary import Summary

_NOTHING = Memory(0)


class Decoder:
    """Decodes a log from its first chunk to its last; keeps the sessions of multi-packet messages in between."""

    def __init__(self, definitions: Definitions, summary: Summary) -> None:
        self._definitions, self._summary = definitions, summary
        self._extractor = RowExtractor(definitions.frames)
        self._lengths = self._concerned = _NOTHING
        self._found = Memory(16)
        self._lane: J1939Lane | None = None
        self.rows = Rows()
        """Of the last chunk, until the next."""
        self.heard: Heard | None = None
        """What the last chunk had of J1939 besides rows, if anything."""

    def decode(self, batch: LogBatch) -> None:
        """Bad frames are in the summary; nothing that is in a log raises."""
        self._lengths, self._concerned = roomy(self._lengths, 2 * batch.size), roomy(self._concerned, 4 * batch.size)
        kernel("survey")(
            batch.size, batch.ts, batch.can_id, batch.length, self._lengths.at, self._concerned.at, self._found.at
        )
        concerned, latest_ts = self._found.numbers("Q", 2)
        frames = FrameColumns(
            batch.size, batch.frame_index, batch.ts, batch.bus, batch.can_id, self._lengths.at, batch.words,
            batch.width, (batch.owner, self._lengths),
        )  # fmt: skip
        extracted = self._extractor.extract(frames)
        self._summary.count_frames(batch, extracted, latest_ts)
        rows, self.heard = extracted.rows, None
        if concerned:
            if self._lane is None:
                # Only now, since it imports numpy, which takes longer than decoding most logs.
                from ingest.offline.j1939 import J1939Lane  # noqa: PLC0415

                self._lane = J1939Lane(self._definitions, self._summary)
            self.heard, frames, rows = self._lane.hear(frames, self._concerned.numbers("I", concerned), rows)
        self.rows.fill(rows, frames)
        self._summary.rows += rows.count
