"""What changed, in the words of the field."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from parsing.language.diff import diff_documents
from parsing.language.formatter import format_document
from parsing.language.parser import parse
from tests.language.examples import EXAMPLE
from tests.language.strategies import DOCUMENTS

BEFORE = """
message EEC1 "Engine" on j1939 pgn 61444 {
    timeout 500ms
    signal speed : u16 at byte 4 scale 0.1 [rpm] range 0..250
    signal torque : u8 at byte 3 offset -125 [%]
    signal page : u8 at byte 1
    mux page { case 0 { signal wear : u8 at byte 2 } else reject }
}
enum Lamp : u2 { 0 = off  1 = on "burns" }
derived power : f64 [kW] = a * b
check oil { when a > 5 for 10s expect b is valid else flag error }
event hot { raise when t > 105 [degC] severity critical }
position Gnss on vehicle_position { signal lat : f64 at $.lat suspect when lat == 0 as null_island }
golden "idle" for EEC1 { bytes x"F0 7D" expect { speed = 5 [rpm] } }
const limit = 5 [bar]
"""


def changes(before, after):
    documents = [parse(text) for text in (before, after)]
    assert [one.diagnostics for one in documents] == [(), ()]
    return diff_documents(*(one.document for one in documents))


def change(old, new):
    """What one replacement in the text changes; exactly one thing."""
    assert old in BEFORE
    (found,) = changes(BEFORE, BEFORE.replace(old, new))
    return found


@pytest.mark.parametrize(
    ("old", "new", "path", "text", "breaking"),
    [
        ("scale 0.1", "scale 0.125", "EEC1.speed", "scale 0.1 → 0.125", False),
        ("range 0..250", "range 0..300", "EEC1.speed", "range widened 0..250 → 0..300 [rpm]", False),
        ("range 0..250", "range 10..200", "EEC1.speed", "range narrowed 0..250 → 10..200 [rpm]", False),
        ("range 0..250", "range 10..300", "EEC1.speed", "range 0..250 → 10..300 [rpm]", False),
        ("range 0..250", "range 0..300 [rad/s]", "EEC1.speed", "range 0..250 → 0..300 [rad/s]", False),
        ("range 0..250", "", "EEC1.speed", "range removed: 0..250", False),
        ("at byte 4", "at byte 5", "EEC1.speed", "moved from byte 4 to byte 5", False),
        ("speed : u16", "speed : u8", "EEC1.speed", "type u16 → u8", True),
        ("[rpm] range", "[1/s] range", "EEC1.speed", "unit [rpm] → [1/s]", True),
        ("offset -125", "", "EEC1.torque", "offset -125 → 0", False),
        ("torque", "load", "EEC1.load", "renamed torque → load", True),
        ("signal torque : u8 at byte 3 offset -125 [%]", "", "EEC1.torque", "signal removed", True),
        ("timeout 500ms", "timeout 500ms signal new : u8 at byte 8", "EEC1.new", "signal added", False),
        ("timeout 500ms", "timeout 1s", "EEC1", "timeout 500ms → 1s", False),
        ("timeout 500ms", "", "EEC1", "timeout removed: 500ms", False),
        ("timeout 500ms", "timeout 500ms length 8", "EEC1", "length added: 8", False),
        ("pgn 61444", "pgn 61445", "EEC1", "source j1939 pgn 61444 → j1939 pgn 61445", False),
        ("case 0 {", "case 0, 3 {", "EEC1.wear", "page page 0 → page 0, 3", False),
        ("else reject", "", "EEC1.page", "else removed: reject", False),
        ("message EEC1", "message EngineSpeed", "EngineSpeed", "renamed EEC1 → EngineSpeed", True),
        ("0 = off", "", "Lamp.off", "member removed", True),
        ("0 = off", "2 = off", "Lamp.off", "number 0 → 2", True),
        ("0 = off", "0 = dark", "Lamp.dark", "renamed off → dark", True),
        ('"burns"', '"shines"', "Lamp.on", "title burns → shines", False),
        ("Lamp : u2", "Lamp : u4", "Lamp", "type u2 → u4", True),
        ("a * b", "a * b * 2", "power", "formula changed: a * b → a * b * 2", False),
        ("[kW]", "[W]", "power", "unit [kW] → [W]", True),
        ("a > 5 for 10s", "a > 6 for 5s", "oil", "condition changed: a > 5 for 10s → a > 6 for 5s", False),
        ("b is valid", "b is ok", "oil", "expectation changed: b is valid → b is ok", False),
        ("flag error", "flag warning", "oil", "actions changed: flag error → flag warning", False),
        ("critical", "warning", "hot", "severity critical → warning", False),
        ("lat == 0", "lat == 1", "Gnss.null_island", "condition changed: lat == 0 → lat == 1", False),
        ("speed = 5", "speed = 6", "idle", "expectation changed: speed = 5 [rpm] → speed = 6 [rpm]", False),
        ("limit = 5", "limit = 6", "limit", "value 5 [bar] → 6 [bar]", False),
        ("const limit = 5 [bar]", "", "limit", "const removed", True),
    ],
)
def test_changes(old, new, path, text, breaking):
    if old == "message EEC1":  # what names the message follows
        old_text, new_text = BEFORE, BEFORE.replace(old, new).replace("for EEC1", "for EngineSpeed")
        found, golden = changes(old_text, new_text)
        assert golden.text == "message EEC1 → EngineSpeed"
    else:
        found = change(old, new)
    assert (found.path, found.text, found.breaking) == (path, text, breaking)


def test_before_and_after_are_told_apart():
    found = change("scale 0.1", "scale 0.125")
    assert (found.aspect, found.before, found.after) == ("scale", "0.1", "0.125")


def test_comments_order_and_spelling_are_no_change():
    items = format_document(parse(BEFORE).document).split("\n\n")
    shuffled = "\n# said anew\n".join(reversed(items)).replace("0.1", "0.10").replace("500ms", "0.5s")
    assert changes(BEFORE, shuffled) == []


def test_several_changes_stand_in_the_order_of_the_new_text():
    after = BEFORE.replace("scale 0.1", "scale 2").replace("limit = 5", "limit = 7").replace("1 = on", "1 = lit")
    assert [one.path for one in changes(BEFORE, after)] == ["EEC1.speed", "Lamp.lit", "limit"]


def test_everything_is_new_or_gone():
    names = [getattr(item, "name", None) or item.title for item in parse(EXAMPLE).document.items]
    assert len(changes("", EXAMPLE)) == len(names)
    assert {one.aspect for one in changes(EXAMPLE, "")} == {"removed"}


@settings(max_examples=40, deadline=None)
@given(DOCUMENTS)
def test_nothing_changes_by_formatting(document):
    assert diff_documents(document, parse(format_document(document)).document) == []
