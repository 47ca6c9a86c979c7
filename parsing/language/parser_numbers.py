"""Mistakes with numbers, their units, and times."""

from __future__ import annotations

import re

from parsing.language.building_numbers import MICROSECONDS
from parsing.language.codes import DiagnosticCode
from parsing.language.lexing import Token
from parsing.language.parser_expecting import nearest
from parsing.language.parser_foreign import UNIT_SIGNS
from parsing.language.parser_glued import GLUED, NUMBER_AND_REST
from parsing.language.parser_trouble import Repair, Trouble

_TIME_WORDS = {
    **{word: word for word in MICROSECONDS},
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("msec", "millis", "milliseconds"), "ms"),
    **dict.fromkeys(("mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("day", "days"), "d"),
}
_PERCENT_BEHIND_NUMBER = re.compile(r"[0-9]\s*%\s*$")
_DIGITS = re.compile(r"[0-9]+")
_DIGITS_AT_END = re.compile(r"[0-9]+$")
_BLANKS = re.compile(r"[ \t]*")
_UNIT = re.compile(r"[ \t]*\[[^\[\]\n]*+\]")
_WORD_BEFORE = re.compile(r"(\w+)[\s(-]*(?:0x[0-9A-Fa-f]+\s*\.\.\s*)?$")
_WITHOUT_UNIT = frozenset(("byte", "bit", "spn", "pgn", "sa", "max", "length", "can", "na", "error"))
_LEAST_MS = 50
_LEAST_MS_ELSEWHERE = 500
_FAR = 100
"""Characters; further away nothing is looked for."""


def _decimal_comma(trouble: Trouble) -> Repair | None:
    token, text = trouble.token, trouble.text
    comma = token.start if token.kind == "COMMA" else token.start - 1
    if text[comma : comma + 1] != "," or not (
        text[comma - 1 : comma].isdigit() and text[comma + 1 : comma + 2].isdigit()
    ):
        return None
    start = comma - len(_DIGITS_AT_END.search(text[max(0, comma - _FAR) : comma])[0])  # type: ignore[index]
    end = comma + 1 + len(trouble.run(comma + 1).split("..", maxsplit=1)[0])
    shown = text[start:end].replace(",", ".")
    unit = _UNIT.match(text, end)
    behind = unit.end() if unit else end
    forget = int(token.kind != "COMMA" and trouble.symbols[-1:] == ["COMMA"])
    return Repair(
        DiagnosticCode.NUMBER,
        "numbers have a point where this one has a comma",
        f"use:  {shown}",
        skip_to=behind,
        span=(start, end),
        forget=forget,
        # What the comma ended cannot be taken up again.
        gives_up=not trouble.accepts_at(behind, forget),
    )


def _duration(trouble: Trouble) -> Repair | None:
    """A number where a time stands, with its unit apart or without any."""
    token = trouble.token
    if "DURATION" not in trouble.expected or token.kind not in {"INT", "FLOAT", "GLUED"} or "INT" in trouble.expected:
        return None
    number, rest = NUMBER_AND_REST.match(token.text).groups()  # type: ignore[union-attr]
    gap = _BLANKS.match(trouble.text, token.end).end()  # type: ignore[union-attr]
    behind = trouble.run(gap)
    apart = not rest and (behind in _TIME_WORDS or behind.startswith("["))
    unit = _TIME_WORDS.get(rest or behind)
    end = gap + len(behind) if apart and unit else token.end
    if unit:
        why, advice = "a time is written in one piece, with ms, s, min, h or d", f"use:  {number}{unit}"
    elif rest:
        why, advice = f"`{rest}` is no unit of time", "units of time are ms, s, min, h and d"
    else:
        first, second = ("ms", "s") if _means_milliseconds(trouble, number) else ("s", "ms")
        why, advice = "a time has a unit: ms, s, min, h or d", f"use:  {number}{first}  (or {number}{second})"
    instead = Token("DURATION", f"{number}{unit or 's'}", token.start, end)
    return Repair(DiagnosticCode.DURATION, why, advice, (instead,), end, (token.start, end))


def _means_milliseconds(trouble: Trouble, number: str) -> bool:
    """As a DBC gives its cycle times; elsewhere a minute is as likely as its number of seconds."""
    least = _LEAST_MS if trouble.previous.kind in {"TIMEOUT", "CYCLE"} else _LEAST_MS_ELSEWHERE
    return float(number) >= least


def _time_behind_number(trouble: Trouble) -> Repair | None:
    """`ts > 5 min`."""
    token = trouble.token
    if not trouble.is_behind_number or token.text not in _TIME_WORDS or "BRACKETS" not in trouble.expected:
        return None
    unit = _TIME_WORDS[token.text]
    return Repair(
        DiagnosticCode.DURATION,
        "a time is written in one piece, with ms, s, min, h or d",
        f"use:  {trouble.previous.text}{unit}",
        trouble.instead("BRACKETS", f"[{unit}]"),
        span=(trouble.previous.start, token.end),
    )


def _unit(trouble: Trouble) -> Repair | None:
    """`105 degC`."""
    token = trouble.token
    if not trouble.is_behind_number or "BRACKETS" not in trouble.expected or token.text in {"{", "}"}:
        return None
    if not trouble.is_word and token.kind != "PERCENT" and token.text not in UNIT_SIGNS:
        return None
    if trouble.is_word and (nearest(trouble) or _is_bare(trouble)):
        return None
    run = trouble.run(token.start) or token.text
    end = token.start + len(run)
    return Repair(
        DiagnosticCode.UNIT_BRACKETS,
        "units stand between brackets",
        f"use:  {trouble.previous.text} [{run}]",
        trouble.instead("BRACKETS", f"[{run}]"),
        skip_to=end,
        span=(token.start, end),
    )


def _unit_in_sample(trouble: Trouble) -> Repair | None:
    """`expect { a = 3 rpm }`, where the unit was taken for what is expected next."""
    previous = trouble.previous
    before = trouble.text[max(0, previous.start - _FAR) : previous.start].rstrip()
    if not {"EQUALS", "IS"} <= trouble.expected or not before[-1:].isdigit() or "expectations" not in trouble.symbols:
        return None
    return Repair(
        DiagnosticCode.UNIT_BRACKETS,
        "units stand between brackets",
        f"use:  [{previous.text}]",
        (trouble.token,),
        span=(previous.start, previous.end),
        forget=trouble.symbols[::-1].index("expectations"),
    )


def _is_bare(trouble: Trouble) -> bool:
    """Whether the number is none that has a unit."""
    before = trouble.text[max(0, trouble.previous.start - _FAR) : trouble.previous.start]
    found = _WORD_BEFORE.search(before)
    return found is not None and found[1] in _WITHOUT_UNIT


def _percent(trouble: Trouble) -> Repair | None:
    """`load > 80 %`, read as the beginning of a division's remainder."""
    before = trouble.text[max(0, trouble.token.start - _FAR) : trouble.token.start]
    if trouble.previous.kind != "PERCENT" or not _PERCENT_BEHIND_NUMBER.search(before):
        return None
    return Repair(
        DiagnosticCode.UNIT_BRACKETS,
        "units stand between brackets",
        "use:  [%]",
        (trouble.token,),
        span=(trouble.previous.start, trouble.previous.end),
        forget=1,
    )


def _point(trouble: Trouble) -> Repair | None:
    """`.5`, and `5.`."""
    token = trouble.token
    if token.kind != "DOT":
        return None
    digits = _DIGITS.match(trouble.text, token.end)
    if digits and "FLOAT" in trouble.expected:
        instead = Token("FLOAT", f"0.{digits[0]}", token.start, digits.end())
        return Repair(
            DiagnosticCode.NUMBER,
            "a digit stands before the point",
            f"use:  {instead.text}",
            (instead,),
            digits.end(),
            (token.start, digits.end()),
        )
    if trouble.is_behind_number and not digits:
        return Repair(DiagnosticCode.NUMBER, "a digit stands behind the point", f"use:  {trouble.previous.text}")
    return None


NUMBERS = (_decimal_comma, _duration, _time_behind_number, *GLUED, _percent, _unit_in_sample, _unit, _point)
