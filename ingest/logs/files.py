"""The bytes of a log's file, unpacked while they are read."""

from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING, Any

from ingest.logs.records import BadReason

if TYPE_CHECKING:
    import os

GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib's way to say: with the header and the checksum of gzip
# zlib gives nothing of the piece that it fails in, so a broken file loses no more than what is in one.
_PIECE = 16 * 1024


class LogFile(io.RawIOBase):
    """A file or a pipe, or what is in it where it is gzip (RFC 1952, of one or more members); only ever read forward.

    Broken gzip is an end, and `fault` says so. Raises OSError.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._file = open(path, "rb", buffering=0)  # noqa: PTH123, SIM115 - closed by `close`; pathlib is slow to import
        self._unpacker = zlib.decompressobj(_GZIP_WINDOW)
        # A pipe cannot be wound back: what was read to look at it is kept, packed or as it is.
        self._packed = self._ahead = b""
        self.position = 0
        """Bytes of the file, packed as they are, that were read."""
        self.unpacked = 0
        """Bytes that were given."""
        self.fault: tuple[BadReason, str] | None = None
        begin = self._read_piece(len(GZIP_MAGIC))
        begin += self._read_piece(len(GZIP_MAGIC) - len(begin))
        self._is_gzip = begin == GZIP_MAGIC
        if self._is_gzip:
            self._packed = begin
        else:
            self._ahead = begin

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()

    def peek(self, size: int) -> bytes:
        """The next bytes, at most `size`, which are still to be read."""
        ahead = bytearray(self._ahead)
        while len(ahead) < size:
            piece = bytearray(size - len(ahead))
            count = self._read_on(memoryview(piece))
            if not count:
                break
            ahead += piece[:count]
        self._ahead = bytes(ahead)
        return self._ahead[:size]

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        if self._ahead:
            given = self._ahead[: len(view)]
            self._ahead = self._ahead[len(given) :]
            view[: len(given)] = given
            count = len(given)
        else:
            count = self._read_on(view)
        self.unpacked += count
        return count

    def _read_on(self, view: memoryview) -> int:
        if not self._is_gzip:
            count = self._file.readinto(view) or 0
            self.position += count
            return count
        unpacked = b""
        while not unpacked and self.fault is None:
            if self._unpacker.eof and not self._begin_member():
                return 0
            unpacked = self._unpack(len(view))
        view[: len(unpacked)] = unpacked
        return len(unpacked)

    def _unpack(self, most: int) -> bytes:
        """The next bytes, none where a piece holds only a part of a header, a block, or a checksum."""
        packed = self._packed or self._read_piece()
        try:
            unpacked = self._unpacker.decompress(packed, most)
        except zlib.error as error:
            self.fault = BadReason.DAMAGED_FILE, f"byte {self.position} of the file or shortly before: {error}"
            return b""
        self._packed = self._unpacker.unconsumed_tail
        if not (unpacked or packed or self._unpacker.eof):
            self.fault = BadReason.TRUNCATED_FILE, f"byte {self.position} of the file: it ends within its gzip"
        return unpacked

    def _begin_member(self) -> bool:
        """Whether there is one more; zeros behind the last are padding, as for gzip itself."""
        packed = self._unpacker.unused_data.lstrip(b"\0")
        while not packed:
            piece = self._read_piece()
            if not piece:
                return False
            packed = piece.lstrip(b"\0")
        self._packed = packed
        self._unpacker = zlib.decompressobj(_GZIP_WINDOW)
        return True

    def _read_piece(self, size: int = _PIECE) -> bytes:
        piece = self._file.read(size) or b""
        self.position += len(piece)
        return piece
