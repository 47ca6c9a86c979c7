"""POST /meta/v1/sets/{number}/try."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from duco_cms.definitions.models import Signal
from tests.cms.callers import body_of, on_behalf
from tests.cms.test_texts import TEXT, applied

IDLE = "F07D859B0FFFFF85"


@pytest.fixture
def demo(db):
    return applied(TEXT).definition_set


@pytest.fixture
def viewer(db):
    user = get_user_model().objects.create_user("viewer", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_definitionset"))
    return user


def post(client, definition_set, user, **body):
    url = f"/meta/v1/sets/{getattr(definition_set, 'pk', definition_set)}/try"
    return client.post(url, body, content_type="application/json", headers=on_behalf(user))


def test_frames_and_candump_are_tried_alike(client, demo, viewer):
    frames = post(client, demo, viewer, frames=[{"ts": 7, "bus": 1, "id": "18F00400", "data": IDLE}], rules=True)
    candump = post(client, demo, viewer, candump=f"(0.000007) can1 18F00400#{IDLE}", rules=True)
    assert frames.status_code == candump.status_code == 200
    said = body_of(frames)
    assert said == body_of(candump)
    (frame,) = said["frames"]
    assert (frame["ts"], frame["bus"], frame["id"], frame["data"]) == (7, 1, "18F00400", IDLE)
    speed = next(each for each in frame["values"] if each["signal"] == "speed")
    assert speed["draft"] == {"value": 499.375, "quality": "ok", "unit": "rpm", "text": ""}
    assert [each["name"] for each in said["derived"]] == ["running", "above_idle"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ({}, "one of them alone"),
        ({"frames": [], "candump": ""}, "blank"),
        ({"frames": []}, "at least one"),
        ({"frames": [{"id": "1A0", "data": ""}] * 1001}, "1000"),
        ({"frames": [{"id": "1A", "data": ""}]}, "three hex digits"),
        ({"frames": [{"id": "1A0", "data": "0"}]}, "two hex digits"),
        ({"frames": [{"id": "1A0", "data": "00", "bus": 256}]}, "255"),
        ({"frames": [{"id": "1A0", "data": "00", "ts": 2**63}]}, "ts"),
        ({"candump": "x"}, "Line 1"),
        ({"candump": "1A0#00", "machine": "a"}, "machine"),
    ],
)
def test_what_cannot_be_tried_is_a_problem(client, demo, viewer, body, why):
    response = post(client, demo, viewer, **body)
    assert response.status_code == 400
    assert body_of(response)["code"] == "invalid"
    assert why in response.content.decode()


def test_errors_of_definitions_come_with_diagnostics(client, demo, viewer):
    Signal.objects.filter(name="speed").update(not_available=[0, 2**40])
    response = post(client, demo, viewer, candump=f"18F00400#{IDLE}")
    assert (response.status_code, body_of(response)["code"]) == (422, "invalid")
    assert body_of(response)["diagnostics"][0]["where"].startswith("demo / EEC1 / ")


def test_machines_are_those_that_the_caller_sees(client, demo, viewer, fleet):
    assert post(client, demo, viewer, candump="1A0#00", machine=fleet["alice"].pk).status_code == 200
    assert body_of(post(client, demo, viewer, candump="1A0#00", machine=999_999))["code"] == "no_machine"


def test_who_may_not_see_definitions_tries_none(client, demo, people):
    assert post(client, demo, people["sam"], candump="1A0#00").status_code == 403
    assert post(client, demo, people["alice"], candump="1A0#00").status_code == 403
    assert client.post(f"/meta/v1/sets/{demo.pk}/try").status_code == 401


def test_a_set_that_is_not_there(client, demo, viewer):
    response = post(client, demo.pk + 1000, viewer, candump="1A0#00")
    assert (response.status_code, body_of(response)["code"]) == (404, "no_set")


def test_it_is_bounded_with_the_texts(client, demo, viewer):
    answers = [post(client, demo, viewer).status_code for _ in range(61)]
    assert (answers[0], answers[-1]) == (400, 429)
