"""What an editor knows of the language: its words by context, its functions, units and types.

All of it is asked of the compiler's own tables, so that the two cannot differ.
"""

from functools import cache
from typing import Any

from parsing.checker.functions import FUNCTIONS
from parsing.checker.unit_words import UNITS
from parsing.language.building import OUTCOMES
from parsing.language.building_expressions import OF_RULES
from parsing.language.building_messages import FORMATS
from parsing.language.building_objects import SEVERITIES
from parsing.language.building_options import STORES
from parsing.language.lexing import RESERVED, Tokens
from parsing.language.parser_recovery import ITEMS
from parsing.language.parser_stack import Stack
from parsing.language.parser_table import END, table
from parsing.quality import STATES

TYPES = ("bool", "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "f32", "f64", "text", "u1", "u2", "u4")

_OBJECT = "on vehicle_position { "
BLOCKS = {
    "message": "message m on can 0x1 { ",
    "mux": "message m on can 0x1 { mux p { ",
    "case": "message m on can 0x1 { mux p { case 1 { ",
    "enum": "enum e { ",
    **{kind: f"{kind} o {_OBJECT}" for kind in ("position", "log", "fault", "report")},
    "severity": f"log o {_OBJECT} severity from s {{ ",
    "check": "check c { ",
    "event": "event e { ",
    "golden": 'golden "g" for m { ',
    "test": 'test "t" { ',
}
"""How a block of each kind begins: what may stand behind that begins a clause of it."""

OPTIONS = {
    "signal": "message m on can 0x1 { signal s : u8 at byte 1 ",
    "derived": "derived d : f64 = x ",
    "raise": "event e { raise when x ",
    "when": "check c { when x ",
}
"""The same of what goes on behind its value."""


@cache
def language() -> dict[str, Any]:
    """As plain values. `follow`: which words may come directly behind a word; `choices`: which names, by word."""
    words = table().words
    return {
        "words": sorted(words),
        "reserved": sorted(text for text, kind in words.items() if kind in RESERVED),
        "items": sorted(text for text, kind in words.items() if kind in ITEMS),
        "blocks": {name: _words_behind(begin) for name, begin in BLOCKS.items()},
        "options": {name: _words_behind(begin) for name, begin in OPTIONS.items()},
        "follow": _following(),
        "choices": {
            "is": [*STATES, *OF_RULES, *(each for each in OUTCOMES if each not in OF_RULES)],
            "store": list(STORES),
            "severity": list(SEVERITIES),
            "flag": list(SEVERITIES),
            "format": list(FORMATS),
        },
        "types": list(TYPES),
        "units": list(UNITS),
        "functions": [_function(each) for each in FUNCTIONS],
    }


def _function(each: Any) -> dict[str, str]:
    return {"name": each.name, "usage": each.usage, "text": f"{each.text} Gives {each.result}."}


def _words_behind(begin: str) -> list[str]:
    kinds = [token.kind for token in Tokens(begin) if token.kind != END]
    return sorted(text for text, kind in table().words.items() if Stack().accepts(*kinds, kind))


def _following() -> dict[str, list[str]]:
    given = table()
    spellings = {kind: text for text, kind in given.words.items()}
    found: dict[str, set[str]] = {}
    for row, symbol in zip(given.rows, given.symbols, strict=True):
        if symbol in spellings:
            found.setdefault(spellings[symbol], set()).update(spellings[kind] for kind in row if kind in spellings)
    return {word: sorted(words) for word, words in sorted(found.items()) if words}
