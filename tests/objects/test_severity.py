"""Severity maps, and which patterns they may have."""

import re
import time

import pytest

from parsing.objects.defaults import DEFAULTS
from parsing.objects.patterns import MAX_PATTERN, pattern_fault
from parsing.objects.records import SeverityArm, SeverityMap
from parsing.objects.severity import MAX_SUBJECT, SeverityReader


def arm(pattern: str | None, severity: str, *, regex: bool = False, ignore_case: bool = False) -> SeverityArm:
    return SeverityArm(pattern, regex, ignore_case, severity)  # type: ignore[arg-type]


def test_the_first_arm_that_fits_decides() -> None:
    reader = SeverityReader(
        SeverityMap(
            "lvl",
            (
                arm("E", "error"),
                arm("^e", "critical", regex=True, ignore_case=True),
                arm("rr", "info", regex=True),
                arm(None, "info"),
            ),
        )
    )
    # told twice: the second time it is remembered
    for _ in range(2):
        assert [reader.of(text) for text in ("E", "EE", "error", "rr", "", " E")] == [
            "error", "critical", "critical", "info", "info", "info",
        ]  # fmt: skip


def test_without_else_what_nothing_fits_is_a_warning() -> None:
    assert SeverityReader(SeverityMap("lvl", (arm("E", "error"),))).of("X") == "warning"


def test_patterns_see_the_beginning_of_a_text() -> None:
    reader = SeverityReader(SeverityMap("m", (arm("z", "error", regex=True), arm(None, "info"))))
    assert reader.of("a" * (MAX_SUBJECT - 1) + "z") == "error"
    assert reader.of("a" * MAX_SUBJECT + "z") == "info"


def test_many_different_texts_are_not_all_kept() -> None:
    reader = SeverityReader(SeverityMap("m", (arm("5", "error"), arm(None, "info"))))
    told = [reader.of(str(number)) for number in range(10_000)]
    assert told.count("error") == 1
    assert len(reader._told) <= 4096


@pytest.mark.parametrize(
    ("levels", "severity"),
    [
        (["v", "VERBOSE", "trace", "D", "debug", " i ", "Info", "notice", "", "\t"], "info"),
        (["w", "Warn", "WARNING ", "what", "infos"], "warning"),
        (["e", "Err", "ERROR"], "error"),
        (["f", "fatal", "C", "critical"], "critical"),
    ],
)
def test_the_levels_that_need_no_definition(levels: list[str], severity: str) -> None:
    said = DEFAULTS["log"].severity
    assert said is not None
    reader = SeverityReader(said)
    assert {reader.of(level) for level in levels} == {severity}


@pytest.mark.parametrize(
    "pattern",
    [
        "error", "^(E|ERR)$", r"timeout.*bus", r"^.*a.*b", r"[0-9]+", r"^\s*(w|warn)?\s*$", r"a{0,15}b{0,15}",
        r"^(?>a+)b", r"(ab){3}",
    ],
)  # fmt: skip
def test_a_pattern_that_ends_soon_is_allowed_and_does(pattern: str) -> None:
    assert pattern_fault(pattern) is None
    for subject in ("a" * MAX_SUBJECT, " " * (MAX_SUBJECT - 1) + "x", "timeout" * 142):
        started = time.process_time()
        re.search(pattern, subject)
        assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        (r"(a+)+$", "too long"),
        (r"(a|a)*$", "too long"),
        (r"(a|ab){20}$", "too long"),
        (r"a*a*b", "too long"),
        (r"^a*a*a*a*b", "too long"),
        ("a{0,15}" * 30 + "b", "too long"),
        (r"(a?){15}(a?){15}b", "too long"),
        (r"(x)\1", "refers to a group"),
        (r"(?=a)b", "looks ahead"),
        (r"(?<!a)b", "looks ahead"),
        (r"(", "no regular expression"),
        ("a" * (MAX_PATTERN + 1), "longer than"),
        ("(" * 30 + "a" + ")" * 30, "nested"),
        ("(" * 400 + ")" * 400, "nested"),
    ],
)
def test_a_pattern_that_might_not_is_refused(pattern: str, fault: str) -> None:
    assert fault in (pattern_fault(pattern) or "")
