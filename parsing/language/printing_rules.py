"""Rules, golden samples and tests as lines of text."""

from __future__ import annotations

import json
from collections.abc import Iterable

from parsing.language import printing
from parsing.language.ast import (
    Check,
    Const,
    Derived,
    Distrust,
    Event,
    ExpectStep,
    Flag,
    Golden,
    Replace,
    SendStep,
    SetStep,
    Test,
)
from parsing.language.expressions import Expression
from parsing.language.printing import INDENT, body, fold, listing, name, remarked
from parsing.language.printing_expressions import expectation, expression, pieces
from parsing.language.printing_messages import interval


def const(given: Const) -> list[str]:
    lines = fold([*_with_head(f"const {name(given.name)} =", given.value), *printing.doc(given.doc)], "")
    return remarked(lines, given.remarks, "")


def derived(given: Derived) -> list[str]:
    head = " ".join([f"derived {name(given.name)} : {name(given.type)}", *printing.unit(given.unit), "="])
    words = [
        *_with_head(head, given.value),
        *([f"hold {printing.duration(given.hold)}"] if given.hold is not None else []),
        *interval(given.range),
        *([f"store {given.store}"] if given.store != "always" else []),
        *printing.doc(given.doc),
    ]
    return remarked(fold(words, ""), given.remarks, "")


def _with_head(head: str, value: Expression) -> list[str]:
    first, *rest = pieces(value)
    return [f"{head} {first}", *rest]


def _condition(head: str, value: Expression, duration: int) -> list[str]:
    lasting = [f"for {printing.duration(duration)}"] if duration else []
    return fold([*_with_head(head, value), *lasting], INDENT)


def _lines(keyword: str, words: Iterable[str]) -> list[tuple[str, list[str]]]:
    """One clause, or none where there are no words."""
    lines = fold(words, INDENT)
    return [(keyword, lines)] if lines else []


def check(given: Check) -> list[str]:
    clauses = [
        *_lines("doc", printing.doc(given.doc)),
        *([("when", _condition("when", given.when, given.duration))] if given.when else []),
        ("expect", _condition("expect", given.expect, 0)),
    ]
    if given.actions:
        first, *rest = (action(one) for one in given.actions)
        clauses += _lines("else", [f"else {first}", *rest])
    return body(f"check {name(given.name)}{printing.title(given.title)}", clauses, given.remarks, "")


def action(given: Flag | Replace | Distrust) -> str:
    match given:
        case Flag(severity, text):
            return f"flag {severity}{printing.title(text)}"
        case Replace(signal, value):
            return f"replace {expression(signal)} with {expression(value)}"
        case Distrust(word, signal):
            return f"{word} {expression(signal)}"


def event(given: Event) -> list[str]:
    captured = listing([expression(one) for one in given.capture])
    clauses = [
        *_lines("doc", printing.doc(given.doc)),
        ("raise", _condition("raise when", given.raise_when, given.raise_for)),
        *([("clear", _condition("clear when", given.clear_when, given.clear_for))] if given.clear_when else []),
        *_lines("severity", [f"severity {given.severity}"]),
        *_lines("capture", ["capture", *captured] if captured else []),
        *_lines("group", [f"group by {name(given.group_by)}"] if given.group_by else []),
        *_lines("cooldown", [f"cooldown {printing.duration(given.cooldown)}"] if given.cooldown else []),
    ]
    return body(f"event {name(given.name)}{printing.title(given.title)}", clauses, given.remarks, "")


def golden(given: Golden) -> list[str]:
    clauses = [
        *_lines("bytes", [f"bytes {printing.payload(given.payload)}"] if given.payload is not None else []),
        *_lines("json", [f"json {_json(given.json)}"] if given.json is not None else []),
        *_lines("sa", _source(given.source_address)),
        *([("expect", _expected(given))] if given.expect else []),
    ]
    return body(f"golden {printing.text(given.title)} for {name(given.message)}", clauses, given.remarks, "")


def _source(address: int | None) -> list[str]:
    return [f"sa {printing.hexadecimal(address)}"] if address is not None else []


def _json(text: str) -> str:
    """As it is, or as a text where it is none that the language knows the end of."""
    try:
        _, end = json.JSONDecoder().raw_decode(text)
    except ValueError:
        return printing.text(text)
    return text if end == len(text) and text[0] in "{[" else printing.text(text)


def _expected(given: Golden) -> list[str]:
    expected = [expectation(one) for one in given.expect]
    line = f"{INDENT}expect {{ {'  '.join(expected)} }}"
    if len(line) <= printing.WIDEST:
        return [line]
    return [f"{INDENT}expect {{", *(f"{INDENT * 2}{one}" for one in expected), f"{INDENT}}}"]


def test(given: Test) -> list[str]:
    attributes = listing([expectation(one) for one in given.machine])
    clauses = [
        *_lines("machine", ["machine", *attributes] if attributes else []),
        *(("", remarked(fold(step(one), INDENT), one.remarks, INDENT)) for one in given.steps),
    ]
    return body(f"test {printing.text(given.title)}", clauses, given.remarks, "")


def step(given: SetStep | SendStep | ExpectStep) -> list[str]:
    """Words between which a line can be broken."""
    at = printing.duration(given.at)
    match given:
        case SetStep(every=None):
            return [f"at {at} set", *listing([expectation(one) for one in given.values])]
        case SetStep():
            begin = f" from {at}" if given.at else ""
            head = f"every {printing.duration(given.every or 0)}{begin} until {printing.duration(given.until or 0)} set"
            return [head, *listing([expectation(one) for one in given.values])]
        case SendStep():
            content = printing.payload(given.payload) if given.payload is not None else f"json {given.json}"
            return [f"at {at} send {name(given.message)}", content, *_source(given.source_address)]
        case ExpectStep():
            return [f"at {at} expect", *listing([expectation(one) for one in given.expect])]
