"""Bodies packed and unpacked piece by piece, so that memory does not grow with them."""

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import lz4.frame
import zstandard

# The order is by speed: what the client names first is not what is cheapest here.
ENCODINGS = ("lz4", "zstd", "gzip", "deflate")
_PIECE = 1 << 20
# zstd cannot bound what comes out of a call, so little goes in: 4 KiB unpack to 128 MiB at the very most.
_ZSTD_SLICE = 4096


class UnreadableBodyError(Exception):
    """The body is not what its Content-Encoding says."""


def chosen_encoding(accept_encoding: str) -> str | None:
    """The best of ENCODINGS among those an Accept-Encoding header offers; None = send it as it is."""
    offers = [offer.partition(";") for offer in accept_encoding.lower().split(",")]
    offered = {name.strip() for name, _, weight in offers if weight.strip() not in {"q=0", "q=0.0"}}
    return next((encoding for encoding in ENCODINGS if encoding in offered), None)


def unpack(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """The body's bytes in pieces of about a megabyte. Raises UnreadableBodyError: corrupt, cut off, unknown encoding.

    Several frames or members in a row are one body: clients pack block by block.
    """
    if encoding in {"", "identity"}:
        yield from pieces
        return
    if encoding not in _DECOMPRESSORS:
        raise UnreadableBodyError(f"Content-Encoding {encoding} is not one of {', '.join(ENCODINGS)}.")
    new, steps = _DECOMPRESSORS[encoding]
    decompressor, fresh = new(), True
    try:
        for piece in _sliced(pieces, _ZSTD_SLICE if encoding == "zstd" else _PIECE):
            rest = piece
            while rest:
                fresh = False
                yield from steps(decompressor, rest)
                if not decompressor.eof:
                    break
                rest = decompressor.unused_data or b""
                decompressor, fresh = new(), True
    except (RuntimeError, zlib.error, zstandard.ZstdError) as error:
        raise UnreadableBodyError(f"The body is not {encoding}: {error}") from error
    if not fresh:
        raise UnreadableBodyError(f"The {encoding} body is cut off.")


def _sliced(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    for piece in pieces:
        for start in range(0, len(piece), size):
            yield piece[start : start + size]


def _lz4_steps(decompressor: Any, packed: bytes) -> Iterator[bytes]:
    yield decompressor.decompress(packed, max_length=_PIECE)
    while not decompressor.needs_input and not decompressor.eof:
        yield decompressor.decompress(b"", max_length=_PIECE)


def _zlib_steps(decompressor: Any, packed: bytes) -> Iterator[bytes]:
    out = decompressor.decompress(packed, _PIECE)
    yield out
    # A full piece may mean that more waits inside although all input was taken.
    while not decompressor.eof and (decompressor.unconsumed_tail or len(out) == _PIECE):
        out = decompressor.decompress(decompressor.unconsumed_tail, _PIECE)
        yield out


def _zstd_steps(decompressor: Any, packed: bytes) -> Iterator[bytes]:
    yield decompressor.decompress(packed)


_DECOMPRESSORS: dict[str, tuple[Callable[[], Any], Callable[[Any, bytes], Iterator[bytes]]]] = {
    "lz4": (lz4.frame.LZ4FrameDecompressor, _lz4_steps),
    "zstd": (lambda: zstandard.ZstdDecompressor().decompressobj(), _zstd_steps),
    "gzip": (lambda: zlib.decompressobj(16 + zlib.MAX_WBITS), _zlib_steps),
    "deflate": (zlib.decompressobj, _zlib_steps),
}
_COMPRESSORS: dict[str, Callable[[], Any]] = {
    "zstd": lambda: zstandard.ZstdCompressor(level=1).compressobj(),
    "gzip": lambda: zlib.compressobj(1, wbits=16 + zlib.MAX_WBITS),
    "deflate": lambda: zlib.compressobj(1),
}


def pack(body: memoryview, encoding: str | None) -> Iterator[bytes]:
    """The body in pieces, packed as `encoding` (one of ENCODINGS, or None) says."""
    pieces = (bytes(body[start : start + _PIECE]) for start in range(0, len(body), _PIECE))
    if encoding is None:
        yield from pieces
    elif encoding == "lz4":
        frame = lz4.frame.LZ4FrameCompressor()
        yield frame.begin()
        yield from map(frame.compress, pieces)
        yield frame.flush()
    else:
        compressor = _COMPRESSORS[encoding]()
        yield from map(compressor.compress, pieces)
        yield compressor.flush()
