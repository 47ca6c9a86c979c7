"""Texts from bytes."""

from __future__ import annotations

from parsing.language.limits import MOST_CHARACTERS

MOST_BYTES = 4 * MOST_CHARACTERS
"""Of a text in UTF-8. Who reads from a stream reads one more at most."""


class UnreadableText(ValueError):
    """Says what is wrong and what to do."""


def text_from_bytes(raw: bytes) -> str:
    """UTF-8, without a byte order mark and with line feeds alone. Raises UnreadableText."""
    if len(raw) > MOST_BYTES:
        raise UnreadableText(f"over {MOST_BYTES:,} bytes; split it")
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise UnreadableText(f"byte {error.start} is no UTF-8; save the file as UTF-8") from None
