"""Programs: the order of rules, what checks change for others, and which texts see which names."""

from __future__ import annotations

from parsing.assemble import document_of
from parsing.checker.check import check
from parsing.dbc.reader import read_dbc
from parsing.definitions import RawRange
from parsing.quality import Quality
from parsing.release import parse_content
from parsing.rules.interpreter_results import DerivedRow
from parsing.rules.program import Check, Derived, Event, Held, SignalInput
from tests.checker.compiling import codes, compiled, places, reads, run, source

MESSAGE = """
message Speeds on can 0x123 {
    timeout 1s
    signal wheel : u16 at byte 1 [km/h]
    signal gps : u16 at byte 3 [km/h]
    signal radar : u16 at byte 5 [km/h]
}
"""


def test_rules_come_behind_those_that_they_read():
    text = f"""{MESSAGE}
event fast {{ raise when smooth > 50 [km/h] }}
derived smooth : f64 [km/h] = mean(twice, over: 10s)
derived twice : f64 [km/h] = wheel * 2 store never
"""
    assert [rule.name for rule in compiled(text).program.rules] == ["twice", "smooth", "fast"]


def test_a_thousand_rules_in_a_row_are_no_depth():
    chain = "\n".join(f"derived d{n} : f64 [km/h] = d{n + 1} + 1 [km/h]" for n in range(1000))
    checked = compiled(f"{MESSAGE}{chain}\nderived d1000 : f64 [km/h] = wheel\n")
    assert checked.is_publishable
    assert [rule.name for rule in checked.program.rules] == [f"d{n}" for n in range(1000, -1, -1)]


def test_only_what_is_stored_has_a_group_and_they_come_behind_those_of_messages():
    text = f"{MESSAGE}derived a : f64 [km/h] = wheel store never\nderived b : f64 [km/h] = gps store on_change\n"
    a, b = compiled(text).program.rules
    assert isinstance(a, Derived)
    assert isinstance(b, Derived)
    assert (a.group, a.store, b.group, b.store) == (None, "never", 2, "on_change")


def test_durations_become_held_conditions():
    text = f"""{MESSAGE}
check agree "They agree" {{
    when wheel > 5 [km/h] for 10s
    expect abs(wheel - gps) < 5 [km/h]
    else flag error "they do not"
}}
event fast "Too fast" {{
    raise when wheel > 40 [km/h] for 3s
    clear when wheel < 35 [km/h]
    severity critical
    capture gps, wheel, gps
    group by machine_model
    cooldown 5min
}}
"""
    agree, fast = compiled(text).program.rules
    assert isinstance(agree, Check)
    assert isinstance(fast, Event)
    assert isinstance(agree.when, Held)
    assert agree.when.duration == 10_000_000
    assert (agree.severity, agree.text, agree.title) == ("error", "they do not", "They agree")
    assert isinstance(fast.raise_when, Held)
    assert not isinstance(fast.clear_when, Held)
    assert [fast.inputs[number] for number in fast.capture] == [
        SignalInput(1, 1, 1_000_000),
        SignalInput(1, 0, 1_000_000),
    ]
    assert (fast.severity, fast.cooldown, fast.group_by) == ("critical", 300_000_000, "machine_model")


def test_other_rules_read_what_a_failed_check_puts_in_the_place_of_a_signal():
    text = f"""{MESSAGE}
derived shown : f64 [m/s] = wheel
derived apart : f64 [km/h] = abs(wheel - gps)
check agree {{
    expect apart < 5 [km/h]
    else flag warning replace wheel with gps
}}
"""
    checked = compiled(text)
    assert reads(checked.program, "shown") == ["wheel after agree"]
    assert reads(checked.program, "agree") == ["apart"]
    assert reads(checked.program, "apart") == []
    at = places(checked)
    group = next(rule.group for rule in checked.program.rules if rule.name == "shown")
    rows = run(checked.program, [{at["wheel"]: 36, at["gps"]: 36}, {at["wheel"]: 72, at["gps"]: 36}])
    shown = [(row.value, row.quality) for row in rows if isinstance(row, DerivedRow) and row.group == group]
    assert shown == [(10.0, Quality.OK), (10.0, Quality.SUSPECT)]


def test_several_checks_change_a_signal_in_the_order_of_the_text():
    text = f"""{MESSAGE}
check first {{ expect gps < 5 [km/h] else flag warning suspect wheel }}
check second {{ expect wheel < 100 [km/h] else flag warning replace wheel with radar drop gps }}
derived shown : f64 [km/h] = wheel + gps
"""
    program = compiled(text).program
    assert reads(program, "wheel after second") == ["second", "wheel after first"]
    assert reads(program, "second") == ["wheel after first"]
    assert reads(program, "first") == []
    assert reads(program, "shown") == ["wheel after second", "gps after second"]


def test_checks_that_doubt_each_others_signals_do_not_go_in_circles():
    text = f"""{MESSAGE}
check one {{ expect wheel < gps else flag warning suspect gps }}
check two {{ expect gps < 100 [km/h] else flag warning suspect wheel }}
"""
    checked = compiled(text)
    assert checked.is_publishable
    assert reads(checked.program, "two") == ["gps after one"]
    assert reads(checked.program, "one") == []


def test_what_a_range_says_does_not_hold_for_what_comes_in_its_place():
    text = """
message Speeds on can 0x123 {
    timeout 1s
    signal wheel : u8 at byte 1 [km/h]
    signal gps : u16 at byte 2 [km/h]
}
check agree { expect gps < 200 [km/h] else flag warning replace wheel with gps }
event fast { raise when wheel > 300 [km/h] for 1s }
"""
    assert codes(compiled(text)) == []


DBC = """VERSION ""
BS_:
BU_:
BO_ 291 Speeds: 8 Vector__XXX
 SG_ wheel : 0|16@1+ (0.1,0) [0|200] "kph" Vector__XXX
 SG_ gear : 16|4@1+ (1,0) [0|15] "" Vector__XXX
VAL_ 291 gear 0 "neutral" 1 "first gear" ;
"""


def test_a_text_reads_signals_of_an_imported_set():
    rule = "derived fast : bool = wheel > 10 [m/s] and gear == `first gear`\n"
    checked = check([source(rule)], [read_dbc(DBC.encode(), "Vendor")])
    assert codes(checked) == []
    assert checked.program.rules[0].inputs == (SignalInput(1, 0, None), SignalInput(1, 1, None))
    qualified = "derived fast : bool = Vendor.Speeds.wheel > 10 [m/s] or Speeds.gear == gear.neutral\n"
    assert codes(check([source(qualified)], [read_dbc(DBC.encode(), "Vendor")])) == []


def test_the_own_set_comes_first():
    other = source("message Other on can 0x124 { timeout 1s signal wheel : u8 at byte 1 [rpm] }", "other")
    checked = check([other, source(f"{MESSAGE}derived shown : f64 [km/h] = wheel\n")])
    assert codes(checked) == []


def test_a_set_reads_rules_of_another():
    first = source(f"{MESSAGE}derived twice : f64 [km/h] = wheel * 2\n", "first")
    second = source("event fast { raise when twice > 50 [km/h] for 1s }", "second")
    checked = check([second, first])
    assert codes(checked) == []
    assert [rule.name for rule in checked.program.rules] == ["twice", "fast"]


def test_a_rule_may_have_the_name_of_a_member():
    text = """
enum Mode : u2 { 0 = idle 1 = cruise }
message Modes on can 0x123 { timeout 1s signal mode : Mode at bit 0 }
derived cruise : bool = mode == cruise
"""
    assert codes(compiled(text)) == []


def test_attributes_have_the_units_that_are_given():
    text = f"{MESSAGE}event fast {{ raise when wheel > machine.limit for 1s }}\n"
    assert codes(compiled(text, attributes={"limit": "m/s"})) == []
    assert codes(compiled(text, attributes={"limit": "bar"})) == ["E021"]
    assert codes(compiled(text)) == ["H404"]


def test_a_member_that_no_frame_can_have_says_nothing_of_the_signal():
    checked = compiled(
        "message Pump on can 0x18FF5027 { signal mode : Mode at byte 1  signal wide : u16 enum Mode at byte 2 }\n"
        "enum Mode : u4 { 65535 = not_available }"
    )
    (signals,) = [group.signals for group in checked.content.sets[0].messages[0].groups]
    assert [each.not_available for each in signals] == [None, RawRange(65535, 65535)]
    parse_content(document_of(checked.content))
