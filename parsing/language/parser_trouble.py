"""A token that cannot stand where it stands, and what is to be done with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from parsing.language.codes import DiagnosticCode
from parsing.language.lexing import RESERVED, Token, Tokens
from parsing.language.parser_stack import Stack
from parsing.language.parser_table import END

_RUN = re.compile(r"[^\s{}()\[\],;#\"]*")

_FAR = 1_000


@dataclass
class Trouble:
    stack: Stack
    text: str
    previous: Token
    token: Token

    @cached_property
    def expected(self) -> set[str]:
        """Kinds of tokens that can stand here."""
        return self.stack.expected()

    @cached_property
    def symbols(self) -> list[str]:
        return self.stack.symbols()

    @cached_property
    def following(self) -> Token:
        """What comes behind it."""
        return next(iter(Tokens(self.text, self.token.end)))

    @property
    def is_word(self) -> bool:
        """Whether it could be a name."""
        return _is_word(self.token)

    def accepts_following(self, *kinds: str) -> bool:
        """Whether what comes behind it can stand behind tokens of these kinds, if need be as a name."""
        return self._accepts(self.following, kinds, 0)

    def accepts_at(self, position: int, forget: int) -> bool:
        """Whether what comes at the position can stand here, where so many symbols go from the stack."""
        return self._accepts(next(iter(Tokens(self.text, position))), (), forget)

    def _accepts(self, token: Token, before: tuple[str, ...], forget: int) -> bool:
        kinds = [token.kind, "NAME"] if _is_word(token) else [token.kind]
        length = len(self.stack.states) - forget
        return any(self.stack.accepts(*before, kind, length=length) for kind in kinds)

    @property
    def is_behind_line(self) -> bool:
        """Whether something is missing at the end of an earlier line, and not only wrong at the beginning of this."""
        if self.stack.is_between_items or "RBRACE" in self.expected:
            return False
        return self.token.kind == END or "\n" in self.text[self.previous.end : self.token.start][:_FAR]

    @property
    def place(self) -> tuple[int, int]:
        """What is to be marked where something is missing."""
        place = self.previous if self.is_behind_line else self.token
        return (place.start, place.end)

    @property
    def is_behind_number(self) -> bool:
        return self.previous.kind in {"INT", "HEX", "FLOAT"}

    def run(self, start: int) -> str:
        """All that stands at a position without a space, brace or comma."""
        return _RUN.match(self.text, start, start + 100)[0]  # type: ignore[index]

    def instead(self, kind: str, text: str) -> tuple[Token, ...]:
        """Give a token in the place of this one."""
        return (Token(kind, text, self.token.start, self.token.end),)


def _is_word(token: Token) -> bool:
    return token.kind not in RESERVED and token.text.isidentifier()


@dataclass(frozen=True)
class Repair:
    """What to say, and what to read `instead` of the token. `skip_to`: tokens before this position are left out.

    `span` None: that of the token. `forget`: so many symbols go from the stack. Where it `gives_up`, the parser looks
    for a place to go on from.
    """

    code: DiagnosticCode
    why: str
    advice: str
    instead: tuple[Token, ...] = ()
    skip_to: int = 0
    span: tuple[int, int] | None = None
    forget: int = 0
    gives_up: bool = False
    related: tuple[tuple[int, int, str], ...] = ()
