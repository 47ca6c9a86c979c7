"""The text to tokens. What a word is - one of the language or a name - is for the parser to say, state by state."""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterator
from functools import cache, partial
from itertools import pairwise
from typing import NamedTuple

from parsing.language import limits
from parsing.language.parser_table import END, table

MISTAKES = {
    "CURLY_TEXT": r"[“”„‟«][^“”„‟«»\"\n]*+[“”„‟»\"]?",
    "SINGLE_TEXT": r"'[^'\n]*+'?",
    "UNCLOSED_TEXT": r'"[^\n]*+',
    "GLUED": r"[0-9](?:\w|\.(?=\w))*+",
    "FOREIGN": r"&&?|\|\|?|\*\*|\^|===|<>|=>|=<|:=|!|[≤≥≠·÷→¬∧\u00d7\u2212\u2013\u2228]",
    "SLASHES": r"//[^\n]*+",
    "BLOCK": r"/\*",
    "UNKNOWN": r"[\s\S]",
}
"""What no text may hold, but what hands used to other languages and to word processors write."""


def _no_number(text: str) -> float:
    raise ValueError(text)


RESERVED = frozenset(("AND", "OR", "NOT", "TRUE", "FALSE", "IS", "IN"))
"""Words that are never names, unless between backticks."""

_JSON = json.JSONDecoder(parse_constant=_no_number)


class Token(NamedTuple):
    """`kind` is the terminal; of a word of the language its own one, although it may turn out to be a name."""

    kind: str
    text: str
    start: int
    end: int


IN_HEADER = 0
"""What no token behind a comment has as its beginning."""


class Comment(NamedTuple):
    """`anchor` is where the next token begins; of one `behind` a token on the same line where that one ends; of one in
    the text's header `IN_HEADER`.
    """

    position: int
    anchor: int
    behind: bool
    text: str


@cache
def _scanner() -> re.Pattern[str]:
    given = table()
    signs = sorted(given.signs, key=len, reverse=True)
    groups = {name: given.patterns[name] for name in ("PAYLOAD", "NAME", "DURATION", "HEX", "FLOAT", "INT", "REGEX")}
    groups["COMMENT"] = r"#[^\n]*+"
    groups["COMPARISON"] = rf"(?!=>|=<|===|<>)(?:{given.patterns['COMPARISON']})"
    groups |= {name: MISTAKES[name] for name in ("SLASHES", "BLOCK", "FOREIGN")}
    groups["SIGN"] = "|".join(re.escape(sign) for sign in signs)
    groups |= {name: given.patterns[name] for name in ("STRING", "BRACKETS", "PATH")}
    groups |= {name: MISTAKES[name] for name in ("CURLY_TEXT", "SINGLE_TEXT", "UNCLOSED_TEXT", "GLUED")}
    groups |= {"END": r"\Z", "UNKNOWN": r"[\s\S]"}
    alternatives = "|".join(f"(?P<{name}>{pattern})" for name, pattern in groups.items())
    return re.compile(rf"\s*+(?:{alternatives})")


class Tokens:
    """Reads on as it is asked, once from the position to the end; the last token is `$END`."""

    def __init__(self, text: str, position: int = 0) -> None:
        self.text = text
        self._begin = position
        self.comments: list[Comment] = []
        """Of all that was read so far, in their order."""
        self._waiting: list[tuple[int, bool, str]] = []
        self._last = 0

    def __iter__(self) -> Iterator[Token]:
        position: int | None = self._begin
        while position is not None:
            position = yield from self._stretch(position)

    def _stretch(self, position: int) -> Generator[Token, None, int | None]:
        """Read to the end, or to what no regular expression can measure; return where it goes on behind that."""
        behind_json = False
        words, signs = table().words, table().signs
        make = partial(tuple.__new__, Token)
        for match in _scanner().finditer(self.text, position):
            kind, index = match.lastgroup, match.lastindex or 0
            text = match[index]
            start, end = match.span(index)
            if kind == "COMMENT":
                self._remember(start, text)
                continue
            if kind == "NAME":
                kind = words.get(text, kind)
            elif kind == "SIGN":
                kind = signs[text]
            elif kind == "END":
                kind = END
            if self._waiting:
                self._settle(start)
            if behind_json and text[:1] in {"{", "["}:
                token = self._object(start)
                self._last = token.end
                yield token
                return token.end
            behind_json = kind == "JSON"
            self._last = end
            if kind == "BLOCK":
                closed = self.text.find("*/", end)
                end = closed + 2 if closed >= 0 else len(self.text)
                yield Token(kind, self.text[start:end], start, end)
                return end
            yield make((kind, text, start, end))
        return None

    def _object(self, start: int) -> Token:
        """What stands behind `json`; text that is no JSON has kind `BROKEN_OBJECT` and ends behind its first brace."""
        # Only as much as may stand there: json's errors count the lines of all that is before them.
        text = self.text[start : start + limits.LONGEST_TEXT]
        try:
            _, size = _JSON.raw_decode(text)
        except (ValueError, RecursionError):
            return Token("BROKEN_OBJECT", self.text[start], start, start + 1)
        return Token("OBJECT", text[:size], start, start + size)

    def _remember(self, start: int, text: str) -> None:
        if len(self.comments) + len(self._waiting) >= limits.MOST_COMMENTS:
            why = f"there are {limits.MOST_COMMENTS:,} comments before this one, and more are not read"
            raise limits.TooMuchError((start, start + 1), why, "split the text")
        behind = self._last > 0 and not self._waiting and self.text.find("\n", self._last, start) < 0
        self._waiting.append((start, behind, text[1:].removeprefix(" ").rstrip()))

    def _settle(self, following: int) -> None:
        last, header = self._last, self._header(following)
        for number, (position, behind, text) in enumerate(self._waiting):
            anchor = IN_HEADER if number < header else last if behind else following
            self.comments.append(Comment(position, anchor, behind, text))
        self._waiting.clear()

    def _header(self, following: int) -> int:
        """How many of those that wait stand before the first token, and before the last empty line above it."""
        if self._last:
            return 0
        positions = [position for position, _, _ in self._waiting]
        gaps = pairwise([*positions, following])
        return max((count for count, gap in enumerate(gaps, 1) if self.text.count("\n", *gap) > 1), default=0)
