"""The LALR(1) table that lark makes of `grammar.lark`, in the shape that the parser runs on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from operator import itemgetter
from typing import Any, NamedTuple, NoReturn

from lark import Lark
from lark.grammar import Rule
from lark.lexer import Lexer
from lark.parsers.lalr_analysis import Shift

END = "$END"

Row = dict[str, "int | dict[int, int] | Reduction"]
"""What to do in a state with the next token: go to another state with it, or reduce first. A `dict` is a reduction that
only calls a symbol by another name: the successors by the state below.
"""


class Reduction(NamedTuple):
    """`size` symbols on the stack become one. `method` of the builder makes its value of those that `pick` takes, which
    are as many as `taken` says; where it is empty, the value is that of the only symbol that has one. `successors` lead
    from the state below to the one that follows.
    """

    number: int
    size: int
    method: str
    pick: Callable[[list[Any]], Any]
    taken: int
    successors: dict[int, int]


class Table(NamedTuple):
    """`reductions` by their number, None for those that only call a symbol by another name. `symbols` tells what was
    read last in a state (`SIGNAL`, `formula`). `words` and `signs` lead from spellings to terminals, `patterns` are the
    regular expressions of those that have many.
    """

    rows: list[Row]
    reductions: list[Reduction | None]
    symbols: list[str]
    start: int
    words: dict[str, str]
    signs: dict[str, str]
    patterns: dict[str, str]


class _NoLexer(Lexer):
    def __init__(self, _conf: object) -> None:
        """Keep lark from building lexers of its own for every state."""

    def lex(self, *_arguments: object) -> Iterator[NoReturn]:
        raise NotImplementedError


@cache
def table() -> Table:
    """Built once per process, in about 0.1 s."""
    text = files("parsing.language").joinpath("grammar.lark").read_text(encoding="utf-8")
    grammar = Lark(text, parser="lalr", lexer=_NoLexer)
    conf = grammar.parse_interactive("").parser_state.parse_conf
    numbers = {state: number for number, state in enumerate(conf.states)}
    successors = _successors(conf.states, numbers)
    reductions = {
        rule: _reduction(number, rule, successors[str(rule.origin.name)]) for number, rule in enumerate(grammar.rules)
    }
    rows: list[Row] = []
    for state, actions in conf.states.items():
        rows.append({})
        for symbol, (action, argument) in actions.items():
            name = str(symbol)
            if name.isupper():
                rows[-1][name] = successors[name][numbers[state]] if action is Shift else reductions[argument]
    rows[numbers[conf.end_state]][END] = numbers[conf.end_state]  # the parser stops there
    symbols = [""] * len(numbers)
    for name, pairs in successors.items():
        for state in pairs.values():
            symbols[state] = name
    fixed = {one.pattern.value: str(one.name) for one in grammar.terminals if one.pattern.type == "str"}
    return Table(
        rows=rows,
        reductions=[one if isinstance(one, Reduction) else None for one in reductions.values()],
        symbols=symbols,
        start=numbers[conf.start_state],
        words={text: name for text, name in fixed.items() if text.isidentifier()},
        signs={text: name for text, name in fixed.items() if not text.isidentifier()},
        patterns={str(one.name): one.pattern.to_regexp() for one in grammar.terminals if one.pattern.type == "re"},
    )


def _successors(states: Mapping[Any, Any], numbers: Mapping[Any, int]) -> dict[str, dict[int, int]]:
    """By symbol: which state it leads to, by the state in which it is read."""
    successors: dict[str, dict[int, int]] = {}
    for state, actions in states.items():
        for symbol, (action, argument) in actions.items():
            if action is Shift:
                successors.setdefault(str(symbol), {})[numbers[state]] = numbers[argument]
    return successors


def _reduction(number: int, rule: Rule, successors: dict[int, int]) -> Reduction | dict[int, int]:
    size = len(rule.expansion)
    kept = [place - size for place, symbol in enumerate(rule.expansion) if not getattr(symbol, "filter_out", False)]
    passes = rule.alias is None and rule.options.expand1 and len(kept) == 1
    if passes and size == 1:
        return successors
    method = "" if passes else rule.alias or str(rule.origin.name)
    pick = itemgetter(*kept) if kept else itemgetter(slice(0, 0))
    return Reduction(number, size, method, pick, len(kept), successors)
