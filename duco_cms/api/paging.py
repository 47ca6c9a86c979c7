"""Lists by pages."""

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

_NUMBER_DIGITS = 18


class _Pages(CursorPagination):
    """DRF asks the database for whatever stands in a cursor; callers may write what they like into one."""

    page_size = 100

    def decode_cursor(self, request: Request) -> Cursor | None:
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not self.is_position(str(cursor.position)):
            raise NotFound(self.invalid_cursor_message)
        return cursor

    def is_position(self, text: str) -> bool:
        """Whether the column has such values."""
        raise NotImplementedError


class NewestFirst(_Pages):
    """100 rows a page, of those that are numbered as they come."""

    ordering = "-pk"

    def is_position(self, text: str) -> bool:
        return text.isascii() and text.isdecimal() and len(text) <= _NUMBER_DIGITS


class ByName(_Pages):
    """100 rows a page, of those that have names."""

    ordering = "name"

    def is_position(self, text: str) -> bool:
        return "\0" not in text
