"""What holds without a definition: the records of the defaults are what their text says."""

from dataclasses import replace

import pytest

from parsing.objects.checks import reading_faults
from parsing.objects.defaults import DEFAULTS, TEXT
from parsing.quality import Quality
from tests.objects.definitions import SECOND, T0, batches, catalogue_of, content_of, envelope, rows, run


def test_the_records_are_what_the_text_says() -> None:
    written = {each.kind: replace(each, id=0, set=0, group=0) for each in content_of(TEXT).objects}
    assert written == DEFAULTS


@pytest.mark.parametrize("kind", DEFAULTS)
def test_they_break_no_rule(kind: str) -> None:
    assert list(reading_faults("x", DEFAULTS[kind])) == []


def test_a_release_without_definitions_judges_positions() -> None:
    """Good ones a second apart, and at known places one of each fault."""
    bodies = [{"ts": T0 + n * SECOND, "lat": 50.0 + n * 1e-5, "lon": 9.0, "hdop": 1.0} for n in range(60)]
    bodies[10] |= {"lat": 0, "lon": 0}
    bodies[20] |= {"ts": T0 + 400 * SECOND}
    bodies[30] |= {"lat": 50.1}
    bodies[40] |= {"hdop": 30.0}
    bodies[50] |= {"lat": 91.0}
    bodies[55] |= {"ts": 315_964_800 * SECOND}
    expected = dict.fromkeys(range(60), (Quality.OK, ""))
    for number, reason in {
        10: "null_island",
        20: "bad_clock",
        30: "speed_jump",
        40: "poor_fix",
        55: "bad_clock",
    }.items():
        expected[number] = (Quality.SUSPECT, reason)
    expected[50] = (Quality.OUT_OF_RANGE, "lat")
    records = [
        envelope(n // 6, "vehicle_position", bodies[n : n + 6], T0 + (n + 6) * SECOND) for n in range(0, 60, 6)
    ]  # fmt: skip
    outcomes, _ = run(catalogue_of(""), batches(records, 3))
    assert [(row["quality"], row["reason"]) for row in rows(outcomes, "position")] == list(expected.values())
    assert rows(outcomes, "frame_values") == []


def test_recordings_of_years_ago_are_not_suspect() -> None:
    record = envelope(0, "vehicle_position", {"ts": T0 - 10 * 365 * 86_400 * SECOND, "lat": 1.0, "lon": 2.0})
    outcomes, _ = run(catalogue_of(""), [[record]])
    assert [row["reason"] for row in rows(outcomes, "position")] == [""]
