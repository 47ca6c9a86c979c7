"""The page of a message: its signals as edits of one draft, others' changes meanwhile, its text, and the lists."""

import json
import re
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission

from duco_cms.definitions.message_draft import snapshot
from duco_cms.definitions.models import DefinitionSet, Enum, Message, Rule, Sequence, Signal, SignalGroup
from duco_cms.definitions.texts import text_of
from tests.cms.test_texts import TEXT, applied


@pytest.fixture
def root(client, db):
    client.force_login(get_user_model().objects.create_superuser("root"))
    return client


@pytest.fixture
def sam(db):
    """Who may do what the test says, and no more."""
    return get_user_model().objects.create_user("sam", is_staff=True)


@pytest.fixture
def signal(engine_message):
    return Signal.objects.get()


@pytest.fixture
def page(engine_message):
    return f"/admin/definitions/message/{engine_message.pk}/change/"


def said(response):
    return unescape(re.sub(r"<[^>]*>", "", response.content.decode()))


def sent(message, edits=(), *, base=None, **fields):
    """What the page sends: the form as the message is, but for `fields`; and edits of signals."""
    groups = list(message.groups.order_by("id"))
    form = {
        "name": message.name, "title": message.title, "definition_set": message.definition_set_id,
        "comment": message.comment, "match": message.match, "can_id": message.can_id_text,
        "extended": "on" if message.extended else "", "pgn": message.pgn, "j1939": "on" if message.j1939 else "",
        "source_address": message.source_address, "length": message.length, "cycle_time": message.cycle_time,
        "timeout": message.timeout, "frame_format": message.frame_format, "dtcs": json.dumps(message.dtcs),
        "groups-TOTAL_FORMS": len(groups), "groups-INITIAL_FORMS": len(groups),
        "base": json.dumps(base or snapshot(message)), "signals": json.dumps(list(edits)),
    }  # fmt: skip
    for number, group in enumerate(groups):
        own = {"id": group.pk, "message": message.pk, "title": group.title, "condition": json.dumps(group.condition)}
        form |= {f"groups-{number}-{name}": value for name, value in own.items()}
    form |= fields
    return {name: value for name, value in form.items() if value not in ("", None)}


def edit(key, group=None, **fields):
    return {"key": str(key), "group": group, "fields": fields}


NEW = {
    "name": "Torque", "start": 7, "length": 8, "byte_order": "big", "type": "unsigned", "scale": "1", "offset": "-125",
    "minimum": "", "maximum": None, "unit": "%", "spn": "", "retired": False,
}  # fmt: skip


def test_signals_are_changed_added_and_retired_with_the_message(root, page, engine_message, signal):
    other = Signal.objects.create(group=signal.group, name="Old", start=0, length=8)
    edits = [
        edit(signal.pk, start=32, length="12"),
        edit("new-1", signal.group_id, **NEW),
        edit(other.pk, retired=True),
    ]
    response = root.post(page, sent(engine_message, edits, length=9))
    assert response.status_code == 302, said(response)
    engine_message.refresh_from_db()
    signal.refresh_from_db()
    torque = Signal.objects.get(name="Torque")
    assert (engine_message.length, signal.start, signal.length, signal.scale) == (9, 32, 12, 0.125)
    assert (torque.slot, torque.start, torque.offset, torque.maximum, torque.spn) == (2, 7, -125.0, None, None)
    assert Signal.objects.get(name="Old").retired
    # it should be in the message's history
    changes = json.loads(LogEntry.objects.first().change_message)
    assert {"changed": {"name": "signal", "object": "EngineSpeed", "fields": ["start", "length"]}} in changes
    assert {"added": {"name": "signal", "object": "Torque"}} in changes


def test_a_message_without_conditions_gets_the_unconditional_one_with_its_first_signal(root, engine_message):
    empty = Message.objects.create(definition_set=engine_message.definition_set, name="Empty", can_id=5, length=8)
    response = root.post(f"/admin/definitions/message/{empty.pk}/change/", sent(empty, [edit("new-1", **NEW)]))
    assert response.status_code == 302, said(response)
    assert Signal.objects.get(name="Torque").group.condition == []


def test_signals_exchange_their_names(root, page, engine_message, signal):
    other = Signal.objects.create(group=signal.group, name="Other", start=0, length=8)
    edits = [edit(signal.pk, name="Other"), edit(other.pk, name="EngineSpeed")]
    assert root.post(page, sent(engine_message, edits)).status_code == 302
    assert dict(Signal.objects.values_list("name", "pk")) == {"Other": signal.pk, "EngineSpeed": other.pk}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"start": ""}, "start bit"),
        ({"length": "65"}, "bits"),
        ({"length": "12", "type": "float"}, "A float has 16, 32 or 64 bits"),
        ({"scale": "inf"}, "The scale is finite"),
        ({"minimum": "5", "maximum": "4"}, "The minimum is not above the maximum"),
        ({"name": "Other"}, "Another signal under this condition has this name"),
        ({"byte_order": "middle"}, "byte order"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved_or_lost(root, page, engine_message, signal, fields, why):
    Signal.objects.create(group=signal.group, name="Other", start=0, length=8)
    response = root.post(page, sent(engine_message, [edit(signal.pk, **fields)], title="Mine"))
    assert response.status_code == 200
    assert why in said(response)
    state = response.context["adminform"].form.page_state
    assert state["edits"] == [edit(signal.pk, **fields)]
    assert str(signal.pk) in state["errors"]
    engine_message.refresh_from_db()
    assert engine_message.title == ""
    assert Signal.objects.get(pk=signal.pk).start == 24


@pytest.mark.parametrize(
    "signals",
    ["x", "{}", "[1]", '[{"key": "1"}]', '[{"key": "1", "group": null, "fields": {"slot": 5}}]', "[" * 100_000,
     *(f'[{{"key": "1", "group": null, "fields": {{"name": {name}}}}}]' for name in ("[]", r'"\u0000"', r'"\ud800"'))],
)  # fmt: skip
def test_what_no_page_sends_is_refused(root, page, engine_message, signals):
    assert root.post(page, {**sent(engine_message), "signals": signals}).status_code == 400
    assert root.post(page, {**sent(engine_message), "base": signals}).status_code == 400


def test_signals_of_other_messages_are_out_of_reach(root, page, engine_message):
    other = Message.objects.create(definition_set=engine_message.definition_set, name="M2", can_id=5, length=8)
    group = SignalGroup.objects.create(message=other)
    far = Signal.objects.create(group=group, name="Far", start=0, length=8)
    assert "Far" not in root.get(page).context["base"]
    for edits in ([edit(far.pk, start=5)], [edit("new-1", group.pk, **NEW)]):
        response = root.post(page, sent(engine_message, edits))
        assert response.status_code == 200
        assert "no longer there" in said(response)
    assert Signal.objects.get(pk=far.pk).start == 0


@pytest.mark.parametrize(("held", "can"), [(["change_signal"], True), ([], False)])
def test_signals_are_changed_by_those_who_may(client, sam, page, engine_message, signal, held, can):
    names = ["view_message", "change_message", "view_signal", *held]
    sam.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(sam)
    assert ("data-can-change" in client.get(page).content.decode()) == can
    client.post(page, sent(engine_message, [edit(signal.pk, start=0)]))
    # it should take another right to add
    client.post(page, sent(engine_message, [edit("new-1", signal.group_id, **NEW)]))
    assert Signal.objects.get().start == (0 if can else 24)


class TestConflict:
    """Another saves the message between the opening of the page and its saving."""

    @pytest.fixture
    def opened(self, engine_message):
        return snapshot(engine_message)

    @pytest.fixture
    def theirs(self, opened, signal):  # noqa: ARG002 - opened before
        Message.objects.update(comment="theirs", length=16)
        Signal.objects.update(start=0, unit="1/min")
        SignalGroup.objects.update(title="theirs")
        Signal.objects.create(group=signal.group, name="Added", start=40, length=8)

    def sends(self, root, page, engine_message, signal, opened, **more):
        edits = [edit(signal.pk, start="32", scale="0.25"), edit("new-1", signal.group_id, **NEW)]
        return root.post(page, sent(engine_message, edits, base=opened, length=9, title="mine", **more))

    @pytest.mark.usefixtures("theirs")
    def test_nothing_is_saved_nothing_is_lost_and_both_are_shown(self, root, page, engine_message, signal, opened):
        response = self.sends(root, page, engine_message, signal, opened)
        assert response.status_code == 200
        assert "Somebody else saved this message" in said(response)
        found = {(each.where, each.field): each for each in response.context["differences"]}
        both = found["EngineSpeed", "start bit"]
        assert (both.opened, both.theirs, both.mine) == ("24", "0", "32")
        assert (found["message", "bytes"].theirs, found["message", "bytes"].mine) == ("16", "9")
        # it should take theirs where only they changed it, and keep mine where only I did
        form = response.context["adminform"].form
        assert (form["comment"].value(), form["title"].value(), form["length"].value()) == ("theirs", "mine", "9")
        assert found["message", "comment"].choice == found["EngineSpeed", "unit"].choice == ""
        assert "added" in found["Added", ""].theirs
        state = form.page_state
        assert [each["fields"].get("scale") for each in state["edits"]] == ["0.25", "1"]
        assert response.context["inline_admin_formsets"][0].formset.forms[0]["title"].value() == "theirs"
        signal.refresh_from_db()
        assert (signal.start, signal.scale) == (0, 0.125)

    @pytest.mark.usefixtures("theirs")
    @pytest.mark.parametrize(("choice", "start", "length"), [("theirs", 0, 16), ("mine", 32, 9)])
    def test_the_answer_is_saved(self, root, page, engine_message, signal, opened, choice, start, length):
        shown = self.sends(root, page, engine_message, signal, opened)
        choices = {each.choice: choice for each in shown.context["differences"] if each.choice}
        assert len(choices) == 2
        base = json.loads(shown.context["base"])
        rest = {"comment": "theirs", "groups-0-title": "theirs"}
        response = self.sends(root, page, engine_message, signal, base, **rest, **choices)
        assert response.status_code == 302, said(response)
        signal.refresh_from_db()
        engine_message.refresh_from_db()
        assert (signal.start, signal.unit, signal.scale) == (start, "1/min", 0.25)
        assert (engine_message.length, engine_message.title, engine_message.comment) == (length, "mine", "theirs")
        assert set(Signal.objects.values_list("name", flat=True)) == {"EngineSpeed", "Added", "Torque"}

    def test_a_change_behind_the_first_answer_is_asked_again(self, root, page, engine_message, signal, opened):
        Message.objects.update(comment="theirs")
        shown = self.sends(root, page, engine_message, signal, opened)
        base = json.loads(shown.context["base"])
        Message.objects.update(comment="theirs again")
        response = self.sends(root, page, engine_message, signal, base, comment="theirs")
        assert response.status_code == 200
        assert [each.theirs for each in response.context["differences"]] == ["theirs again"]

    def test_the_same_change_by_both_is_none_to_ask_about(self, root, page, engine_message, signal, opened):
        Signal.objects.update(start=32)
        assert self.sends(root, page, engine_message, signal, opened).status_code == 302

    def test_a_signal_that_they_retired_is_told_and_my_edits_stay(self, root, page, engine_message, signal, opened):
        Signal.objects.update(retired=True)
        response = self.sends(root, page, engine_message, signal, opened)
        assert [(each.where, each.theirs) for each in response.context["differences"]] == [("EngineSpeed", "retired")]


def test_the_text_is_that_of_the_draft(root, client, sam):
    definition_set = applied(TEXT).definition_set
    message = definition_set.messages.get(name="EEC1")
    address = f"/admin/definitions/message/{message.pk}/as-text/"
    unchanged = root.post(address, sent(message)).json()["text"]
    assert unchanged in text_of(definition_set)
    signal = Signal.objects.get(group__message=message, name="speed")
    edits = [edit(signal.pk, name="engine_speed"), edit("new-1", signal.group_id, **NEW)]
    text = root.post(address, sent(message, edits)).json()["text"]
    assert "signal engine_speed" in text
    assert "signal Torque" in text
    assert text_of(definition_set).count(unchanged) == 1
    # it should say why there is none
    refused = root.post(address, sent(message, [edit(signal.pk, length="x")]))
    assert "bits" in refused.json()["errors"][0]
    assert root.get(address).status_code == 405
    client.force_login(sam)
    assert client.post(address, sent(message)).status_code == 403


def test_the_text_of_the_set_is_opened_where_the_message_is(root):
    definition_set = applied(TEXT).definition_set
    message = definition_set.messages.get(name="EEC1")
    response = root.get(f"/admin/definitions/message/{message.pk}/in-text/")
    page, _, line = response["Location"].partition("#L")
    assert page == f"/admin/definitions/definitionset/{definition_set.pk}/as-text/"
    assert text_of(definition_set).splitlines()[int(line) - 1].startswith("message EEC1")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("61444", {"EngineSpeed"}), ("0xF004", {"EngineSpeed"}), ("f004", {"EngineSpeed"}), ("190", {"EngineSpeed"}),
        ("speed", {"EngineSpeed", "Other"}), ("RPM", {"EngineSpeed"}), ("wheel", {"Other"}),
        ("eec1 rpm", {"EngineSpeed"}),
        ('"of the"', {"Other"}), ("99999999999999999999", set()), ('"', set()), ("'", set()), ("\0", set()),
    ],
)  # fmt: skip
def test_signals_are_found_as_engineers_write(root, engine_message, query, names):
    other = Message.objects.create(definition_set=engine_message.definition_set, name="M2", can_id=5, length=8)
    group = SignalGroup.objects.create(message=other)
    Signal.objects.create(group=group, name="Other", start=0, length=8, unit="km/h", comment="Speed of the wheel")
    response = root.get("/admin/definitions/signal/", {"q": query})
    if query != "\0":  # which is what a search without it is
        assert {signal.name for signal in response.context["cl"].result_list} == names
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("query", "names"),
    [("61444", {"EEC1"}), ("0xF004", {"EEC1"}), ("0cf00400", {"EEC1"}), ("123", {"Pump"}), ("hydraulic", {"Pump"})],
)
def test_messages_are_found_by_numbers_and_words(root, engine_message, query, names):
    of = {"definition_set": engine_message.definition_set, "length": 8}
    Message.objects.create(name="Pump", can_id=0x123, title="Hydraulic pump", **of)
    response = root.get("/admin/definitions/message/", {"q": query})
    assert {message.name for message in response.context["cl"].result_list} == names


def acts(root, model, action, *rows):
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return root.post(f"/admin/definitions/{model}/", data, follow=True)


def test_many_are_taken_out_of_use_and_back(root, engine_message, signal, client, sam):
    assert "1 taken out of use" in said(acts(root, "signal", "take_out_of_use", signal))
    assert Signal.objects.get().retired
    assert LogEntry.objects.count() == 1
    # it should refuse the one whose name is taken, and no other
    Signal.objects.create(group=signal.group, name="EngineSpeed", start=0, length=8)
    free = Signal.objects.create(group=signal.group, name="Free", start=0, length=8, retired=True)
    response = acts(root, "signal", "take_back_into_use", signal, free)
    assert "1 taken back into use" in said(response)
    assert "Another in use has the name or id of: EngineSpeed." in said(response)
    assert not Signal.objects.get(name="Free").retired
    acts(root, "message", "take_out_of_use", engine_message)
    assert Message.objects.get().retired
    sam.user_permissions.set(Permission.objects.filter(codename="view_message"))
    client.force_login(sam)
    acts(client, "message", "take_back_into_use", engine_message)
    assert Message.objects.get().retired


def test_what_is_out_of_use_is_named_in_the_next_release(root):
    from duco_cms.definitions.publishing import draft, publish

    applied(TEXT)
    publish(None, "first")
    rule = Rule.objects.get(name="coolant_overheat")
    # Its test says what it raises.
    Sequence.objects.all().delete()
    acts(root, "rule", "take_out_of_use", rule)
    assert [(change.kind, change.name) for change in draft().changes] == [("removed", "coolant_overheat")]


def test_a_list_of_ten_thousand_signals_is_a_few_queries(root, engine_message, django_assert_max_num_queries):
    definition_set = DefinitionSet.objects.create(name="large")
    messages = Message.objects.bulk_create(
        Message(definition_set=definition_set, name=f"M{number}", can_id=number, length=8) for number in range(500)
    )
    groups = SignalGroup.objects.bulk_create(SignalGroup(message=message, next_slot=20) for message in messages)
    Signal.objects.bulk_create(
        Signal(group=group, slot=slot, name=f"Signal{group.pk}_{slot}", start=slot, length=1, unit="rpm")
        for group in groups
        for slot in range(20)
    )
    Enum.objects.create(definition_set=definition_set, name="Modes", values=[[0, "off"]])
    for query in ("", "rpm", "M49", "0xF004"):
        with django_assert_max_num_queries(10):
            assert root.get("/admin/definitions/signal/", {"q": query}).status_code == 200
    with django_assert_max_num_queries(10):
        root.get("/admin/definitions/message/", {"q": "M4"})
    with django_assert_max_num_queries(25):
        root.get(f"/admin/definitions/message/{messages[0].pk}/change/")
