"""Who sees which machines: Alice's organisation has ex-1, Bob's has ex-2, Charlie has none, Sam is platform staff."""

from django.contrib.auth.models import AnonymousUser

from duco_cms.fleet.access import machines_visible_to
from duco_cms.fleet.models import Membership, Organisation


def devices(user):
    return [machine.device for machine in machines_visible_to(user).order_by("device")]


def test_a_user_sees_the_machines_of_its_organisations(fleet, people):
    assert devices(people["alice"]) == ["ex-1"]
    assert devices(people["bob"]) == ["ex-2"]
    assert devices(people["charlie"]) == []
    assert devices(people["sam"]) == ["ex-1", "ex-2"]
    assert devices(people["root"]) == ["ex-1", "ex-2"]
    assert devices(AnonymousUser()) == []


def test_a_user_of_two_organisations_sees_each_machine_once(fleet, people):
    Membership.objects.create(user=people["alice"], organisation=fleet["bob"].organisation)
    Membership.objects.create(user=people["charlie"], organisation=fleet["bob"].organisation)
    assert devices(people["alice"]) == ["ex-1", "ex-2"]


def test_a_user_who_is_not_active_sees_none(fleet, people):
    for name in ("alice", "root"):
        people[name].is_active = False
        assert devices(people[name]) == []


def test_membership_ends_access(fleet, people):
    Organisation.objects.get(name="alice's").memberships.all().delete()
    assert devices(people["alice"]) == []


def test_machines_come_with_the_names_of_model_and_organisation(fleet, people):
    machine = machines_visible_to(people["alice"]).get()
    assert (machine.number, machine.model_name, machine.organisation_name) == (fleet["alice"].pk, "EX-1", "alice's")
