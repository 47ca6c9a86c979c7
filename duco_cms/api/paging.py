"""Lists by pages."""

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """100 rows a page, of those that are numbered as they come."""

    ordering = "-pk"
    page_size = 100
