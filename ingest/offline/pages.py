"""Columns of rows as pages of a Parquet file (Apache Parquet, README.md, Encodings.md and parquet.thrift)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from zstandard import ZstdCompressor

from ingest.offline.thrift import Field, Kind, encode
from parsing.engine.kernels import kernel
from parsing.engine.memory import Memory, roomy

if TYPE_CHECKING:
    from ingest.offline.rows import Rows

INT32, INT64, DOUBLE, BYTE_ARRAY, FIXED_BYTES = 1, 2, 5, 6, 7
_PLAIN, _RLE, _DICTIONARY = 0, 3, 8
_LEVEL = 1
_SIZES = {INT32: 4, INT64: 8, DOUBLE: 8}
_DECIMAL_BYTES = 9
_MOST_WORDS = 32_768
"""Different numbers of a column up to which they are numbered; with more, they are written as they are."""

_PLACES_BITS = 16
_LENGTH = struct.Struct("<I")
_NUMBERS = {INT64: struct.Struct("<q"), DOUBLE: struct.Struct("<d")}
_NOTHING = Memory(0)


class Packed(NamedTuple):
    """A column's part of a row group: its pages, and what the file says of them."""

    pages: list[bytes]
    unpacked: int
    values: int
    has_dictionary: bool
    encodings: list[int]
    span: tuple[bytes, bytes] | None


class Column:
    """Collects the pages of a row group. `source` is the column of `Rows`; `more` is what else its schema says."""

    def __init__(self, name: str, source: str, kind: int, more: Sequence[Field] = ()) -> None:
        self.name, self.kind, self._source = name, kind, source
        required = Field(3, Kind.I32, 0)
        fields = [Field(1, Kind.I32, kind), required, Field(4, Kind.BINARY, name.encode()), *more]
        self.schema = sorted(fields, key=lambda field: field.id)
        self._compressor = ZstdCompressor(_LEVEL)
        self._begin()

    def _begin(self) -> None:
        self._pages: list[bytes] = []
        self._unpacked = self._values = 0
        self._encodings: set[int] = set()
        self._spans: list[tuple[bytes, bytes]] = []

    def append(self, rows: Rows) -> None:
        """One more page."""
        self._append_plain(rows)

    def take(self) -> Packed:
        """All of the row group; the next one begins."""
        encodings = sorted(self._encodings)
        packed = Packed(self._pages, self._unpacked, self._values, False, encodings, self._span())
        self._begin()
        return packed

    def _span(self) -> tuple[bytes, bytes] | None:
        if not self._spans:
            return None
        number = _NUMBERS[self.kind]
        least, greatest = zip(*self._spans, strict=True)
        return min(least, key=number.unpack), max(greatest, key=number.unpack)

    def _append_plain(self, rows: Rows) -> None:
        memory: Memory = getattr(rows, self._source)
        self._add(rows.count, _PLAIN, memory.view[: rows.count * _SIZES[self.kind]])
        span = rows.span_of(self._source)
        if span is not None:
            self._spans.append(span)

    def _add(self, count: int, encoding: int, body: memoryview) -> None:
        levels = [Field(3, Kind.I32, _RLE), Field(4, Kind.I32, _RLE)]  # there are none
        about = [Field(1, Kind.I32, count), Field(2, Kind.I32, encoding), *levels]
        self._pages.append(self._page(0, body, Field(5, Kind.STRUCT, about)))
        self._values += count
        self._encodings.add(encoding)

    def _page(self, kind: int, body: memoryview | bytes, about: Field) -> bytes:
        packed = self._compressor.compress(body)
        sizes = [Field(1, Kind.I32, kind), Field(2, Kind.I32, len(body)), Field(3, Kind.I32, len(packed))]
        header = encode([*sizes, about])
        self._unpacked += len(header) + len(body)
        return header + packed


class _Coded(Column):
    """A column of words that are numbered as they come up, and written as these numbers."""

    def __init__(self, name: str, source: str, kind: int, more: Sequence[Field] = ()) -> None:
        self._known = Memory(8)
        self._size = Memory(8)
        self._codes = self._target = _NOTHING
        super().__init__(name, source, kind, more)

    def _begin(self) -> None:
        super()._begin()
        self._known.fill(0, 8)

    @property
    def known(self) -> int:
        """Words of the row group so far."""
        return self._known.numbers("Q", 1)[0]

    def take(self) -> Packed:
        if _DICTIONARY not in self._encodings:
            return super().take()
        count, words = self._dictionary()
        about = [Field(1, Kind.I32, count), Field(2, Kind.I32, _PLAIN)]
        dictionary = self._page(2, words, Field(7, Kind.STRUCT, about))
        encodings = sorted({*self._encodings, _PLAIN, _RLE})
        packed = super().take()
        return packed._replace(pages=[dictionary, *packed.pages], has_dictionary=True, encodings=encodings)

    def _append_codes(self, count: int) -> None:
        bits = max(1, (self.known - 1).bit_length())
        # Headers of runs take less than half a byte a row.
        self._target = roomy(self._target, 1 + count * bits // 8 + count // 2 + 64)
        self._target.view[0] = bits
        kernel("pack_codes")(count, self._codes.at, bits, self._target.at + 1, self._size.at)
        (size,) = self._size.numbers("Q", 1)
        self._add(count, _DICTIONARY, self._target.view[: 1 + size])

    def _dictionary(self) -> tuple[int, bytes]:
        """How many words there are, and they."""
        raise NotImplementedError


class Words(_Coded):
    """Texts: `table` u32 gives the number of a text by what `source` holds, which is that number itself where it is
    None. `texts` may grow richer while rows are appended.
    """

    def __init__(self, name: str, source: str, table: Memory | None, texts: Sequence[bytes]) -> None:
        self._table = table or Memory.of_numbers("I", list(range(len(texts))))
        self._texts = texts
        self._numbers, self._words = Memory(4 * len(texts)), Memory(4 * len(texts))
        text = [Field(6, Kind.I32, 0), Field(10, Kind.STRUCT, [Field(1, Kind.STRUCT, [])])]
        super().__init__(name, source, BYTE_ARRAY, text)

    def _begin(self) -> None:
        super()._begin()
        self._numbers.fill(0xFF, self._numbers.size)

    def append(self, rows: Rows) -> None:
        self._codes = roomy(self._codes, 4 * rows.count)
        source: Memory = getattr(rows, self._source)
        kernel("number_words")(
            rows.count, source.at, self._table.at, self._numbers.at, self._words.at, self._known.at, self._codes.at
        )
        self._append_codes(rows.count)

    def _dictionary(self) -> tuple[int, bytes]:
        texts = [self._texts[word] for word in self._words.numbers("I", self.known)]
        return len(texts), b"".join([part for text in texts for part in (_LENGTH.pack(len(text)), text)])


class Numbers(_Coded):
    """Numbers of 4 or 8 bytes, of which few are different; `signals` is how many signals there are."""

    def __init__(self, name: str, source: str, kind: int, signals: int, more: Sequence[Field] = ()) -> None:
        self._places, self._words = Memory(4 << _PLACES_BITS), Memory(8 * _MOST_WORDS)
        self._last_words, self._last_codes = Memory(8 * signals), Memory(4 * signals)
        super().__init__(name, source, kind, more)

    def _begin(self) -> None:
        super()._begin()
        self._places.fill(0xFF, self._places.size)
        self._last_codes.fill(0xFF, self._last_codes.size)

    def append(self, rows: Rows) -> None:
        if self.known <= _MOST_WORDS:
            self._codes = roomy(self._codes, 4 * rows.count)
            source: Memory = getattr(rows, self._source)
            kernel("number_bits")(
                rows.count, _SIZES[self.kind], source.at, rows.signal.at, self._last_words.at, self._last_codes.at,
                self._places.at, 64 - _PLACES_BITS, (1 << _PLACES_BITS) - 1, self._words.at, self._known.at,
                _MOST_WORDS, self._codes.at,
            )  # fmt: skip
            if self.known <= _MOST_WORDS:
                self._append_codes(rows.count)
                return
        self._append_plain(rows)

    def _dictionary(self) -> tuple[int, bytes]:
        known = min(self.known, _MOST_WORDS)
        if self.kind == INT32:
            return known, struct.pack(f"<{known}I", *self._words.numbers("Q", known))
        return known, bytes(self._words.view[: 8 * known])


class Decimals(Column):
    """Whole numbers of up to 20 digits; `unsigned` u8 by signal are those whose raw numbers have no sign."""

    def __init__(self, name: str, unsigned: Memory) -> None:
        self._unsigned, self._target = unsigned, _NOTHING
        decimal: list[Any] = [Field(1, Kind.I32, 0), Field(2, Kind.I32, 20)]
        more = [
            Field(2, Kind.I32, _DECIMAL_BYTES), Field(6, Kind.I32, 5), Field(7, Kind.I32, 0), Field(8, Kind.I32, 20),
            Field(10, Kind.STRUCT, [Field(5, Kind.STRUCT, decimal)]),
        ]  # fmt: skip
        super().__init__(name, "raw", FIXED_BYTES, more)

    def append(self, rows: Rows) -> None:
        size = _DECIMAL_BYTES * rows.count
        self._target = roomy(self._target, size)
        kernel("write_decimals")(rows.count, rows.raw.at, rows.signal.at, self._unsigned.at, self._target.at)
        self._add(rows.count, _PLAIN, self._target.view[:size])
