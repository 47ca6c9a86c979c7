"""The inbox: what machines send unread, what became of it, one click to a draft, and what is ignored."""

# ruff: noqa: F811 - fixtures of another file are arguments here

import re
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.db import connections
from django.test import override_settings

from distribution.api import unmodelled_live
from duco_cms import data_api
from duco_cms.audit.models import Entry
from duco_cms.data_api import DataApiError
from duco_cms.definitions.models import DefinitionSet, Enum, Message, Signal, SignalGroup
from duco_cms.definitions.texts import text_of
from duco_cms.fleet.models import Machine, MachineModel, ModelSetBinding, Organisation
from duco_cms.unmodelled.models import Ignored
from parsing.assemble import document_of
from parsing.can_id import EXTENDED_FLAG
from tests.cms.callers import make_release
from tests.cms.publication import person
from tests.cms.test_texts import applied
from tests.distribution.conftest import SECOND, database, store  # noqa: F401 - fixtures
from tests.distribution.recorded import NOW, Recording
from tests.distribution.test_unmodelled import TEXT, frames, lines
from tests.pipeline.buses import Sent, frames_of, records_of
from tests.pipeline.ruled import catalogue_of, content_of

pytestmark = pytest.mark.clickhouse

UNKNOWN = EXTENDED_FLAG | 0x18FF1203
INBOX, FRAMES = "/admin/unmodelled/ignored/", "/admin/unmodelled/ignored/frames/"
DRAFT = "/admin/unmodelled/ignored/draft/"


@pytest.fixture
def site(transactional_db, live_server):
    unmodelled_live._kept.clear()
    # Threads of the server must not keep connections to the test's database: it could not be dropped.
    connections["default"].settings_dict["CONN_MAX_AGE"] = 0
    with override_settings(DATA_API_URL=live_server.url, META_API_URL=live_server.url):
        yield live_server


def engine_digger(number):
    """Of a model that has the set `engine`."""
    model = MachineModel.objects.create(name="EX-1")
    definition_set = DefinitionSet.objects.create(name="engine")
    ModelSetBinding.objects.create(model=model, definition_set=definition_set)
    owner = Organisation.objects.create(name="Owner")
    return Machine.objects.create(number=number, device="ex-1", name="Digger One", model=model, organisation=owner)


@pytest.fixture
def machine(transactional_db, store):
    return engine_digger(store.machine)


@pytest.fixture
def recording(store, machine):
    return Recording(store, machine.number, machine.device)


@pytest.fixture
def recorded(recording):
    """18FF1203, of which every tenth frame of a second is one."""
    return record(recording, frames(UNKNOWN, 64))


def record(recording, *sent):
    for each in sent:
        recording.add(list(records_of(frames_of(each), 20)))
    recording.decode(catalogue_of(content_of(TEXT)))
    return recording


@pytest.fixture
def editor(client, transactional_db):
    from duco_cms.roles import make_roles

    make_roles()
    user = person("edith", "editor")
    client.force_login(user)
    return client


def said(response):
    assert response.status_code == 200, response.content
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", response.content.decode())))


def sent(definition_set, **more):
    return {"id": "18FF1203", "bus": "0", "definition_set": definition_set.pk, "match": "pgn", "signals": "on"} | more


def drafts():
    return Message.objects.filter(name__startswith="Unknown")


def test_unknown_ids_are_listed_with_their_machines(editor, site, machine, recorded):
    page = said(editor.get(INBOX))
    assert "18FF1203 PGN 65298, bus 0 64 1 Digger One" in page
    assert "New 1 In the definitions 0 Ignored 0 All 1" in page
    link = re.search(rf'href="({FRAMES}[^"]*)"', editor.get(INBOX).content.decode())[1]
    assert "Bit activity" in editor.get(unescape(link)).content.decode()


def test_what_j1939_says_itself_wants_no_message(editor, site, recording):
    record(recording, frames(EXTENDED_FLAG | 0x1CEBFF00, 64))
    assert "New 0 In the definitions 1" in said(editor.get(INBOX))
    assert "J1939, transport protocol: heard without a definition" in said(editor.get(INBOX, {"show": "defined"}))
    page = said(editor.get(FRAMES, {"id": "1CEBFF00", "bus": "0"}))
    assert "Draft a message" not in page
    editor.post(DRAFT, sent(DefinitionSet.objects.get(), id="1CEBFF00"))
    assert not Message.objects.exists()


def test_an_empty_inbox_says_so(editor, site, machine):
    assert "Nothing new: all that machines send has a definition" in said(editor.get(INBOX))
    for kind in ("enum_values", "json_fields"):
        assert "Nothing new" in said(editor.get(INBOX, {"kind": kind}))


def test_it_is_searched_and_sorted(editor, site, recording):
    record(recording, frames(UNKNOWN, 2), frames(0x300, 1, begin=NOW + 100 * SECOND))
    ids = re.compile(r'class="un-id"[^>]*>([^<]*)<')

    def found(**parameters):
        return ids.findall(editor.get(INBOX, parameters).content.decode())

    assert found() == ["18FF1203", "300"]
    assert found(sort="last_seen") == ["300", "18FF1203"]
    assert found(q="0xff12") == found(q="65298") == found(q="1203") == ["18FF1203"]
    assert found(q="nothing") == []
    assert "Nothing here has “nothing” in it." in said(editor.get(INBOX, {"q": "nothing"}))


def test_an_id_behind_those_that_are_listed_is_found(editor, site, recording, monkeypatch):
    monkeypatch.setattr("duco_cms.unmodelled.inbox.LIMIT", 1)
    record(recording, frames(0x300, 8), frames(UNKNOWN, 2))
    page = said(editor.get(INBOX))
    assert "18FF1203" not in page
    assert "There are more; these are the first 1." in page
    assert "18FF1203 PGN 65298" in said(editor.get(INBOX, {"q": "ff12"}))


def test_the_page_of_an_id_shows_what_its_bits_do(editor, site, machine, recorded):
    response = editor.get(FRAMES, {"id": "18FF1203", "bus": "0"})
    page, html = said(response), response.content.decode()
    assert "PGN 65298, priority 6, from 3" in page
    assert "every 100 ms" in page
    assert "64 frames of Digger One that were recorded from" in page
    assert html.count("un-heat-") == 32 + 10
    assert "Bit 0 (byte 1, bit 0): counts: changes in 100.0% of the frames, 1 in 50.0%" in html
    assert "Bit 7 (byte 1, bit 7): always 1" in html
    assert "Bits 0 to 3 probably count frames: 1 more with each." in page
    assert "Never changed: bits 4 to 15." in page
    assert "AF 55 B9 FF" in page
    assert "Digger One EX-1, Owner" in page


def test_one_click_makes_a_message_with_raw_signals(editor, site, machine, recorded):
    definition_set = DefinitionSet.objects.get()
    response = editor.post(DRAFT, sent(definition_set))
    message = drafts().get()
    assert response["Location"] == f"/admin/definitions/message/{message.pk}/change/"
    assert (message.name, message.match, message.pgn, message.can_id) == ("Unknown_18FF1203", "pgn", 65298, 0x18FF1203)
    assert (message.length, message.cycle_time, message.j1939) == (4, 100, True)
    assert "from unmodelled 18FF1203 on bus 0: 64 frames recorded" in message.comment
    signals = list(Signal.objects.order_by("slot").values_list("name", "start", "length", "slot"))
    assert signals[0] == ("Counter_0_4", 0, 4, 0)
    assert ("Raw_24_8", 24, 8, len(signals) - 1) == signals[-1]
    # it should be a definition like any other: its text can be read, and applied again without a change
    text = text_of(definition_set)
    assert re.search(r"signal Counter_0_4 +: u4 at bit 0", text)
    assert not applied(text, "engine").changes
    # it should be told of in the audit, once
    entry = Entry.objects.get(subject="message Unknown_18FF1203")
    assert (entry.actor, entry.action) == ("edith", "added")
    assert entry.changes[0] == "of PGN 65298 (FF12) on bus 0, J1939 PGN"
    assert "signal Counter_0_4: bits 0 to 3" in entry.changes
    assert not Entry.objects.filter(subject__startswith="signal").exists()
    page = said(editor.get(message_page(message)))
    assert "Unknown_18FF1203" in page


def message_page(message):
    return f"/admin/definitions/message/{message.pk}/change/"


def test_a_draft_leaves_the_inbox_and_is_not_made_twice(editor, site, machine, recorded):
    definition_set = DefinitionSet.objects.get()
    editor.post(DRAFT, sent(definition_set))
    assert "New 0 In the definitions 1" in said(editor.get(INBOX))
    assert "Unknown_18FF1203 reads it" in said(editor.get(INBOX, {"show": "defined"}))
    again = editor.post(DRAFT, sent(definition_set), follow=True)
    assert "Unknown_18FF1203 reads these frames already" in said(again)
    assert drafts().count() == 1
    page = said(editor.get(FRAMES, {"id": "18FF1203", "bus": "0"}))
    assert "Unknown_18FF1203 of engine reads these frames" in page
    assert "Draft a message" not in page


def test_a_draft_by_the_exact_id_and_without_signals(editor, site, machine, recorded):
    editor.post(DRAFT, sent(DefinitionSet.objects.get(), match="id", signals=""))
    message = drafts().get()
    assert (message.match, message.j1939, SignalGroup.objects.count()) == ("id", False, 0)


def test_a_name_that_is_taken_gets_a_number(editor, site, machine, recorded):
    definition_set = DefinitionSet.objects.get()
    Message.objects.create(definition_set=definition_set, name="Unknown_18FF1203", can_id=5, length=8)
    editor.post(DRAFT, sent(definition_set))
    assert drafts().filter(name="Unknown_18FF1203_2").exists()


def test_a_draft_of_an_id_whose_frames_are_forgotten(editor, site, machine, recorded):
    recorded.forget()
    assert "the raw store has forgotten 4 envelopes" in said(editor.get(FRAMES, {"id": "18FF1203", "bus": "0"}))
    editor.post(DRAFT, sent(DefinitionSet.objects.get()))
    message = drafts().get()
    assert (message.length, message.cycle_time, Signal.objects.count()) == (8, None, 0)
    assert "no recorded frames" in message.comment


def test_sets_of_the_machines_come_first(editor, site, machine, recorded):
    DefinitionSet.objects.create(name="a set of others")
    html = editor.get(FRAMES, {"id": "18FF1203", "bus": "0"}).content.decode()
    own, others = html.index("Of the machines that send it"), html.index('label="Others"')
    assert own < html.index(">engine<") < others < html.index(">a set of others<")


def test_an_unknown_page_leads_to_its_message(editor, site, machine, recording):
    applied(TEXT.split("message Gears")[0], "engine")
    release_of("engine", machine)
    record(recording, [Sent(NOW + n * SECOND, 0, 0x123, bytes([n % 3, n])) for n in range(12)])
    page = said(editor.get(INBOX))
    assert "page 2 of Paged" in page
    detail = said(editor.get(FRAMES, {"id": "123", "bus": "0", "page": "2"}))
    assert "Paged of engine reads these frames, but has no page 2." in detail
    assert '[["page", [[2, 2]]]]' in detail
    assert "Draft a message" not in detail
    assert "4 frames of Digger One" in detail
    # it should be in the definitions once the page is
    message = Message.objects.get(name="Paged")
    SignalGroup.objects.create(message=message, condition=[["page", [[2, 2]]]], known=True)
    assert "Paged has page 2 by now" in said(editor.get(FRAMES, {"id": "123", "bus": "0", "page": "2"}))
    assert "New 1 In the definitions 1" in said(editor.get(INBOX))


def release_of(name, machine):
    """The set of that name published, for the machine's model."""
    from duco_cms.definitions.publishing import publish

    publish(None, "first")


def test_enum_values_lead_to_their_enum(editor, site, machine, recording):
    applied(TEXT, "engine")
    release_of("engine", machine)
    group, slot = Signal.objects.filter(name="gear").values_list("group_id", "slot").get()
    recording.store.frames(
        *((group, 0, NOW + n, [5.0, 0.0] if slot == 0 else [0.0, 5.0], [0, 0]) for n in range(3)), received=NOW
    )
    page = said(editor.get(INBOX, {"kind": "enum_values"}))
    assert "Gears.gear = 5 Gear does not name it 3 1 Digger One" in page
    assert '[5, "…"]' in page
    enum = Enum.objects.get(name="Gear")
    assert f"/admin/definitions/enum/{enum.pk}/change/" in editor.get(INBOX, {"kind": "enum_values"}).content.decode()
    enum.values = [*enum.values, [5, "fifth"]]
    enum.save()
    assert "New 0 In the definitions 1" in said(editor.get(INBOX, {"kind": "enum_values"}))


def test_fields_come_with_a_line_to_write(editor, site, machine, recording):
    applied(TEXT, "engine")
    release_of("engine", machine)
    recording.add(lines({"message": "m", "level": "E", "battery": {"cell 1": 3.5}, "odd": [1]}))
    recording.decode(catalogue_of(content_of(TEXT)))
    page = said(editor.get(INBOX, {"kind": "json_fields"}))
    assert "signal battery_cell_1 : f64 at $.battery.`cell 1`" in page
    assert "Lines in the text of its set" in page
    assert page.count("What to write") == 1, "of a list there is nothing to write"
    # it should be what the language reads, and be known once it is there
    line = "    signal battery_cell_1 : f64 at $.battery.`cell 1`\n"
    definition_set = DefinitionSet.objects.get()
    text = text_of(definition_set)
    at = text.index("    signal message :")
    applied(text[:at] + line + text[at:], "engine")
    assert "New 1 In the definitions 1" in said(editor.get(INBOX, {"kind": "json_fields"}))


def test_ignoring_asks_why_and_is_in_the_audit(editor, site, machine, recorded):
    what = "PGN 65298 (FF12) on bus 0"
    ignore = {"kind": "frames", "what": what, "reason": "a tool of the workshop", "next": f"{INBOX}?kind=frames"}
    assert editor.post(f"{INBOX}ignore/", ignore | {"reason": ""}, follow=True).status_code == 200
    assert not Ignored.objects.exists()
    assert editor.post(f"{INBOX}ignore/", ignore)["Location"] == f"{INBOX}?kind=frames"
    assert "New 0 In the definitions 0 Ignored 1" in said(editor.get(INBOX))
    assert "Ignored: a tool of the workshop" in said(editor.get(INBOX, {"show": "ignored"}))
    entry = Entry.objects.get(subject__startswith="ignored")
    assert (entry.subject, entry.reason, entry.actor) == (f"ignored {what}", "a tool of the workshop", "edith")
    # it should come back
    editor.post(f"{INBOX}heed/", {"kind": "frames", "what": what})
    assert "New 1" in said(editor.get(INBOX))
    assert Entry.objects.filter(action="deleted", subject=f"ignored {what}").exists()


def test_what_is_ignored_and_silent_can_be_taken_back(editor, site, machine):
    Ignored.objects.create(kind="frames", what="id 7FF on bus 1", reason="gone")
    page = said(editor.get(INBOX, {"show": "ignored"}))
    assert "Ignored, and not seen now id 7FF on bus 1 gone" in page


def test_one_is_not_led_away(editor, site):
    address = "https://example.org/"
    response = editor.post(f"{INBOX}heed/", {"kind": "frames", "what": "x", "next": address})
    assert response["Location"] == INBOX


def test_who_may_do_what(client, site, machine, recorded):
    from duco_cms.roles import make_roles

    make_roles()
    client.force_login(person("vera", "viewer"))
    page = client.get(FRAMES, {"id": "18FF1203", "bus": "0"})
    assert "Bit activity" in page.content.decode()
    assert "Draft a message" not in said(page)
    assert "Ignore…" not in said(client.get(INBOX))
    definition_set = DefinitionSet.objects.get()
    for path, data in (
        (DRAFT, sent(definition_set)),
        (f"{INBOX}ignore/", {"kind": "frames", "what": "x", "reason": "y"}),
        (f"{INBOX}heed/", {"kind": "frames", "what": "x"}),
    ):
        assert client.post(path, data).status_code == 403
        assert client.get(path).status_code == 405
    client.force_login(person("oscar"))
    assert client.get(INBOX).status_code == client.get(FRAMES, {"id": "123", "bus": "0"}).status_code == 403


def test_who_may_add_messages_alone_gets_no_signals(client, site, machine, recorded):
    user = person("mia")
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_message", "add_message"]))
    client.force_login(user)
    client.post(DRAFT, sent(DefinitionSet.objects.get()))
    assert (drafts().count(), Signal.objects.count()) == (1, 0)


def test_it_is_in_the_menu_of_who_may_see_messages(client, site):
    user = person("mia")
    user.user_permissions.set(Permission.objects.filter(codename="view_message"))
    client.force_login(user)
    assert f'href="{INBOX}"' in client.get(INBOX).content.decode()


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"id": "12", "bus": "0"},
        {"id": "123", "bus": "256"},
        {"id": "FFF", "bus": "0"},
        {"id": "FFFFFFFF", "bus": "0"},
        {"id": "123", "bus": "0", "page": "-1"},
    ],
)
def test_what_is_no_id_is_not_found(editor, site, place):
    assert editor.get(FRAMES, place).status_code == 404


def test_without_the_data_api_it_says_so(editor, transactional_db):
    definition_set = DefinitionSet.objects.create(name="engine")
    with override_settings(DATA_API_URL="http://127.0.0.1:1"):
        assert "The Data API is not reachable." in said(editor.get(INBOX))
        assert "The Data API is not reachable." in said(editor.get(FRAMES, {"id": "123", "bus": "0"}))
        response = editor.post(DRAFT, sent(definition_set), follow=True)
        assert "No draft was made: The Data API is not reachable." in said(response)
    assert not Message.objects.exists()


def test_the_client_says_what_the_data_api_refuses(editor, site):
    user = person("una")
    with pytest.raises(DataApiError) as refused:
        data_api.read(user.pk, "unmodelled", {"sort": "mood"})
    assert (refused.value.code, refused.value.status) == ("invalid_parameter", 400)
    with pytest.raises(DataApiError) as nobody:
        data_api.read(user.pk + 1000, "unmodelled", {})
    assert nobody.value.status == 401


def test_the_client_bounds_answers(editor, site, monkeypatch):
    monkeypatch.setattr(data_api, "ANSWER_BYTES", 10)
    with pytest.raises(DataApiError, match="too large"):
        data_api.read(person("una").pk, "unmodelled", {})


def test_a_set_that_is_bound_to_another_bus_reads_nothing_of_it(editor, site, machine, recorded):
    definition_set = DefinitionSet.objects.get()
    editor.post(DRAFT, sent(definition_set))
    ModelSetBinding.objects.update(bus=1)
    assert "New 1 In the definitions 0" in said(editor.get(INBOX))
    ModelSetBinding.objects.update(bus=0)
    assert "New 0 In the definitions 1" in said(editor.get(INBOX))


def test_what_reads_it_on_one_model_leaves_a_draft_for_another(editor, site, machine, recorded, store):
    other = MachineModel.objects.create(name="EX-2")
    ModelSetBinding.objects.create(model=other, definition_set=DefinitionSet.objects.create(name="second"))
    second = Machine.objects.create(
        number=machine.number + 1, device="ex-2", name="Second", model=other, organisation=machine.organisation
    )
    record(Recording(store, second.number, second.device), frames(UNKNOWN, 4))
    editor.post(DRAFT, sent(DefinitionSet.objects.get(name="engine")))
    page = said(editor.get(FRAMES, {"id": "18FF1203", "bus": "0"}))
    assert "reads these frames on some of the machines that send them" in page
    assert "Draft a message" in page
    editor.post(DRAFT, sent(DefinitionSet.objects.get(name="second")))
    assert "New 0 In the definitions 1" in said(editor.get(INBOX))


def test_a_message_of_one_sender_does_not_read_another(editor, site, machine, recording):
    record(recording, frames(UNKNOWN, 4), frames(EXTENDED_FLAG | 0x18FF1204, 4))
    Message.objects.create(
        definition_set=DefinitionSet.objects.get(), name="OfThree", match="pgn", can_id=0x18FF1203, extended=True,
        pgn=65298, source_address=3, length=8,
    )  # fmt: skip
    page = said(editor.get(INBOX))
    assert "OfThree reads some of it" in page
    assert "New 1 In the definitions 0" in page


def test_a_release_of_another_makes_no_definition_known(editor, site, machine, recorded):
    """A set that the machine's model does not have reads nothing of it."""
    other = DefinitionSet.objects.create(name="another")
    Message.objects.create(
        definition_set=other, name="Theirs", match="pgn", can_id=0x18FF1203, extended=True, pgn=65298, length=8
    )
    make_release(1, document_of(content_of(TEXT)))
    assert "New 1" in said(editor.get(INBOX))
