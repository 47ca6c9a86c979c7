"""Definitions are tagged, many at once, and found by their tags."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from duco_cms.audit.models import Entry
from duco_cms.definitions.models import Message, ObjectDefinition, Rule, Signal
from duco_cms.definitions.publishing import draft, publish
from duco_cms.definitions.texts import text_of
from tests.cms.test_message_page import sent
from tests.cms.test_texts import TEXT, applied


@pytest.fixture
def demo(db):
    return applied(TEXT).definition_set


@pytest.fixture
def root(client, db):
    client.force_login(get_user_model().objects.create_superuser("root"))
    return client


def act(client, model, rows, action, tags):
    body = {"action": action, "_selected_action": [row.pk for row in rows], "tags": tags, "index": 0}
    return client.post(f"/admin/definitions/{model}/", body, follow=True)


def tags_of(model):
    return dict(model.objects.values_list("name", "tags"))


@pytest.mark.usefixtures("demo")
def test_many_are_tagged_at_once_and_found_by_it(root):
    for model in (Message, Signal, Rule, ObjectDefinition):
        name = model._meta.model_name
        rows = list(model.objects.all())
        assert act(root, name, rows, "add_tags", "engine  hot, engine").status_code == 200
        assert set(tags_of(model).values()) == {"engine hot"}
        act(root, name, rows[:1], "remove_tags", "hot none")
        assert tags_of(model)[rows[0].name] == "engine"
        found = root.get(f"/admin/definitions/{name}/", {"q": "hot"}).context["cl"].result_list
        assert {row.name for row in found if "hot" in row.tags} == {row.name for row in rows[1:]}
        assert rows[0].name not in {row.name for row in found if row.tags == "engine" and "hot" not in row.name}


def test_it_is_in_the_audit_and_in_no_release_or_text(root, demo):
    publish(None, "first")
    text = text_of(demo)
    act(root, "signal", [Signal.objects.get(name="speed")], "add_tags", "engine")
    entry = Entry.objects.get(subject="signal EEC1.speed")
    assert (entry.actor, entry.changes) == ("root", ["tags: none → engine"])
    assert draft().changes == []
    # it should stay where the text is applied
    assert text_of(demo) == text
    applied(text.replace("0.125", "0.25"))
    assert tags_of(Signal)["speed"] == "engine"


@pytest.mark.usefixtures("demo")
def test_what_is_no_tag_changes_nothing(root):
    speed = Signal.objects.get(name="speed")
    assert "Write the tags beside the action" in act(root, "signal", [speed], "add_tags", " , ").content.decode()
    many = " ".join(f"tag-number-{number}" for number in range(20))
    act(root, "signal", [speed], "add_tags", many)
    act(root, "signal", [speed], "add_tags", many.replace("tag", "other"))
    assert len(tags_of(Signal)["speed"].split()) == 20
    response = act(root, "signal", [speed], "add_tags", "x" * 301)
    assert response.status_code == 200
    assert len(tags_of(Signal)["speed"].split()) == 20


@pytest.mark.usefixtures("demo")
def test_one_is_tagged_on_its_page(root):
    message = Message.objects.get(name="EEC1")
    page = f"/admin/definitions/message/{message.pk}/change/"
    assert root.post(page, sent(message, tags="engine sae")).status_code == 302
    assert tags_of(Message)["EEC1"] == "engine sae"
    assert "with a space between" in root.post(page, sent(message, tags="a,b")).content.decode()


@pytest.mark.usefixtures("demo")
def test_only_who_may_change_them_tags(client):
    user = get_user_model().objects.create_user("sam", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename="view_signal"))
    client.force_login(user)
    act(client, "signal", list(Signal.objects.all()), "add_tags", "engine")
    assert set(tags_of(Signal).values()) == {""}
