"""Where to go on after an error: at the next item, clause, signal or option that can stand there."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from parsing.language import limits
from parsing.language.lexing import Token
from parsing.language.parser_stack import Stack
from parsing.language.parser_table import END

ITEMS = frozenset(
    ["MESSAGE", "ENUM", "POSITION", "LOG", "FAULT", "REPORT", "CONST", "DERIVED", "CHECK", "EVENT", "GOLDEN", "TEST"],
)
PLAIN_ITEMS = frozenset(["MESSAGE", "DERIVED", "CHECK", "EVENT", "GOLDEN"])
"""Those that nothing else begins a line with, however it is indented."""

MEMBERS = frozenset(("SIGNAL", "MUX", "CASE"))
"""At the beginning of a line they are never names."""

_ANYWHERE = frozenset(
    [
        "SIGNAL",
        "MUX",
        "CASE",
        "DTC",
        "RAISE",
        "CLEAR",
        "EXPECT",
        "ELSE",
        "CAPTURE",
        "COOLDOWN",
        "SUSPECT",
        "SCALE",
        "OFFSET",
        "UNIT",
        "RANGE",
        "NA",
        "SPN",
        "J1939_SENTINELS",
        "HOLD",
        "STORE",
    ]
)
_ON_A_NEW_LINE = frozenset(
    [
        "LENGTH",
        "TIMEOUT",
        "CYCLE",
        "FORMAT",
        "TRANSPORT",
        "WHEN",
        "SEVERITY",
        "GROUP",
        "BYTES",
        "JSON",
        "SA",
        "MACHINE",
        "AT",
        "EVERY",
    ]
)
_LISTS = frozenset(("list{enum_member}", "list{severity_arm}", "expectations"))
_WIDEST_INDENT = 200


class Recovery:
    """`read` is given tokens to read on with, those that are missing among them."""

    def __init__(self, stack: Stack, text: str, read: Callable[[Token], None]) -> None:
        self._is_skipping = False
        self._stack = stack
        self._text = text
        self._read = read
        self._contexts: list[int] = []
        self._depth = 0
        """Of braces in what is left out."""
        self._hopeless: set[str] = set()
        """Kinds of tokens that were tried since the stack last changed."""

    def _begin(self) -> None:
        self._is_skipping = True
        self._depth = 0
        self._note()

    def skip(self, tokens: Iterable[Token]) -> None:
        """Leave tokens out up to one to go on with; that one is read."""
        self._begin()
        for count, token in enumerate(tokens):
            self._take(token)
            if not self._is_skipping:
                return
            if count >= limits.MOST_SKIPPED:
                why = "nothing between the error before and this can be read, and the rest is not tried"
                raise limits.TooMuchError((token.start, token.end), why, "correct the error before")

    def _take(self, token: Token) -> None:
        if self._begins_item(token):
            self._close_all(token)
            self._cut_for(token.kind, 1)
            self._go_on(token)
        elif token.text == "{":
            self._depth += 1
        elif token.kind == "RBRACE":
            self._close(token)
        elif self._depth == 0 and self._begins_clause(token):
            self._go_on(token)

    def _go_on(self, token: Token) -> None:
        self._is_skipping = False
        self._read(token)

    def _begins_item(self, token: Token) -> bool:
        if token.kind == END:
            return True
        if token.kind not in ITEMS:
            return False
        if token.start == 0 or self._text[token.start - 1] == "\n":
            return True
        return (
            self._depth == 0
            and (not self._contexts or token.kind in PLAIN_ITEMS)
            and begins_line(self._text, token.start)
        )

    def _begins_clause(self, token: Token) -> bool:
        floor = self._contexts[-1] if self._contexts else 1
        if token.kind in _ANYWHERE or (token.kind in _ON_A_NEW_LINE and begins_line(self._text, token.start)):
            return self._cut_for(token.kind, floor)
        names = self._stack.symbols()[floor - 1 : floor]
        if names and names[0] in _LISTS and begins_line(self._text, token.start):
            kind = "NAME" if token.text.isidentifier() and token.kind != "ELSE" else token.kind
            if self._stack.accepts(kind, length=floor + 1):
                self._stack.cut(floor + 1)
                return True
        return False

    def _cut_for(self, kind: str, floor: int) -> bool:
        """Forget as little as makes room for a token of the kind."""
        if kind in self._hopeless:
            return False
        for length in range(len(self._stack.states), floor - 1, -1):
            if self._stack.accepts(kind, length=length):
                self._stack.cut(length)
                return True
        self._hopeless.add(kind)
        return False

    def _close(self, token: Token) -> None:
        if self._depth:
            self._depth -= 1
        elif self._contexts and self._cut_for("RBRACE", self._contexts[-1]):
            self._go_on(token)
        elif self._contexts:
            self._stack.cut(self._contexts[-1] - 1)
            self._note()

    def _close_all(self, token: Token) -> None:
        """Read the braces that are missing; an item that cannot end there is forgotten."""
        self._note()
        while self._contexts:
            if self._cut_for("RBRACE", self._contexts[-1]):
                self._read(Token("RBRACE", "}", token.start, token.start))
            else:
                self._stack.cut(self._contexts[-1] - 1)
            self._note()

    def _note(self) -> None:
        self._contexts = self._stack.contexts()
        self._hopeless.clear()


def begins_line(text: str, start: int) -> bool:
    """Whether only a reasonable indentation stands before it."""
    before = text[max(0, start - _WIDEST_INDENT) : start]
    line = before[before.rfind("\n") + 1 :]
    return not line.strip() and ("\n" in before or len(before) < _WIDEST_INDENT)
