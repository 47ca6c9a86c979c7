"""Steps of publication, for tests that need them done."""

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from duco_cms.definitions.models import Signal
from duco_cms.publication.releasing import Cohort, start_rollout
from duco_cms.publication.review import approve, submit


def person(name, *roles):
    return given_role(get_user_model().objects.create_user(name, is_staff=True), *roles)


def given_role(user, *roles):
    """As read anew: a user remembers what it may do."""
    user.groups.set(Group.objects.filter(name__in=roles))
    return get_user_model().objects.get(pk=user.pk)


def change_scale(scale, name="EngineSpeed"):
    """An edit that changes what values are."""
    signal = Signal.objects.get(name=name)
    signal.scale = scale
    signal.save()


def approved(author, reviewer, note="better"):
    """The definitions as they stand, submitted by one and approved by the other."""
    return approve(submit(author, note), reviewer, "looks right")


def trial(author, reviewer, *machines, **fields):
    return start_rollout(approved(author, reviewer), reviewer, Cohort(machines, **fields))
