"""The parser's stack: what was begun and not yet finished."""

from __future__ import annotations

from typing import Any

from parsing.language.expressions import Name
from parsing.language.parser_table import table


class Stack:
    """`states` has one more at the bottom than the others. `starts` tells where in the text each value begins."""

    def __init__(self) -> None:
        self.states = [table().start]
        self.values: list[Any] = []
        self.starts: list[int] = []

    def subject(self) -> str:
        """Name of the item that is being read."""
        return next((one.text if isinstance(one, Name) else one for one in self.values[2:3] if one), "")

    @property
    def is_between_items(self) -> bool:
        return not self.contexts() and table().symbols[self.states[-1]] in {"", "RBRACE", "list{item}"}

    def symbols(self) -> list[str]:
        """What was read, the first at the bottom."""
        names = table().symbols
        return [names[state] for state in self.states[1:]]

    def contexts(self) -> list[int]:
        """Lengths of `states` at which a brace was opened that is still open."""
        names = table().symbols
        opened: list[int] = []
        for length, state in enumerate(self.states, 1):
            if names[state] == "LBRACE":
                opened.append(length)
            elif names[state] == "RBRACE":
                opened.pop()
        return opened

    def cut(self, length: int) -> None:
        """Forget what was read after there were so many states."""
        del self.states[length:], self.values[length - 1 :], self.starts[length - 1 :]

    def accepts(self, *kinds: str, length: int | None = None) -> bool:
        """Whether tokens of these kinds can stand here one after the other, or could at an earlier length."""
        rows = table().rows
        depth = len(self.states) if length is None else length
        above: list[int] = []
        for kind in kinds:
            while True:
                action = rows[above[-1] if above else self.states[depth - 1]].get(kind)
                if action is None:
                    return False
                if isinstance(action, int):
                    above.append(action)
                    break
                size, successors = (1, action) if isinstance(action, dict) else (action.size, action.successors)
                depth -= max(0, size - len(above))
                del above[max(0, len(above) - size) :]
                above.append(successors[above[-1] if above else self.states[depth - 1]])
        return True

    def expected(self) -> set[str]:
        """All kinds of tokens that can stand here."""
        row = table().rows[self.states[-1]]
        return {kind for kind in row if self.accepts(kind)}
