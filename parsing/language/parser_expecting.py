"""What could stand in the place of a token, in words."""

from __future__ import annotations

from difflib import get_close_matches
from textwrap import wrap

from parsing.language.lexing import Token
from parsing.language.parser_recovery import ITEMS
from parsing.language.parser_table import END, table
from parsing.language.parser_trouble import Trouble

_OPERATORS = frozenset(
    [
        "OR",
        "AND",
        "COMPARISON",
        "OTHERWISE",
        "PLUS",
        "MINUS",
        "STAR",
        "SLASH",
        "PERCENT",
        "IS",
        "IN",
        "ABSENT",
        "QUESTION",
        "DOT",
    ]
)
_OPTIONS = frozenset(
    ["SCALE", "OFFSET", "UNIT", "BRACKETS", "RANGE", "NA", "ERROR", "J1939_SENTINELS", "SPN", "STORE", "DOC"]
)
_GROUPS: tuple[tuple[frozenset[str], frozenset[str], str], ...] = (
    (_OPTIONS, _OPTIONS, "an option of the signal (`scale`, `offset`, `[unit]`, `range`, `na`, `error`, `spn`, `doc`)"),
    (
        frozenset(("SIGNAL", "MUX", "LENGTH")),
        frozenset(["SIGNAL", "MUX", "DTC", "LENGTH", "TIMEOUT", "CYCLE", "FORMAT", "TRANSPORT", "DOC"]),
        "the message's next line",
    ),
    (
        frozenset(("LPAR", "NAME", "FLOAT")),
        frozenset(["LPAR", "NAME", "INT", "HEX", "FLOAT", "DURATION", "STRING", "TRUE", "FALSE", "MINUS", "NOT"]),
        "a value",
    ),
    (frozenset(("INT", "HEX", "FLOAT")), frozenset(["INT", "HEX", "FLOAT", "PLUS", "MINUS"]), "a number"),
    (frozenset(("INT", "HEX")), frozenset(["INT", "HEX", "MINUS"]), "a whole number"),
    (frozenset(("AND", "OR")), _OPERATORS | {"BRACKETS", "LPAR"}, "an operator"),
    (frozenset(("STAR", "SLASH")), _OPERATORS | {"BRACKETS", "LPAR"}, "an operator"),
)
"""Where the first of them can all stand, all of the second are said in one."""

_KINDS = {
    "NAME": "a name",
    "STRING": "a text in quotes",
    "INT": "a whole number",
    "HEX": "a hex number such as 0x18FEF100",
    "FLOAT": "a number with a point",
    "DURATION": "a time such as 500ms",
    "BRACKETS": "a unit such as [bar]",
    "PATH": "a path such as $.speed",
    "PAYLOAD": 'bytes such as x"F0 7D"',
    "OBJECT": "a JSON object",
    "COMPARISON": "a comparison such as `<`",
    "REGEX": "a regular expression such as /^E/i",
    END: "the end of the text",
}
_PATTERNS = {
    "MESSAGE": 'message EEC1 "Engine" on j1939 pgn 61444 { signal engine_speed : u16 at byte 4 }',
    "SIGNAL": "signal engine_speed : u16 at byte 4 scale 0.125 [rpm] range 0..8031.875",
    "MUX": 'mux page { case 0 "pumps" { signal … } else reject }',
    "CASE": 'case 0, 2..7 "pumps" { signal … }',
    "DTC": "dtc active from byte 3 max 60",
    "ENUM": 'enum Lamp : u2 { 0 = off "Off"  1 = on  else = reserved }',
    "object_kind": "position Gnss on vehicle_position { signal lat : f64 at $.lat [deg] }",
    "CONST": "const rated_torque = 2000 [N*m]",
    "DERIVED": "derived power : f64 [kW] = pressure * flow hold 2s range 0..500",
    "CHECK": 'check name "Title" { when CONDITION for 10s expect CONDITION else flag warning "text" }',
    "EVENT": 'event name "Title" { raise when CONDITION for 10s clear when CONDITION severity critical }',
    "GOLDEN": 'golden "idle" for EEC1 { bytes x"F0 7D" sa 0x00 expect { engine_speed = 500 [rpm] } }',
    "TEST": 'test "hot" { at 0s set coolant_temp = 106 [degC] at 12s expect coolant_overheat is raised }',
}
_LONGEST_QUOTE = 40
_MOST_WORDS = 14
_LIKENESS = 0.7
_LONGEST_LINE = 80


def described(token: Token) -> str:
    """Name what was found."""
    if token.kind == END:
        return "the end of the text"
    text = token.text if len(token.text) <= _LONGEST_QUOTE else f"{token.text[: _LONGEST_QUOTE - 1]}…"
    return f"`{text}`"


def complaint(trouble: Trouble) -> str:
    """Say what was found, and what could stand there."""
    words = f"expected {wanted(trouble.expected)}"
    if trouble.is_behind_line:
        where = (
            "the text ends" if trouble.token.kind == END else f"the next line begins with {described(trouble.token)}"
        )
        said = f"{words} behind this; {where}"
    else:
        said = f"{words}, found {described(trouble.token)}"
    return "\n".join(wrap(said, _LONGEST_LINE))


def advice(trouble: Trouble) -> str:
    """Show what the innermost thing that is being read looks like."""
    pattern = next((_PATTERNS[one] for one in reversed(trouble.symbols) if one in _PATTERNS), None)
    return (
        f"as in:  {pattern}" if pattern else "an item begins with its kind and its name, as in:  enum Lamp : u2 { … }"
    )


def wanted(expected: set[str]) -> str:
    """Put kinds of tokens in words: what is particular first, operators last."""
    rest = set(expected)
    said: list[str] = []
    last: list[str] = []
    if rest >= ITEMS:
        rest -= ITEMS | {END}
        last.append("the next item" if rest else "an item: " + _alternatives(sorted(_spelling(one) for one in ITEMS)))
    for sign, members, group in _GROUPS:
        if sign <= rest:
            rest -= members
            (last if group == "an operator" else said).append(group)
    said += sorted(_KINDS[one] for one in rest if one in _KINDS)
    words = sorted((_spelling(one) for one in rest if one not in _KINDS), key=lambda one: (not one[1].isalpha(), one))
    everything = [*said, *words, *last]
    return _alternatives(everything[:_MOST_WORDS])


def nearest(trouble: Trouble) -> str | None:
    """Give the word of the language that can stand here and looks much like the token."""
    if not trouble.is_word:
        return None
    known = [text for text, kind in table().words.items() if kind in trouble.expected]
    return next(iter(get_close_matches(trouble.token.text[:_LONGEST_QUOTE], known, 1, _LIKENESS)), None)


def _spelling(kind: str) -> str:
    return f"`{spellings()[kind]}`"


def spellings() -> dict[str, str]:
    """Of kinds of tokens that are always written in the same way."""
    given = table()
    return {kind: text for text, kind in (given.words | given.signs).items()}


def _alternatives(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else "".join(words)
