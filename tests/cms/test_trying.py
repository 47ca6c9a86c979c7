"""Frames tried on the definitions as they stand, beside the live release."""

import pytest

from duco_cms.definitions.models import DefinitionSet, Message, Rule, Signal
from duco_cms.definitions.publishing import publish
from duco_cms.definitions.trying import Bench, TrialRefusedError, try_frames
from duco_cms.fleet.models import Machine, MachineModel, ModelSetBinding, Organisation
from parsing.proof.pasted import read_frames
from tests.cms.test_texts import TEXT, applied

IDLE = "18F00400#F07D859B0FFFFF85"


@pytest.fixture
def demo(db):
    return applied(TEXT).definition_set


def tried(definition_set, text, *, machine=None, with_rules=False):
    return try_frames(Bench(definition_set, machine), read_frames(text), with_rules=with_rules)


def values(frame, side="draft"):
    return {each["signal"]: each[side] and (each[side]["value"], each[side]["quality"]) for each in frame["values"]}


def test_a_frame_gives_what_the_draft_says_with_units_texts_and_bits(demo):
    said = tried(demo, IDLE)
    (frame,) = said["frames"]
    assert (said["release"], said["sets"], said["problems"]) == (None, ["demo"], [])
    assert frame["draft"] == {
        "why": "decoded", "message": "EEC1", "message_id": Message.objects.get(name="EEC1").pk, "page": None,
        "short": False,
    }  # fmt: skip
    assert (frame["live"], frame["changed"]) == (None, False)
    speed = next(each for each in frame["values"] if each["signal"] == "speed")
    assert speed["draft"] == {"value": 499.375, "quality": "ok", "unit": "rpm", "text": ""}
    assert (speed["start"], speed["length"], speed["byte_order"]) == (24, 16, "little")


def test_names_of_numbers_are_told(demo):
    (frame,) = tried(demo, "18F00400#F17D859B0FFFFF85")["frames"]
    mode = next(each for each in frame["values"] if each["signal"] == "mode")
    assert (mode["draft"]["value"], mode["draft"]["text"]) == (1.0, "accelerator")


def test_what_differs_from_the_live_release_is_marked(demo):
    publish(None, "as it was")
    assert not tried(demo, IDLE)["frames"][0]["changed"]
    Signal.objects.filter(name="speed").update(scale=0.25)
    said = tried(demo, IDLE)
    (frame,) = said["frames"]
    assert said["release"] == 1
    assert values(frame)["speed"] == (998.75, "ok")
    assert values(frame, "live")["speed"] == (499.375, "ok")
    assert {each["signal"]: each["changed"] for each in frame["values"]} == {"mode": False, "speed": True}
    assert frame["changed"]
    # it should show what is live of a signal that is no longer there
    Signal.objects.filter(name="speed").update(retired=True)
    (frame,) = tried(demo, IDLE)["frames"]
    assert (values(frame)["speed"], values(frame, "live")["speed"]) == (None, (499.375, "ok"))


def test_why_a_frame_gives_nothing(demo):
    lines = ["123#00", "18F00400#R", "18F00400#F07D", "1CECFF00#20120003FFCAFE00", "18FF0000#00"]
    said = [each["draft"] for each in tried(demo, "\n".join(lines))["frames"]]
    assert [each["why"] for each in said] == ["unknown_id", "no_data", "decoded", "transport", "unknown_id"]
    assert [each["short"] for each in said] == [False, False, True, False, False]


def test_a_page_that_no_case_knows_is_named(db):
    page = "mux m { case 1 { signal a : u8 at byte 2 } else reject }"
    text = f"message M on can 0x100 {{ length 2 signal m : u8 at byte 1 {page} }}"
    definition_set = applied(text).definition_set
    known, unknown = tried(definition_set, "100#0102\n100#0702")["frames"]
    assert values(known)["a"] == (2.0, "ok")
    assert (unknown["draft"]["why"], unknown["draft"]["page"], unknown["draft"]["message"]) == ("unknown_page", 7, "M")


def test_messages_of_several_packets_are_put_together(db):
    text = "message Long on j1939 pgn 65226 {\n    length 10\n    signal last : u8 at byte 10\n}\n"
    definition_set = applied(text).definition_set
    lines = ["1CECFF00#200A0002FFCAFE00", "1CEBFF00#0101020304050607", "1CEBFF00#0208090AFFFFFFFF"]
    said = tried(definition_set, "\n".join(lines))["frames"]
    assert [each["draft"]["why"] for each in said] == ["transport", "transport", "transport", "decoded"]
    assert (said[3]["index"], said[3]["payload"]) == (2, "0102030405060708090A")
    assert values(said[3])["last"] == (10.0, "ok")


def hot(seconds, byte="92"):
    return [f"({1700000000 + each}.0) can0 18FEEE00#{byte}FFFFFFFFFFFFFF" for each in range(seconds)]


def test_rules_run_over_the_frames_in_the_order_of_time(demo):
    publish(None, "as it was")
    rule = Rule.objects.get(name="hot")
    Rule.objects.filter(pk=rule.pk).update(text="const hot = 110 [degC]\n")
    lines = [*hot(12), "(1700000012.5) can0 18F00400#F07D859B0FFFFF85"]
    said = tried(demo, "\n".join(reversed(lines)), with_rules=True)
    assert said["problems"] == []
    (raised,) = said["findings"]
    assert (raised["name"], raised["kind"], raised["state"]) == ("coolant_overheat", "event", "raised")
    assert raised["ts"] == 1700000010_000000
    # it should be in the live release alone: the draft waits for 110 °C
    assert (raised["draft"], raised["live"]["severity"], raised["changed"]) == (None, "critical", True)
    running = [each for each in said["derived"] if each["name"] == "running"]
    assert [each["draft"]["value"] for each in running] == [1.0]
    assert not any(each["changed"] for each in said["derived"])


def test_errors_in_rules_are_told_and_frames_are_tried_all_the_same(demo):
    Rule.objects.filter(name="hot").update(retired=True)
    said = tried(demo, IDLE, with_rules=True)
    assert any("hot" in each for each in said["problems"])
    assert values(said["frames"][0])["speed"] == (499.375, "ok")
    assert (said["derived"], said["findings"]) == ([], [])


def test_definitions_that_cannot_run_are_refused_with_the_reason(demo):
    Message.objects.filter(name="ET1").update(name="EEC2")
    Signal.objects.filter(name="coolant").update(enum=None, not_available=[0, 999])
    with pytest.raises(TrialRefusedError) as refusal:
        tried(demo, "18FEEE00#00")
    assert "EEC2" in str(refusal.value)
    # it should keep no frame of another message from being tried
    assert values(tried(demo, IDLE)["frames"][0])["speed"] == (499.375, "ok")


def test_a_machine_brings_the_other_sets_of_its_model_and_its_attributes(demo):
    other = applied(
        "message Other on can 0x100 {\n    length 1\n    signal a : u8 at byte 1\n}\n", "other"
    ).definition_set
    model = MachineModel.objects.create(name="EX")
    machine = Machine.objects.create(
        device="d", name="d", model=model, organisation=Organisation.objects.create(name="o")
    )  # fmt: skip
    assert tried(demo, "100#05", machine=machine)["frames"][0]["draft"]["why"] == "unknown_id"
    ModelSetBinding.objects.create(model=model, definition_set=demo)
    ModelSetBinding.objects.create(model=model, definition_set=other, bus=1)
    said = tried(demo, "can0 100#05\ncan1 100#05", machine=machine)
    assert said["sets"] == ["demo", "other"]
    assert [each["draft"]["message"] for each in said["frames"]] == [None, "Other"]


def test_values_beyond_the_bound_are_counted(demo, monkeypatch):
    monkeypatch.setattr("duco_cms.definitions.trial_report.VALUES_TOLD", 3)
    said = tried(demo, "\n".join([IDLE] * 3))
    assert [len(each["values"]) for each in said["frames"]] == [2, 1, 0]
    assert said["more_values"] == 3
    assert DefinitionSet.objects.count() == 1
