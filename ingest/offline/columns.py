"""Rows as an Arrow table, for what pyarrow writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from parsing.quality import Quality

if TYPE_CHECKING:
    from ingest.offline.definitions import Definitions
    from ingest.offline.rows import Rows

_WORD = pa.dictionary(pa.int32(), pa.string())
_WIDE = pa.decimal128(20)
_DECIMAL_WORDS = 2


def schema(*, wide_integers: bool) -> pa.Schema:
    """`timestamp` in s as in the log. `raw` i64, or decimal(20) where raw numbers may be of 64 unsigned bits."""
    types = [
        ("frame_index", pa.int64()),
        ("timestamp", pa.float64()),
        ("channel", _WORD),
        ("can_id", pa.uint32()),
        ("message", _WORD),
        ("signal", _WORD),
        ("value", pa.float64()),
        ("raw", _WIDE if wide_integers else pa.int64()),
        ("quality", _WORD),
        ("unit", _WORD),
    ]
    return pa.schema([pa.field(name, kind, nullable=False) for name, kind in types])


class Columns:
    """Makes tables of rows, which are valid as long as the rows are."""

    def __init__(self, definitions: Definitions) -> None:
        self._is_wide = definitions.is_wide
        self.schema = schema(wide_integers=definitions.is_wide)
        self._unsigned = np.frombuffer(definitions.unsigned.view, np.uint8)
        self._message_of = np.frombuffer(definitions.message_of.view, np.int32)
        self._signal_of = np.frombuffer(definitions.signal_of.view, np.int32)
        self._unit_of = np.frombuffer(definitions.unit_of.view, np.int32)
        texts = (definitions.messages, definitions.signals, definitions.units)
        self._messages, self._signals, self._units = map(_texts, texts)
        self._qualities = _texts([quality.name.lower().encode() for quality in Quality])

    def table(self, rows: Rows, channels: Mapping[int, str]) -> pa.Table:
        buses = [channels.get(bus, "").encode() for bus in range(max(channels, default=-1) + 1)]
        signal = np.frombuffer(rows.signal.view, np.uint32, rows.count)
        bus = np.frombuffer(rows.bus.view, np.int32, rows.count)
        quality = np.frombuffer(rows.quality.view, np.int32, rows.count)
        columns = [
            _numbers(pa.int64(), np.frombuffer(rows.index.view, np.int64, rows.count)),
            _numbers(pa.float64(), np.frombuffer(rows.seconds.view, np.float64, rows.count)),
            _words(bus, _texts(buses)),
            _numbers(pa.uint32(), np.frombuffer(rows.can_id.view, np.uint32, rows.count)),
            _words(self._message_of[signal], self._messages),
            _words(self._signal_of[signal], self._signals),
            _numbers(pa.float64(), np.frombuffer(rows.value.view, np.float64, rows.count)),
            self._raw(np.frombuffer(rows.raw.view, np.int64, rows.count), signal),
            _words(quality, self._qualities),
            _words(self._unit_of[signal], self._units),
        ]
        return pa.Table.from_arrays(columns, schema=self.schema)

    def _raw(self, raw: np.ndarray, signal: np.ndarray) -> pa.Array:
        if not self._is_wide:
            return _numbers(pa.int64(), raw)
        # A decimal of 128 bits is its number in two's complement, the lower half first.
        words = np.empty((len(raw), _DECIMAL_WORDS), np.int64)
        words[:, 0] = raw
        words[:, 1] = np.where((raw < 0) & (self._unsigned[signal] == 0), -1, 0)
        return _numbers(_WIDE, words)


def _words(codes: np.ndarray, words: pa.Array) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(_numbers(pa.int32(), codes), words)


def _numbers(kind: pa.DataType, values: np.ndarray) -> pa.Array:
    """As `pa.array`, which first imports pandas where that is installed: as long as decoding most logs takes."""
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])


def _texts(words: Sequence[bytes]) -> pa.Array:
    offsets = np.cumsum([0, *map(len, words)], dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), len(words), [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(words))])
