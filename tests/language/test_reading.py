"""Texts from bytes."""

import pytest

from parsing.language.reading import MOST_BYTES, UnreadableText, text_from_bytes


def test_marks_and_carriage_returns_are_gone() -> None:
    assert text_from_bytes("\ufeffa\r\nü\n\r".encode()) == "a\nü\n\r"


def test_what_is_no_utf_8_is_said_with_its_place() -> None:
    with pytest.raises(UnreadableText, match="byte 2 is no UTF-8"):
        text_from_bytes(b"ab\xe9\n")


def test_what_is_too_long_is_refused() -> None:
    assert len(text_from_bytes(b"a" * MOST_BYTES)) == MOST_BYTES
    with pytest.raises(UnreadableText, match=f"over {MOST_BYTES:,} bytes"):
        text_from_bytes(b"a" * (MOST_BYTES + 1))
