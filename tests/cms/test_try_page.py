"""The page that tries frames, what its script asks for, and samples kept of frames."""

import json

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import override_settings

from duco_cms.audit.models import Entry
from duco_cms.definitions.models import Message, Sample, Signal
from duco_cms.definitions.publishing import PublishRefusedError, publish
from duco_cms.definitions.texts import apply_text, text_of
from tests.cms.test_message_page import edit, sent
from tests.cms.test_texts import TEXT, applied

IDLE = "F07D859B0FFFFF85"


@pytest.fixture
def demo(db):
    return applied(TEXT).definition_set


@pytest.fixture
def root(client, db):
    client.force_login(get_user_model().objects.create_superuser("root"))
    return client


@pytest.fixture
def sam(client, db):
    """Who may look, and no more."""
    user = get_user_model().objects.create_user("sam", is_staff=True)
    names = ["view_message", "view_definitionset", "view_signal", "view_sample"]
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(user)
    return client


@pytest.fixture
def message(demo):
    return Message.objects.get(name="EEC1")


def route(definition_set, name=""):
    return f"/admin/definitions/definitionset/{definition_set.pk}/try/{f'{name}/' if name else ''}"


def trying(client, definition_set, name="run", /, form=None, **fields):
    body = {**(form or {}), **{f"try-{key}": value for key, value in fields.items()}}
    response = client.post(route(definition_set, name), body)
    return response.status_code, response.json()


def proposal(message, **fields):
    return {"of": message.pk, "id": "18F00402", "payload": IDLE, **fields}


class TestTrying:
    def test_pasted_frames_are_tried(self, sam, demo):
        status, said = trying(sam, demo, pasted=f"18F00400#{IDLE}", rules="on")
        assert status == 200
        assert [each["signal"] for each in said["frames"][0]["values"]] == ["mode", "speed"]
        assert [each["name"] for each in said["derived"]] == ["running", "above_idle"]

    def test_frames_of_a_list_are_tried_in_their_time(self, sam, demo):
        frames = [{"ts": 5, "bus": 1, "id": "18F00400", "data": IDLE}, {"ts": 4, "bus": 0, "id": "1A0", "data": ""}]
        status, said = trying(sam, demo, frames=json.dumps(frames))
        assert status == 200
        assert [(each["index"], each["ts"], each["bus"]) for each in said["frames"]] == [(1, 4, 0), (0, 5, 1)]

    @pytest.mark.parametrize(
        ("fields", "why"),
        [
            ({"pasted": "hello"}, "Line 1"),
            ({"pasted": ""}, "no frame"),
            ({"pasted": "0" * 65_537}, "65536"),
            ({"frames": "[" * 100_000}, "not sent as this page"),
            ({"frames": '[{"ts": "1"}]'}, "not sent as this page"),
            ({"frames": '[{"ts": 1, "bus": 300, "id": "1A0", "data": ""}]'}, "bus"),
            ({"pasted": f"18F00400#{IDLE}", "machine": "ghost"}, "There is no such machine"),
            ({"pasted": f"18F00400#{IDLE}", "message": "999999"}, "valid choice"),
        ],
    )
    def test_what_cannot_be_tried_is_refused_in_words(self, root, demo, fields, why):
        status, said = trying(root, demo, **fields)
        assert status == 422
        assert why in said["detail"]

    def test_the_message_is_tried_as_its_page_has_it(self, root, demo, message):
        signal = Signal.objects.get(name="speed")
        new = {"name": "torque", "start": 8, "length": 8, "byte_order": "little", "type": "unsigned", "scale": "1",
               "offset": "-125", "minimum": "", "maximum": "", "unit": "%", "spn": "", "retired": False}  # fmt: skip
        form = sent(message, [edit(signal.pk, scale="0.25"), edit("new-1", signal.group_id, **new)])
        fields = {"pasted": f"18F00400#{IDLE}", "message": message.pk, "edited": "on", "rules": "on"}
        status, said = trying(root, demo, "run", form=form, **fields)
        assert status == 200, said
        values = {each["signal"]: each["draft"]["value"] for each in said["frames"][0]["values"]}
        assert values == {"mode": 0.0, "speed": 998.75, "torque": 0.0}
        assert {each["name"]: each["draft"]["value"] for each in said["derived"]} == {
            "running": 1.0, "above_idle": 398.75,
        }  # fmt: skip
        # it should have saved nothing
        assert Signal.objects.filter(name="torque").count() == 0
        assert Signal.objects.get(name="speed").scale == 0.125
        # it should say what is wrong with the page
        status, said = trying(root, demo, "run", form={**form, "length": "x"}, **fields)
        assert (status, said["detail"].startswith("Correct the message first.")) == (422, True)

    def test_a_data_api_that_is_away_is_said(self, client, people, fleet, demo):
        client.force_login(people["root"])
        with override_settings(DATA_API_URL="http://127.0.0.1:1"):
            response = client.get(route(demo, "frames"), {"machine": fleet["alice"].device})
        assert (response.status_code, response.json()["detail"]) == (422, "The Data API is not reachable.")
        for machine, why in (("", "Say which machine."), ("ghost", "There is no such machine")):
            response = client.get(route(demo, "frames"), {"machine": machine})
            assert (response.status_code, why in response.json()["detail"]) == (422, True)

    def test_only_who_may_see_definitions_tries(self, client, demo):
        user = get_user_model().objects.create_user("eve", is_staff=True)
        client.force_login(user)
        for name in ("run", "sample", "samples", "keep"):
            assert client.post(route(demo, name)).status_code == 403, name
        assert client.get(route(demo)).status_code == client.get(route(demo, "frames")).status_code == 403
        user.is_staff = False
        user.save()
        assert client.get(route(demo)).status_code == 302

    def test_the_pages_have_it(self, root, demo, message):
        page = root.get(route(demo))
        assert page.status_code == 200
        assert page.context["trial"]["routes"]["run"] == route(demo, "run")
        assert 'id="try"' in root.get(f"/admin/definitions/message/{message.pk}/change/").content.decode()
        assert 'id="try"' not in root.get("/admin/definitions/message/add/").content.decode()
        assert root.get(f"/admin/definitions/definitionset/{demo.pk}/change/").content.decode().count("/try-it") == 1


class TestKeeping:
    def test_a_frame_becomes_a_sample_of_what_it_gives(self, root, demo, message):
        _, said = trying(root, demo, "sample", **proposal(message))
        assert said["text"] == (
            'golden "pasted frame" for EEC1 {\n    bytes x"F0 7D 85 9B 0F FF FF 85"\n    sa 0x02\n'
            "    expect { mode = idle  speed = 499.375 [rpm] }\n}\n"
        )
        status, kept = trying(root, demo, "keep", text=said["text"])
        assert (status, kept["problems"]) == (200, [])
        sample = Sample.objects.get(pk=kept["sample"])
        assert (sample.title, sample.text) == ("pasted frame", said["text"])
        assert Entry.objects.get(subject="golden sample pasted frame").actor == "root"
        # it should be in the set's text, come out of it as it went in, and let the set be published
        text = text_of(demo)
        assert said["text"] in text
        assert apply_text("demo", text).changes == ()
        assert text_of(demo) == text
        publish(None, "with it")

    def test_what_is_no_value_is_expected_as_such(self, root, demo, message):
        _, said = trying(root, demo, "sample", **proposal(message, payload="0FFFFF00"))
        assert said["text"].endswith("    expect { mode is ok  speed is absent }\n}\n")
        Signal.objects.filter(name="speed").update(maximum=100.0)
        _, said = trying(root, demo, "sample", **proposal(message))
        assert "speed = 499.375 [rpm]  speed is out_of_range" in said["text"]
        assert trying(root, demo, "keep", text=said["text"])[1]["problems"] == []

    @pytest.mark.usefixtures("fleet")
    def test_its_text_says_where_it_came_from(self, boss, demo, message):
        where = {"machine": "ex-1", "ts": 1700000000_123456, "partition": 3, "offset": 17, "index": 5}
        _, said = trying(boss, demo, "sample", **proposal(message, **where))
        assert said["text"].startswith(
            "# Sent by ex-1 at 2023-11-14T22:13:20.123456Z: raw data, partition 3, offset 17, frame 5\n"
            'golden "ex-1, 2023-11-14 22:13:20" for EEC1 {\n'
        )
        _, said = trying(boss, demo, "sample", **proposal(message, **where, rejected="on", title="Mine"))
        assert said["text"].startswith("# In a rejected envelope of ex-1 at ")
        assert 'golden "Mine" for EEC1' in said["text"]

    @pytest.fixture
    def boss(self, client, people):
        client.force_login(people["root"])
        return client

    @pytest.mark.parametrize(
        ("fields", "why"),
        [
            ({"of": 999_999}, "not in demo"),
            ({"payload": "F"}, "valid value"),
            ({"payload": "00" * 1786}, "at most"),
            ({"id": "18F0040"}, "valid value"),
            ({"machine": "ghost", "ts": 1}, "no such machine"),
        ],
    )
    def test_what_cannot_be_proposed_is_refused(self, root, demo, message, fields, why):
        status, said = trying(root, demo, "sample", **{**proposal(message), **fields})
        assert (status, why in said["detail"]) == (422, True), said

    def test_what_is_no_sample_is_not_kept(self, root, demo):
        for text, why in (
            ("x", "E0"),
            ("const a = 1\n", "a golden sample, and one alone"),
            ('golden "a" for EEC1 { bytes x"00" expect { nothing = 1 } }', "has no signal"),
        ):
            status, said = trying(root, demo, "keep", text=text)
            assert (status, why in said["detail"]) == (422, True), said
        assert Sample.objects.count() == 1

    def test_only_who_may_add_samples_keeps_them(self, sam, demo, message):
        status, said = trying(sam, demo, "sample", **proposal(message))
        assert status == 200
        assert sam.post(route(demo, "keep"), {"try-text": said["text"]}).status_code == 403
        assert Sample.objects.count() == 1


class TestBesideTheMessage:
    def samples(self, client, demo, message, **more):
        status, said = trying(client, demo, "samples", message=message.pk, **more)
        assert status == 200, said
        return {each["title"]: each["problems"] for each in said["samples"]}

    def test_each_says_whether_it_comes_true_now(self, sam, demo, message):
        other = Message.objects.get(name="ET1")
        assert self.samples(sam, demo, message) == {"idle": []}
        assert self.samples(sam, demo, other) == {}
        Signal.objects.filter(name="speed").update(scale=0.25)
        (problem,) = self.samples(sam, demo, message)["idle"]
        assert "it is 998.75 [rpm]" in problem
        Signal.objects.filter(name="speed").update(name="velocity")
        (problem,) = self.samples(sam, demo, message)["idle"]
        assert "has no signal" in problem

    def test_of_the_message_as_its_page_has_it(self, root, demo, message):
        signal = Signal.objects.get(name="speed")
        form = sent(message, [edit(signal.pk, scale="0.25")])
        (problem,) = self.samples(root, demo, message, form=form, edited="on")["idle"]
        assert "it is 998.75 [rpm]" in problem

    def test_none_is_judged_while_a_field_has_no_meaning(self, root, demo, message):
        signal = Signal.objects.get(name="speed")
        form = sent(message, [edit(signal.pk, scale="much")])
        assert self.samples(root, demo, message, form=form, edited="on") == {"idle": None}

    def test_one_that_cannot_be_read_leaves_the_others(self, root, demo, message):
        text = 'golden "broken" for EEC1 {\n    bytes x"00"\n    expect { gone = 1 }\n}\n'
        Sample.objects.create(definition_set=demo, title="broken", text=text, position=0)
        said = self.samples(root, demo, message)
        assert (said["idle"], len(said["broken"])) == ([], 1)

    def test_errors_of_the_message_leave_nothing_to_say(self, root, demo, message):
        Signal.objects.filter(name="speed").update(not_available=[0, 2**40])
        assert self.samples(root, demo, message) == {"idle": None}

    def test_a_failing_one_blocks_submission_and_publication_with_its_place(self, root, demo):
        text = 'golden "wrong" for EEC1 {\n    bytes x"F0 7D 85 9B 0F FF FF 85"\n    expect { speed = 500 [rpm] }\n}\n'
        status, said = trying(root, demo, "keep", text=text)
        assert (status, "it is 499.375 [rpm]" in said["problems"][0]) == (200, True)
        with pytest.raises(PublishRefusedError) as refusal:
            publish(None, "no")
        (error,) = [one for one in refusal.value.diagnostics if one.severity == "error"]
        assert (error.code, error.where) == ("E124", "demo / wrong")
        assert "speed = 500 [rpm]" in error.shown
        assert "copy it from above" in error.shown
        response = root.post("/meta/v1/submissions/", {"note": "x"}, content_type="application/json")
        assert response.status_code == 422
        assert [each["code"] for each in response.json()["diagnostics"] if each["severity"] == "error"] == ["E124"]
        page = root.get("/admin/definitions/release/publish/")
        assert "E124" in page.content.decode()
