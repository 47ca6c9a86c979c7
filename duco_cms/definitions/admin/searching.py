"""Searching lists of definitions for numbers as engineers write them, in decimal or in hex, and for words."""

import re
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.text import smart_split, unescape_string_literal

NUMBER_MAXIMUM = 2**31 - 1
WORDS_MAXIMUM = 10
HEX = re.compile(r"(?:0x)?([0-9a-f]{1,8})h?", re.IGNORECASE)


RowModel = TypeVar("RowModel", bound=Model)


def found(
    rows: QuerySet[RowModel], search: str, words: Sequence[str], decimals: Sequence[str], hexes: Sequence[str]
) -> QuerySet[RowModel]:
    """Rows in which each word of the search is: a part of one of the texts `words`, or the number in one of the columns
    `decimals` or, read as hex, `hexes`. In quotes are words that belong together.
    """
    for given in list(smart_split(search))[:WORDS_MAXIMUM]:
        word = unescape_string_literal(given) if given[0] == given[-1] and given[0] in "'\"" and given[1:] else given
        wanted = [Q(**{f"{name}__icontains": word.replace("\0", "")}) for name in words]
        wanted += _numbers(int(word) if word.isascii() and word.isdecimal() else None, decimals)
        wanted += _numbers(_hex(word), hexes)
        rows = rows.filter(reduce(or_, wanted))
    return rows


def _numbers(number: int | None, columns: Sequence[str]) -> list[Q]:
    return [] if number is None or number > NUMBER_MAXIMUM else [Q(**{name: number}) for name in columns]


def _hex(word: str) -> int | None:
    match = HEX.fullmatch(word)
    return int(match[1], 16) if match else None
