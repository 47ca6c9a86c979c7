"""Which machines a user may see. Every list, page and API of machines begins here."""

from typing import Protocol

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import F, QuerySet

from duco_cms.fleet.models import Machine, Membership


class VisibleMachine(Protocol):
    """What the objects of `machines_visible_to` have, for those who know no CMS models."""

    number: int
    device: str
    name: str
    model_id: int
    model_name: str
    organisation_name: str


def machines_visible_to(user: AbstractBaseUser | AnonymousUser) -> QuerySet[Machine]:
    """Platform staff see all machines, others those of their organisations, anonymous users none.

    The objects have `model_name` and `organisation_name` beside the machine's own fields (`VisibleMachine`).
    """
    machines = Machine.objects.annotate(model_name=F("model__name"), organisation_name=F("organisation__name"))
    if not user.is_authenticated or not user.is_active:
        return machines.none()
    if getattr(user, "is_superuser", False) or getattr(user, "is_staff", False):
        return machines
    # A subquery, not a join: a join would give a machine once a membership.
    return machines.filter(organisation__in=Membership.objects.filter(user=user.pk).values("organisation"))
