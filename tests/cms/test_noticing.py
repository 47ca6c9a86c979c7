"""Two people on one page of the admin: nothing of either is lost in silence."""

import pytest
from django.urls import reverse

from duco_cms.definitions.models import DefinitionSet, Enum, Rule, Signal
from duco_cms.definitions.texts import apply_text
from tests.cms.publication import person

TEXT = "message Boom on can 0x123 { length 2 signal angle : u8 at byte 1 scale 0.5 [deg] }\nconst most = 45 [deg]\n"


@pytest.fixture
def editor(client, db):
    apply_text("digger", TEXT)
    client.force_login(person("edith", "editor"))
    return client


def opened(client, row):
    """The fields of its page as a browser would send them."""
    page = client.get(reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk]))
    return sent(page.context["adminform"].form)


def sent(form):
    values = {bound.html_name: bound.value() for bound in form}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def save(client, row, fields):
    return client.post(reverse(f"admin:{row._meta.label_lower.replace('.', '_')}_change", args=[row.pk]), fields)


def test_alone_one_saves(editor):
    signal = Signal.objects.get()
    fields = opened(editor, signal)
    assert save(editor, signal, fields | {"scale": "0.25"}).status_code == 302
    signal.refresh_from_db()
    assert signal.scale == 0.25


def test_what_only_the_other_changed_is_taken_over_and_looked_at(editor):
    signal = Signal.objects.get()
    fields = opened(editor, signal)
    Signal.objects.update(unit="rad", retired=True)
    response = save(editor, signal, fields | {"scale": "0.25"})
    assert "Somebody else saved this meanwhile." in response.content.decode()
    signal.refresh_from_db()
    assert (signal.scale, signal.unit, signal.retired) == (0.5, "rad", True), "nothing is saved before it was looked at"
    form = response.context["adminform"].form
    assert (form["unit"].value(), form["retired"].value(), form["scale"].value()) == ("rad", True, "0.25")
    assert save(editor, signal, sent(form)).status_code == 302
    signal.refresh_from_db()
    assert (signal.scale, signal.unit, signal.retired) == (0.25, "rad", True)


def test_what_both_changed_is_told_beside_the_field(editor):
    signal = Signal.objects.get()
    fields = opened(editor, signal)
    Signal.objects.update(scale=0.125)
    response = save(editor, signal, fields | {"scale": "0.25"})
    form = response.context["adminform"].form
    assert form.errors["scale"] == ["They have: 0.125. It was: 0.5."]
    assert form["scale"].value() == "0.25", "what one typed is still there"
    assert save(editor, signal, sent(form)).status_code == 302
    signal.refresh_from_db()
    assert signal.scale == 0.25


def test_texts_and_lists_are_noticed_too(editor):
    rule = Rule.objects.get()
    fields = opened(editor, rule)
    tagged = opened(editor, rule)
    theirs = rule.text.replace("45", "60")
    Rule.objects.update(text=theirs)
    response = save(editor, rule, fields | {"text": "const most = 30 [deg]\n"})
    assert theirs.strip() in " ".join(response.context["adminform"].form.errors["text"])
    rule.refresh_from_db()
    assert rule.text == theirs
    shown = save(editor, rule, tagged | {"tags": "limits"}).context["adminform"].form
    assert (shown["text"].value(), shown["tags"].value()) == (theirs, "limits")
    enum = Enum.objects.create(definition_set=DefinitionSet.objects.get(), name="Modes", values=[[0, "off"]])
    fields = opened(editor, enum)
    Enum.objects.update(values=[[0, "off"], [1, "on"]])
    response = save(editor, enum, fields | {"name": "Mode"})
    assert '[[0, "off"], [1, "on"]]' in response.context["adminform"].form["values"].value()
    enum.refresh_from_db()
    assert enum.name == "Modes"


def test_who_may_only_look_sees_the_page(client, editor):
    client.force_login(person("vera", "viewer"))
    page = client.get(reverse("admin:definitions_signal_change", args=[Signal.objects.get().pk]))
    assert page.status_code == 200
    assert 'name="opened"' not in page.content.decode()
