"""Bounded decompression: a body costs no more than its limit, whatever it claims to hold."""

import zlib

import zstandard

from ingest.envelope.records import RejectedError
from parsing.codes import Code

MAX_UNPACKED = 4 * 1024 * 1024
# zstd may ask for a window of gigabytes. RFC 8878 wants decoders to grant 8 MiB; more than the limit is never needed
# by who respects it, but encoders that do not know the size ask for 8 MiB at high levels.
_MAX_WINDOW = 8 * 1024 * 1024
_GZIP = 16 + zlib.MAX_WBITS


def unpack_body(body: bytes, encoding: str | None) -> bytes:
    """The body without its content-encoding: one gzip member or one zstd frame, and nothing behind it.

    Raises RejectedError: `unknown_encoding`, `invalid_compression`, `too_large_unpacked`.
    """
    match (encoding or "").strip().lower():
        case "":
            return body
        case "gzip":
            return _gunzip(body)
        case "zstd":
            return _unzstd(body)
    raise RejectedError(Code.UNKNOWN_ENCODING, f"content-encoding {(encoding or '')[:100]!r} is not gzip or zstd")


def _gunzip(body: bytes) -> bytes:
    member = zlib.decompressobj(_GZIP)
    try:
        # One byte over the limit tells "exactly full" from "more to come".
        unpacked = member.decompress(body, MAX_UNPACKED + 1)
    except zlib.error as error:
        raise RejectedError(Code.INVALID_COMPRESSION, f"gzip: {error}") from None
    if len(unpacked) > MAX_UNPACKED:
        raise _too_large()
    if not member.eof:
        raise RejectedError(Code.INVALID_COMPRESSION, "gzip: truncated")
    if member.unused_data:
        raise RejectedError(Code.INVALID_COMPRESSION, "gzip: bytes behind the first member")
    return unpacked


def _unzstd(body: bytes) -> bytes:
    try:
        declared = zstandard.get_frame_parameters(body).content_size
        decompressor = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW)
        if declared == zstandard.CONTENTSIZE_UNKNOWN:
            return _unzstd_of_unknown_size(decompressor, body)
        if declared > MAX_UNPACKED:
            raise _too_large()
        return decompressor.decompress(body, max_output_size=MAX_UNPACKED, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise RejectedError(Code.INVALID_COMPRESSION, f"zstd: {error}") from None


def _unzstd_of_unknown_size(decompressor: zstandard.ZstdDecompressor, body: bytes) -> bytes:
    # `decompress` can tell neither truncation from excess nor bytes behind the frame where no size is declared;
    # `decompressobj` tells both but has no limit. So the first pass measures, the second unpacks.
    with decompressor.stream_reader(body, read_across_frames=False) as reader:
        if len(reader.read(MAX_UNPACKED + 1)) > MAX_UNPACKED:
            raise _too_large()
    frame = decompressor.decompressobj()
    unpacked: bytes = frame.decompress(body)
    if not frame.eof:
        raise RejectedError(Code.INVALID_COMPRESSION, "zstd: truncated")
    if frame.unused_data:
        raise RejectedError(Code.INVALID_COMPRESSION, "zstd: bytes behind the first frame")
    return unpacked


def _too_large() -> RejectedError:
    return RejectedError(Code.TOO_LARGE_UNPACKED, f"over {MAX_UNPACKED} bytes unpacked")
