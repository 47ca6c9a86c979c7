"""Samples of objects, and objects in sequences: values, texts, severities, and why they are suspect."""

import pytest

from parsing.checker.check import check
from parsing.checker.sources import Source
from parsing.language.parser import parse
from parsing.proof.prove import prove

DEFINITIONS = """
position Gnss on vehicle_position {
    signal lat : f64 at $.lat [deg] range -90..90
    signal lon : f64 at $.lon [deg] range -180..180
    signal hdop : f32 at $.quality.hdop
    suspect when haversine(prev, this) > machine.reach * elapsed(prev) as jump
    suspect when hdop > 6 as poor_fix
}
log Lines on vehicle_log {
    signal message : text at $.text
    signal grade : text at $.grade
    signal uptime : f64 at $.uptime [s]
    severity from grade { "D" -> info  /^E/ -> error  else -> warning }
}
report Reports on vehicle_event {
    signal value : f64 at $.load [%]
    suspect when value > 100 [%] as overload
}
event long_up { raise when uptime > 100 [s] }
derived north : f64 [deg] = lat store never
"""
FIX = '"ts": "2026-03-01T08:00:00Z", "lat": 48.1, "lon": 11.5'
LINE = '"ts": 1767254400000000, "text": "pump stalled"'


def proved(proof: str) -> list[str]:
    text = DEFINITIONS + proof
    parsed = parse(text, "set")
    checked = check([Source("set", parsed.document, text)])
    assert not [one.why for one in (*parsed.diagnostics, *checked.diagnostics) if one.is_error]
    outcomes = prove([Source("set", parsed.document, text)], checked)
    return [failure.why for outcome in outcomes for failure in outcome.failures]


def golden(of: str, members: str, expect: str) -> list[str]:
    return proved(f'golden "sample" for {of} {{ json {{{members}}} expect {{ {expect} }} }}')


def test_values_of_an_object() -> None:
    assert golden("Gnss", FIX, "lat = 48.1 [deg] lon in 11..12 [deg] lat is ok hdop is absent") == []
    assert golden("Gnss", FIX, "lat = 48.2 [deg]") == ["it is 48.1 [deg]"]
    assert golden("Gnss", FIX.replace("48.1", "98.1"), "lat is out_of_range") == []


def test_a_suspect_position_and_its_reason() -> None:
    poor = f'{FIX}, "quality": {{"hdop": 9}}'
    assert golden("Gnss", poor, "reason = poor_fix lat is suspect hdop is suspect") == []
    assert golden("Gnss", poor, "reason = jump lat is ok") == ["it is poor_fix", "it is suspect (48.1 [deg])"]
    assert golden("Gnss", FIX, "reason = poor_fix") == ["there is none"]


def test_the_severity_of_a_log_and_its_texts() -> None:
    line = f'{LINE}, "grade": "E7", "uptime": 12.5'
    assert golden("Lines", line, 'severity = error grade = "E7" message = "pump stalled" uptime = 12.5 [s]') == []
    assert golden("Lines", line, 'severity = info grade = "E"') == ["it is error", 'it is "E7"']
    assert golden("Lines", LINE, 'severity = warning grade = "E7"') == ["it is absent"]
    assert golden("Lines", LINE, "grade is absent uptime is absent") == []


def test_a_report_has_a_severity_of_its_own_and_may_be_suspect() -> None:
    report = '"ts": 1, "name": "load", "severity": "critical", "load": 120'
    assert golden("Reports", report, "severity = critical reason = overload value is suspect") == []


@pytest.mark.parametrize(
    ("of", "members", "why"),
    [
        ("Gnss", '"lat": 48.1, "lon": 11.5', "such an object is refused: ts is neither an integer of µs nor"),
        ("Lines", '"ts": 1', "such an object is refused: text is not text of at most 10000 characters"),
        ("Gnss", '"ts": 1, "lat": "x", "lon": 11.5', "such an object is refused: lat is not a finite number"),
    ],
)
def test_an_object_that_would_be_refused_proves_nothing(of: str, members: str, why: str) -> None:
    (said,) = golden(of, members, "")
    assert said.startswith(why)


def test_a_sample_is_one_object() -> None:
    listed = f"[{{{FIX}}}, {{{FIX}}}]"
    said = proved(f'golden "s" for Gnss {{ json {listed} expect {{ lat = 48.1 [deg] }} }}')
    assert said == ["there are 2 objects in it; a sample is of one"]


def test_objects_are_sent_in_a_sequence() -> None:
    line = f'at 1s send Lines json {{{LINE}, "grade": "D", "uptime": 101}}'
    expected = 'at 1s expect uptime = 101 [s], long_up is raised, Lines.severity = info, grade = "D"'
    assert proved(f'test "t" {{ {line} {expected} }}') == []
    wrong = 'at 1s expect Lines.severity = error, grade = "E", Reports.severity = info'
    assert proved(f'test "t" {{ {line} {wrong} }}') == ["it is info", 'it is "D"', "there is none"]


def test_the_position_before_counts_at_the_times_of_the_steps() -> None:
    far = FIX.replace("48.1", "48.2")
    steps = f"machine reach = 100 at 1s send Gnss json {{{FIX}}} at 2s send Gnss json {{{far}}}"
    assert proved(f'test "t" {{ {steps} at 2s expect Gnss.reason = jump, lat is suspect }}') == []
    later = steps.replace("at 2s", "at 200s")
    assert proved(f'test "t" {{ {later} at 200s expect Gnss.reason = jump }}') == ["there is none"]


def test_an_object_that_is_refused_in_a_sequence() -> None:
    (said,) = proved('test "t" { at 1s send Gnss json {"lat": 1} at 1s expect lat is absent }')
    assert said.startswith("such an object is refused: ts")
