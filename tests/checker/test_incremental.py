"""The linter says of an edited text exactly what a check from scratch says: codes, places, words and order."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parsing.checker.sources import Source, imported_sets
from parsing.language.diff import diff_documents
from parsing.language.parser import parse
from parsing.lint import Linter, lint_whole, linter
from parsing.lint.changes import changes_between
from parsing.lint.chunks import chunks_of
from parsing.lint.memory import Memory
from parsing.lint.reading import Reader, unread_in

MACHINE = (Path(__file__).parent / "machine.duco").read_text()
GOLDEN = sorted(path.read_text() for path in (Path(__file__).parent / "golden").glob("*.txt"))
BRAKE = """\
enum Lamp : u2 { 0 = off  1 = on }
message Brake on can 0x18FE0027 { timeout 1s
  signal brake_pressure : u8 at byte 1 [bar]
  signal lamp : Lamp at bit 8
  signal engine_speed : u16 at byte 3 [rpm]
}
derived braking : bool = brake_pressure > 10 [bar]
derived far : f64 [rpm] = EEC1.engine_speed
check brake_sane { expect brake_pressure < 200 [bar] else flag warning drop brake_pressure }
"""
LIFT = """\
enum LiftMode : u8 { 0 = idle 1 = up }
message Lift on can 0x555 { timeout 1s
  signal lift_force : u8 at byte 1 [kN]
  signal lift_mode : LiftMode at byte 2
}
message Spare on can 0x556 { signal spare : u8 at byte 1 }
"""
RECORDS = imported_sets([Source("lift", parse(LIFT, "lift").document, LIFT)], [])
LINES = [
    "derived n1 : f64 = brake_pressure + 1 [bar]",
    "derived n1 : f64 [bar] = brake_presure",
    "const c1 = c2",
    "const c2 = c1",
    "derived a1 : f64 = b1\nderived b1 : f64 = a1",
    "check x1 { expect engine_speed < 100 [rpm] else flag warning suspect engine_speed }",
    "check x2 { expect wheel_speed < 9 [km/h] else flag warning replace wheel_speed with gps_speed }",
    "enum Lamp : u2 { 0 = off  1 = on }",
    "message EEC1 on can 0x11 { signal q : u8 at byte 1 }",
    "message Dup on can 0x123 { signal q : u8 at byte 1 }",
    "message Over on can 0x18F00400 { signal wide : u16 at byte 1 }",
    'golden "n" for HydStatus { bytes x"00 01 02 03 04" expect { pump1_pressure = 1 [bar] } }',
    'golden "far" for Brake { bytes x"01 02" expect { brake_pressure = 1 [bar] } }',
    'test "a" { machine max_speed = 3 at 0s set engine_speed = 100 [rpm] at 1s expect hyd_power is absent }',
    'test "b" { machine unread = 3 at 0s set lift_force = 3 [kN] at 1s expect lift_force = 4 [kN] }',
    "derived l : bool = lift_mode == up",
    "derived z : f64 = machine.max_speed",
    "derived e : Lamp = amber_lamp",
    "enum",
    "check open {",
    "# a comment",
    "/* nobody",
    "}",
]
NAMES = sorted(set(re.findall(r"[A-Za-z_]\w*", MACHINE + BRAKE + LIFT)))


@dataclass(frozen=True)
class Edit:
    """`at`: which of the places where it can be made, as a share of them."""

    kind: str
    at: float
    word: str

    def of(self, text: str) -> str:
        lines = text.split("\n")
        line = int(self.at * len(lines))
        match self.kind:
            case "add":
                return "\n".join([*lines[:line], self.word, *lines[line:]])
            case "cut":
                return "\n".join([*lines[:line], *lines[line + 1 :]])
            case "repeat":
                return "\n".join([*lines[: line + 6], *lines[line : line + 6], *lines[line + 6 :]])
            case "erase":
                place = int(self.at * len(text))
                return text[:place] + text[place + 1 :]
            case "name":
                names = list(re.finditer(r"[A-Za-z_]\w*", text))
                found = names[int(self.at * len(names))] if names else None
                return text[: found.start()] + self.word + text[found.end() :] if found else text
        numbers = list(re.finditer(r"\d+", text))
        found = numbers[int(self.at * len(numbers))] if numbers else None
        return text[: found.start()] + str(len(self.word) * 8) + text[found.end() :] if found else text


SHARES = st.floats(0, 1, exclude_max=True)
EDITS = st.one_of(
    st.builds(Edit, st.just("add"), SHARES, st.sampled_from(LINES)),
    st.builds(Edit, st.just("name"), SHARES, st.sampled_from(NAMES)),
    st.builds(Edit, st.sampled_from(["cut", "repeat", "erase", "number"]), SHARES, st.sampled_from(NAMES)),
)


def has_no_name_twice(text):
    items = parse(text).document.items
    return len(items) == len({(type(item), item.name.text if hasattr(item, "name") else item.title) for item in items})


def readable(text):
    return not parse(text).diagnostics


@settings(max_examples=25, deadline=None)
@given(
    st.one_of(st.just(MACHINE), st.lists(st.sampled_from(GOLDEN), max_size=4).map("\n".join)),
    st.lists(EDITS, max_size=8),
)
@example(MACHINE, [Edit("add", 0.5, LINES[4]), Edit("cut", 0.5, "")])
@example(MACHINE, [Edit("add", 0.0, line) for line in LINES])
def test_an_edited_text_is_told_what_a_check_from_scratch_says(text, edits):
    lint = Linter().lint
    for number, edit in enumerate([None, *edits]):
        text = edit.of(text) if edit is not None else text
        own, beside = {"machine": text}, {"brake": BRAKE}
        records = RECORDS if number % 3 else []
        assert lint(own, beside, records) == lint_whole(own, beside, records)
        if readable(text):
            # it should be the other way round with what it kept, and with both at once
            assert lint(beside, own, records) == lint_whole(beside, own, records)
            assert lint(beside | own, {}, records) == lint_whole(beside | own, {}, records)


@settings(max_examples=80, deadline=None)
@given(st.lists(EDITS, max_size=6))
def test_what_cannot_be_read_is_found_without_reading_the_rest(edits):
    text, reader = MACHINE, Reader()
    for edit in edits:
        text = edit.of(text)
        chunks = reader.chunks(text)
        assert "".join(chunk.text for chunk in chunks) == text
        assert unread_in(chunks, "machine") == parse(text, "machine").diagnostics


@settings(max_examples=40, deadline=None)
@given(st.lists(EDITS, max_size=6))
def test_changes_are_those_of_the_whole_texts(edits):
    new = MACHINE
    for edit in edits:
        edited = edit.of(new)
        new = edited if readable(edited) and has_no_name_twice(edited) else new
    assert changes_between(MACHINE, new) == diff_documents(parse(MACHINE).document, parse(new).document)


@pytest.mark.parametrize(
    "typed",
    ["derived new : f64 [rpm] = engine_speed", "derived new : f64 = engine_sped", "derived new : f64 ="],
)
def test_what_an_edit_does_not_touch_is_not_checked_again(monkeypatch, typed):
    lint = Linter().lint
    lint({"machine": MACHINE}, {"brake": BRAKE}, RECORDS)
    looked_at = []
    check = linter.Slice.__init__

    def watched(self, parts, numbers, *rest):
        looked_at.extend(parts[number].origin.text for number in numbers)
        check(self, parts, numbers, *rest)

    monkeypatch.setattr(linter.Slice, "__init__", watched)
    monkeypatch.setattr(linter, "lint_whole", None)
    edited = MACHINE.replace("const rated_torque", f"{typed}\nconst rated_torque")
    said = lint({"machine": edited}, {"brake": BRAKE}, RECORDS)
    assert sum(one.is_error for one in said.diagnostics) == (0 if typed.endswith("speed") else 1)
    assert len(looked_at) <= 6 < len(chunks_of(MACHINE))


SPEED = """\
message Wheel on can 0x18F00400 { timeout 1s
  signal wheel_speed : u8 at byte 1 [km/h]
  signal mode : Mode at byte 2
}
enum Mode : u8 { 0 = idle 1 = working }
derived fast : bool = wheel_speed < 300 [km/h]
derived busy : bool = mode == working
derived limited : f64 [km/h] = min(wheel_speed, machine.max_speed)
golden "stands" for Wheel { bytes x"00 01" expect { wheel_speed = 0 [km/h] } }
test "drives" { machine max_speed = 30 [km/h] at 0s set wheel_speed = 40 [km/h] at 1s expect limited = 30 [km/h] }
"""
"""Without errors; what stands in it is touched by none of the edits below."""


@pytest.mark.parametrize(
    "added",
    [
        "check sane { expect wheel_speed < 99 [km/h] else flag warning replace wheel_speed with 3 [km/h] }",
        "check sane { expect wheel_speed < 9 [km/h] else flag warning drop wheel_speed }",
        "message Other on can 0x18F00400 { timeout 1s signal other : u8 at byte 1 }",
        "message Wheel on can 0x1 { timeout 1s signal other : u8 at byte 1 }",
        "derived fast : f64 = 1",
        "enum Mode : u8 { 0 = idle }",
        "const wheel_speed = 3",
    ],
)
def test_what_stands_elsewhere_and_has_to_do_with_the_edit_is_checked_again(monkeypatch, added):
    lint = Linter().lint
    before = lint({"s": SPEED}, {}, [])
    monkeypatch.setattr(linter, "lint_whole", None)
    # it should be said of what was there before, whose text is the same
    after = lint({"s": f"{added}\n{SPEED}"}, {}, [])
    assert after == lint_whole({"s": f"{added}\n{SPEED}"}, {}, [])
    moved = len(added) + 1
    assert told(before, 0) != told(after, moved)
    assert lint({"s": SPEED}, {}, []) == before


def told(said, moved):
    """Of what stands behind the first characters."""
    found = (*said.diagnostics, *said.failures)
    return [(one.code, one.span.start - moved, one.why, one.help) for one in found if one.span.start >= moved]


@pytest.mark.parametrize("added", ["message Exact on j1939 id 0x18F00400 { timeout 1s signal a : u8 at byte 3 }", ""])
def test_a_sample_is_decoded_beside_all_that_may_match_its_frame(added):
    by_pgn = SPEED.replace("on can 0x18F00400", "on j1939 pgn 61444 sa 0x00")
    lint = Linter().lint
    for text in (by_pgn, f"{added}\n{by_pgn}", by_pgn):
        assert lint({"s": text}, {}, []) == lint_whole({"s": text}, {}, [])


def test_an_attribute_that_nothing_reads_any_more_is_said_of_the_test():
    lint = Linter().lint
    unread = SPEED.replace("min(wheel_speed, machine.max_speed)", "wheel_speed")
    for text in (SPEED, unread, SPEED):
        said = lint({"s": text}, {}, [])
        assert said == lint_whole({"s": text}, {}, [])
        assert ("E028" in {one.code.value for one in said.diagnostics}) == (text is unread)


def test_a_broken_sample_of_another_set_is_no_failure_of_this_one():
    broken = BRAKE + 'golden "b" for Brake { bytes x"01" expect { nothing = 1 } }\n'
    said = lint_whole({"machine": MACHINE}, {"brake": broken}, [])
    assert {one.file for one in said.failures} == {"machine"}
    assert [one.code.value for one in said.elsewhere] == ["E120"]
    assert Linter().lint({"machine": MACHINE}, {"brake": broken}, []) == said


def test_no_more_is_kept_than_is_allowed():
    memory = Memory(4)
    for number in range(3):
        memory.put(number, str(number), 2)
        memory.get(0)
    assert [memory.get(number) for number in range(3)] == ["0", None, "2"]
    memory.put(0, "lighter", 1)
    memory.put(3, "light", 1)
    assert [memory.get(number) for number in (0, 2, 3)] == ["lighter", "2", "light"]
    memory.put(4, "too heavy", 5)
    assert [memory.get(number) for number in range(5)] == [None] * 5
