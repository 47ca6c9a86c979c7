"""What the database itself refuses, and slots, which are given once."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from duco_cms.definitions.models import DefinitionSet, Enum, Message, Signal, SignalGroup
from duco_cms.fleet.models import Machine, MachineModel, ModelSetBinding


@pytest.fixture
def group(engine_message):
    return engine_message.groups.get()


def add(group, name, **fields):
    return Signal.objects.create(**{"group": group, "name": name, "start": 0, "length": 8, **fields})


def test_slots_count_up_and_are_not_given_again(group):
    second = add(group, "Second")
    assert second.slot == 1
    second.delete()
    assert add(group, "Third").slot == 2
    # it should keep the slot when the signal changes
    third = Signal.objects.get(name="Third")
    third.name = "Renamed"
    third.save()
    assert Signal.objects.get(name="Renamed").slot == 2
    # it should count in each group by itself
    assert add(SignalGroup.objects.create(message=group.message, condition=[["a", [[1, 1]]]]), "Paged").slot == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"length": 0},
        {"length": 65},
        {"start": 14_280},
        {"scale": float("nan")},
        {"offset": float("inf")},
        {"minimum": 2, "maximum": 1},
        {"maximum": float("nan")},
        {"type": "float", "length": 8},
        {"type": "text"},
        {"byte_order": "middle"},
        {"sentinels": "some"},
        {"name": "EngineSpeed"},
    ],
)
def test_the_database_refuses_signals_that_mean_nothing(group, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        add(group, fields.pop("name", "New"), **fields)


def test_a_retired_signal_leaves_its_name_but_not_its_slot(group):
    Signal.objects.filter(name="EngineSpeed").update(retired=True)
    assert add(group, "EngineSpeed").slot == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"can_id": 0x800},
        {"can_id": 0x2000_0000, "extended": True},
        {"match": "pgn", "pgn": 61444},
        {"match": "pgn", "extended": True},
        {"match": "any"},
        {"length": 1786},
        {"cycle_time": 0},
        {"frame_format": "lin"},
        {"timeout": 0},
        {"source_address": 0},
        {"match": "pgn", "pgn": 1, "extended": True, "source_address": 254},
        {"name": "EEC1"},
        {"match": "pgn", "pgn": 61444, "extended": True},
    ],
)
def test_the_database_refuses_messages_that_mean_nothing(engine_message, fields):
    given = {"name": "New", "can_id": 1, "length": 8, **fields}
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(definition_set=engine_message.definition_set, **given)


def test_of_a_pgn_there_is_one_message_a_sender_and_one_for_all_others(engine_message):
    def add(**fields):
        given = {"definition_set": engine_message.definition_set, "match": "pgn", "extended": True, "length": 8}
        return Message.objects.create(**given, can_id=0x0CF00400, pgn=61444, **fields)

    for address in (0, 1):
        add(name=f"from {address}", source_address=address)
    for name, address in (("again", 0), ("any", None)):
        with pytest.raises(IntegrityError), transaction.atomic():
            add(name=name, source_address=address)


def test_what_is_written_in_lists_is_looked_at(engine_message):
    for dtcs in ("active", [["active", 0, 1]], [["active", 1]], [["", 1, 1]], [["active", True, 1]]):
        engine_message.dtcs = dtcs
        with pytest.raises(ValidationError):
            engine_message.full_clean()
    engine_message.dtcs = [["active", 3, 60]]
    engine_message.full_clean()
    signal = Signal.objects.get(name="EngineSpeed")
    for field in ("not_available", "error"):
        for given in ("FF", [1], [2, 1], [0, 2**64], [True, 1]):
            setattr(signal, field, given)
            with pytest.raises(ValidationError):
                signal.full_clean()
        setattr(signal, field, [1, 2**64 - 1])
        signal.full_clean()


def test_one_group_a_condition(group):
    SignalGroup.objects.create(message=group.message, condition=[["page", [[2, 7]]]])
    with pytest.raises(IntegrityError), transaction.atomic():
        SignalGroup.objects.create(message=group.message, condition=[["page", [[2, 7]]]])


def test_a_set_is_bound_once_to_a_bus_of_a_model(engine_message):
    model = MachineModel.objects.create(name="EX-1")
    for bus in (None, 0, 255):
        ModelSetBinding.objects.create(model=model, definition_set=engine_message.definition_set, bus=bus)
    for bus in (None, 255, 256):
        with pytest.raises(IntegrityError), transaction.atomic():
            ModelSetBinding.objects.create(model=model, definition_set=engine_message.definition_set, bus=bus)


def test_devices_are_told_apart_exactly_and_named_as_iot_hub_allows(fleet):
    first = fleet["alice"]
    other = Machine(device="EX-1", name="n", model=first.model, organisation=first.organisation)
    other.full_clean()
    other.save()
    for device in ("", "a b", "a/b", "a#b", "ex-1\n", "é", "x" * 129):
        with pytest.raises(ValidationError):
            Machine(device=device, name="n", model=first.model, organisation=first.organisation).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        Machine.objects.create(device="ex-1", name="n", model=first.model, organisation=first.organisation)


def test_an_enum_is_a_list_of_numbers_and_texts_of_the_same_set(engine_message):
    definition_set = engine_message.definition_set
    Enum(definition_set=definition_set, name="ok", values=[[0, "off"], [1, "on"]]).full_clean()
    for values in ("off", [["off", 0]], [[0, "off"], [0, "on"]], [[True, "off"]], [[0]], {"0": "off"}):
        with pytest.raises(ValidationError):
            Enum(definition_set=definition_set, name="bad", values=values).full_clean()
    for wrong in ({"type": "f32"}, {"type": "u65"}, {"titles": [[0]]}, {"titles": [[0, "a"], [0, "b"]]}):
        with pytest.raises(ValidationError):
            Enum(definition_set=definition_set, name="bad", values=[[0, "off"]], **wrong).full_clean()
    foreign = Enum.objects.create(definition_set=DefinitionSet.objects.create(name="s"), name="e", values=[])
    signal = Signal.objects.get(name="EngineSpeed")
    signal.enum = foreign
    with pytest.raises(ValidationError):
        signal.full_clean()


@pytest.mark.django_db(transaction=True)
def test_slots_taken_at_the_same_time_are_different(engine_message):
    group_number = engine_message.groups.get().pk
    gate = threading.Barrier(2)
    taken = []

    def take():
        group = SignalGroup.objects.get(pk=group_number)
        gate.wait(timeout=30)
        taken.extend(slot for _ in range(20) for slot in group.take_slots(2))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(taken) == list(range(1, 81))
