import pytest
from django.contrib.auth import get_user_model

from duco_cms.definitions.models import DefinitionSet, Message, Signal, SignalGroup
from duco_cms.fleet.models import Machine, MachineModel, Membership, Organisation
from tests.cms.callers import make_release


@pytest.fixture
def people(db):
    """Alice owns ex-1, Bob is in another organisation with ex-2, Charlie is in none, Sam is platform staff."""
    users = {name: get_user_model().objects.create_user(name, password="p") for name in ("alice", "bob", "charlie")}
    users["sam"] = get_user_model().objects.create_user("sam", password="p", is_staff=True)
    users["root"] = get_user_model().objects.create_superuser("root", password="p")
    return users


@pytest.fixture
def fleet(people):
    model = MachineModel.objects.create(name="EX-1")
    machines = {}
    for name, device in (("alice", "ex-1"), ("bob", "ex-2")):
        organisation = Organisation.objects.create(name=f"{name}'s")
        Membership.objects.create(user=people[name], organisation=organisation)
        machines[name] = Machine.objects.create(device=device, name=device, model=model, organisation=organisation)
    return machines


@pytest.fixture
def engine_message(db):
    """EEC1 with its speed, in a set `engine`: the smallest thing that can be published."""
    definition_set = DefinitionSet.objects.create(name="engine")
    message = Message.objects.create(
        definition_set=definition_set,
        name="EEC1",
        match="pgn",
        can_id=0x0CF00400,
        extended=True,
        pgn=61444,
        j1939=True,
        length=8,
    )
    group = SignalGroup.objects.create(message=message)
    Signal.objects.create(
        group=group, name="EngineSpeed", start=24, length=16, scale=0.125, unit="rpm", spn=190, sentinels="j1939"
    )
    return message


@pytest.fixture
def releases(db):
    return [make_release(1), make_release(2, {"enums": [], "sets": [], "models": [{"id": 1, "name": "M", "sets": []}]})]
