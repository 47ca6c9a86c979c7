"""Regular expressions that are let through end soon."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsing.checker.patterns import fault_of

SECONDS = 0.5


@pytest.mark.parametrize(
    "pattern",
    [
        "^(E|ERR)$", "error", "[a-z]+", r"\d{1,3}\.\d+", "(?:warn|warning)", "^E", ".*x", "[^]]*", r"[\]a]+", "a?b",
        "(ab)?", "a{3}", "x{,5}", "{", "a{b", r"\(\d+\)", "[(]+", "[a-z-]", "a*?b",
    ],
)  # fmt: skip
def test_plain_patterns_are_let_through(pattern: str):
    assert fault_of(pattern) == ""


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+", "(a*)*b", "(a|a)*", "(a|b)+c", "((ab)?)*", r"(a)\1", "(?=a)", "(?<=a)b", "(?P<n>a)", "(?i)a", "[",
        "(", ")", "*a", ".*.*.*.*x", "a{1000}", "(a{2,3}){5}", "x" * 300, "(a?){50}", "(?:a+)+", "([a-z]+)*",
        "[[a]", "[a--b]",
    ],
)  # fmt: skip
def test_patterns_that_may_take_for_ever_or_cannot_be_read_are_refused(pattern: str):
    assert fault_of(pattern)


@given(st.text("ab|()[]*+?{}2,.^$\\", max_size=14))
@settings(max_examples=500, deadline=None)
def test_what_is_let_through_compiles_and_ends_soon(pattern: str):
    if fault_of(pattern):
        return
    compiled = re.compile(pattern)
    for text in ("a" * 200 + "!", "ab" * 100 + "!"):
        began = time.process_time()
        compiled.search(text)
        assert time.process_time() - began < SECONDS, pattern
