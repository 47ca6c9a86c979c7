"""Texts of stored sets are kept: whoever changes a row, by whichever way, gets the new text the next time."""

import pytest
from django.db import connection, transaction

from duco_cms.definitions import stored_texts as module
from duco_cms.definitions.models import DefinitionSet, Enum, Message, Rule, Sample, Signal, SignalGroup
from duco_cms.definitions.models import Sequence as SequenceRow
from duco_cms.definitions.stored import stored_set
from duco_cms.definitions.stored_texts import stored_texts, text_of_stored
from duco_cms.definitions.texts import check_texts, text_of
from tests.cms.test_texts import TEXT, applied


@pytest.fixture
def definition_set(db):
    return applied(TEXT).definition_set


def fresh(definition_set):
    return text_of_stored(stored_set(DefinitionSet.objects.get(pk=definition_set.pk)))


@pytest.mark.parametrize("model", [DefinitionSet, Enum, Message, SignalGroup, Signal, Rule, Sample, SequenceRow])
def test_a_changed_row_of_any_kind_gives_another_text(definition_set, model):
    field, value = {
        DefinitionSet: ("notes", [["", ["a remark"], ""]]),
        Enum: ("name", "Other"),
        Message: ("title", "Another title"),
        SignalGroup: ("title", "Another title"),
        Signal: ("unit", "1/min"),
        Rule: ("retired", True),
        Sample: ("text", 'golden "another" for EEC1 { bytes x"00" }\n'),
        SequenceRow: ("text", 'test "another" { }\n'),
    }[model]
    before = text_of(definition_set)
    # it should not depend on signals of Django or on an audit, so the row is updated behind their backs
    row = model.objects.order_by("-pk").first()
    model.objects.filter(pk=row.pk).update(**{field: value})
    assert text_of(DefinitionSet.objects.get(pk=definition_set.pk)) == fresh(definition_set)
    assert (fresh(definition_set) != before) or model is SignalGroup
    if model not in (DefinitionSet, Enum, Message, SignalGroup, Signal):
        row.delete()
        assert text_of(definition_set) == fresh(definition_set)


def test_what_was_rolled_back_was_never_there(definition_set):
    before = text_of(definition_set)
    with transaction.atomic():
        Signal.objects.update(unit="1/min")
        inside = text_of(definition_set)
        transaction.set_rollback(True)
    Signal.objects.update(unit="1/s")
    assert len({before, inside, text_of(definition_set)}) == 3
    assert text_of(definition_set) == fresh(definition_set)


def test_a_text_that_did_not_change_is_not_written_again(definition_set, django_assert_num_queries, monkeypatch):
    text = text_of(definition_set)
    monkeypatch.setattr(module, "text_of_stored", None)
    with django_assert_num_queries(4):
        (stored,) = stored_texts([definition_set])
    assert stored.text == text


def test_an_edit_of_another_set_is_seen_by_the_next_check(definition_set):
    applied("message Fan on can 0x77 { timeout 1s\n  signal fan_speed : u16 at byte 1 unit [rpm]\n}\n", "cooling")
    typed = text_of(definition_set) + "\nderived fan : f64 [rpm] = fan_speed\n"
    assert check_texts({"demo": typed}) == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE definitions_signal SET name = 'fan' WHERE name = 'fan_speed'")
    ((one, text),) = check_texts({"demo": typed})
    assert (one.code.value, text[slice(*one.span)]) == ("E022", "fan_speed")
