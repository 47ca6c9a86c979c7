"""What a change of a signal reaches."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from duco_cms.definitions.impact import Impacts, message_key
from duco_cms.definitions.models import Message, Rule, Sample, Sequence, Signal
from duco_cms.fleet.models import ModelSetBinding
from tests.cms.callers import body_of, on_behalf
from tests.cms.test_texts import TEXT, applied

MORE = """
derived far : bool = demo.above_idle > 100 [rpm]

test "frames" {
    at 0s send EEC1 x"F0 7D 85 9B 0F FF FF 85"
    at 1s expect far is ok
}
"""


@pytest.fixture
def demo(db):
    definition_set = applied(TEXT).definition_set
    applied(MORE, "other")
    return definition_set


@pytest.fixture
def client(client, db):
    user = get_user_model().objects.create_user("viewer", is_staff=True)
    names = ["view_definitionset", "view_message", "view_signal", "view_rule", "view_sample", "view_sequence"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    client.user = user
    return client


def impact(name, message="EEC1"):
    signal = Signal.objects.get(name=name)
    return Impacts().of((signal.group_id, signal.slot), message_key("demo", message))


def test_rules_that_read_it_are_found_at_whatever_remove(demo):
    found = impact("speed").readers
    assert {each.name: each.through for each in found} == {
        "running": (), "above_idle": (), "speed_is_sane": (), "coolant_overheat": (), "far": ("above_idle",),
    }  # fmt: skip
    assert {each.name: (each.kind, each.set) for each in found}["far"] == ("derived", "other")
    assert {each.number for each in found} <= set(Rule.objects.values_list("pk", flat=True))
    assert impact("mode").readers == []


def test_samples_and_sequences_that_speak_of_it_are_found(demo):
    assert {(each.kind, each.title) for each in impact("speed").provers} == {
        ("sample", "idle"), ("sequence", "frames"), ("sequence", "hot for ten seconds"),
    }  # fmt: skip
    # it should find what only sends the message, and not a sample that expects another signal
    assert {each.title for each in impact("mode").provers} == {"frames"}
    assert {each.title for each in impact("coolant", "ET1").provers} == {"hot for ten seconds"}


def test_of_a_rule(demo):
    found = Impacts().of(Rule.objects.get(name="above_idle").pk)
    assert ([each.name for each in found.readers], [each.title for each in found.provers]) == (["far"], ["frames"])


def test_rules_with_errors_leave_the_others(demo):
    Rule.objects.filter(name="hot").update(retired=True)
    found = Impacts()
    assert found.has_errors
    signal = Signal.objects.get(name="speed")
    assert "far" in {each.name for each in found.of((signal.group_id, signal.slot)).readers}


def ask(client, definition_set, signal):
    return client.get(f"/meta/v1/sets/{definition_set.pk}/impact", {"signal": signal})


def test_the_api_tells_it_with_the_machines_that_the_caller_sees(client, demo, fleet):
    ModelSetBinding.objects.create(model=fleet["alice"].model, definition_set=demo)
    said = body_of(ask(client, demo, "EEC1.speed"))
    assert {each["name"] for each in said["readers"]} >= {"running", "far"}
    assert [(each["name"], each["machines"]) for each in said["models"]] == [("EX-1", 2)]
    assert said["has_errors"] is False
    assert [each["name"] for each in body_of(ask(client, demo, "above_idle"))["readers"]] == ["far"]


@pytest.mark.parametrize(
    ("signal", "status", "code"),
    [
        ("", 400, "invalid"),
        ("x" * 402, 400, "invalid"),
        ("EEC1.none", 404, "no_signal"),
        ("ET1.speed", 404, "no_signal"),
    ],
)
def test_what_is_not_there(client, demo, signal, status, code):
    response = ask(client, demo, signal)
    assert (response.status_code, body_of(response)["code"]) == (status, code)


def test_only_who_may_see_definitions_asks(client, demo, people):
    url = f"/meta/v1/sets/{demo.pk}/impact?signal=EEC1.speed"
    client.logout()
    assert client.get(url).status_code == 401
    assert client.get(url, headers=on_behalf(people["sam"])).status_code == 403
    client.force_login(people["sam"])
    message = Message.objects.get(name="EEC1")
    assert client.get(f"/admin/definitions/message/{message.pk}/impact/").status_code == 403


@pytest.mark.usefixtures("demo")
class TestPages:
    def test_of_a_message_and_of_a_signal(self, client):
        message = Message.objects.get(name="EEC1")
        page = client.get(f"/admin/definitions/message/{message.pk}/impact/").content.decode()
        assert "through above_idle" in page
        assert "hot for ten seconds" in page
        assert "No machine model uses this definition set." in page
        signal = Signal.objects.get(name="mode")
        redirect = client.get(f"/admin/definitions/signal/{signal.pk}/reaches/")
        assert redirect["Location"] == f"/admin/definitions/message/{message.pk}/impact/?signal={signal.pk}"
        page = client.get(redirect["Location"]).content.decode()
        assert "frames" in page
        assert "through" not in page.replace("directly or through other rules", "")

    def test_of_a_rule(self, client):
        rule = Rule.objects.get(name="far")
        Sequence.objects.filter(title="frames").delete()
        redirect = client.get(f"/admin/definitions/rule/{rule.pk}/reaches/")
        assert "Nothing reads it." in client.get(redirect["Location"]).content.decode()

    def test_definitions_that_cannot_be_read_as_a_whole(self, client, demo):
        message = Message.objects.get(name="EEC1")
        Signal.objects.filter(name="mode").update(not_available=["a"])
        page = client.get(f"/admin/definitions/message/{message.pk}/impact/")
        assert page.status_code == 200
        assert "keep them from being read" in page.content.decode()
        assert ask(client, demo, "EEC1.speed").status_code == 422
        assert Sample.objects.exists()
