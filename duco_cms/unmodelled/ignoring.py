"""Keeping something out of the inbox, and taking it back; both are told of in the audit."""

from django.contrib.auth.models import User
from django.db import transaction

from duco_cms.audit.models import Action
from duco_cms.audit.record import record
from duco_cms.unmodelled.models import Ignored


def ignore(user: User, kind: str, what: str, reason: str) -> bool:
    """Whether it was not ignored before; the reason that stands there stays."""
    with transaction.atomic():
        _, is_new = Ignored.objects.get_or_create(kind=kind, what=what, defaults={"reason": reason, "user": user})
        if is_new:
            record(Action.ADDED, f"ignored {what}", user, reason=reason)
    return is_new


def heed(user: User, kind: str, what: str) -> bool:
    """Back into the inbox: whether it was ignored."""
    with transaction.atomic():
        deleted, _ = Ignored.objects.filter(kind=kind, what=what).delete()
        if deleted:
            record(Action.DELETED, f"ignored {what}", user)
    return bool(deleted)
