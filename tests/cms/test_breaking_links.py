"""Breaking changes name their readers as links."""

import pytest
from django.contrib.auth import get_user_model

from duco_cms.definitions.breaking import Breaking, readers_in
from duco_cms.definitions.models import Signal
from duco_cms.definitions.publishing import publish
from duco_cms.definitions.templatetags.definitions import readers_linked
from tests.cms.test_texts import TEXT, applied


@pytest.mark.parametrize(
    "readers",
    [(), ("check a",), ("derived signal a, b", "event c (read by d)"), ("check a & b", "event check x")],
)
def test_readers_are_read_back(readers):
    change = Breaking("signal", "demo / EEC1.speed (read by nobody)", "removed", readers)
    before, found = readers_in(str(change))
    assert [f"{kind} {name}" for kind, name in found] == list(readers)
    assert before == str(Breaking(change.what, change.name, change.why, ()))


def test_names_are_escaped():
    said = readers_linked(Breaking("signal", "<b>", "removed", ('check <i>"x"',)))
    assert said.startswith("signal &lt;b&gt;: removed (read by check <a ")
    assert "&lt;i&gt;&quot;x&quot;</a>)" in said
    assert "q=%22%3Ci%3E%22x%22%22" in said


def test_pages_link_them(client, db):
    definition_set = applied(TEXT).definition_set
    publish(None, "first")
    Signal.objects.filter(name="speed").update(unit="1/min")
    client.force_login(get_user_model().objects.create_superuser("root"))
    link = 'check <a class="underline" href="/admin/definitions/rule/?q=%22speed_is_sane%22">speed_is_sane</a>'
    assert link in client.get("/admin/definitions/release/publish/").content.decode()
    assert definition_set.name == "demo"
    page = client.get("/admin/definitions/rule/?q=%22speed_is_sane%22")
    assert [rule.name for rule in page.context["cl"].result_list] == ["speed_is_sane"]
