"""The audit: who did what, when and why. Rows are added, and never changed or deleted."""

from typing import Any, Never

from django.conf import settings
from django.db import models


class EntryIsImmutableError(TypeError):
    """An entry of the audit was about to be changed or deleted."""


class Action(models.TextChoices):
    """What was done."""

    SUBMITTED = "submitted", "submitted"
    APPROVED = "approved", "approved"
    REJECTED = "rejected", "rejected"
    WITHDRAWN = "withdrawn", "withdrawn"
    PUBLISHED = "published", "published"
    TRIED = "tried", "put on trial"
    PROMOTED = "promoted", "promoted"
    ENDED = "ended", "trial ended"
    PAUSED = "paused", "paused"
    ROLLED_BACK = "rolled_back", "rolled back"
    ADDED = "added", "added"
    EDITED = "edited", "edited"
    DELETED = "deleted", "deleted"
    IMPORTED = "imported", "imported"
    BACKTESTED = "backtested", "asked for a backtest"
    REDECODED = "redecoded", "asked for a re-decode"
    RESUMED = "resumed", "resumed"
    CANCELLED = "cancelled", "cancelled"


class EntryQuerySet(models.QuerySet["Entry"]):
    """Refuses what would change entries behind `save`; a database trigger refuses the rest."""

    def update(self, **_kwargs: object) -> Never:
        raise EntryIsImmutableError("The audit is not edited.")

    def delete(self) -> Never:
        raise EntryIsImmutableError("The audit is not edited.")


class Entry(models.Model):
    """One thing that was done. `actor` is the name that the user had then, `guard` or `the system`; `changes` are lines
    such as `scale: 0.125 → 0.25`, `machines` the numbers of those that it was done to.
    """

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    actor = models.CharField("who", max_length=150)
    action = models.CharField("what", max_length=16, choices=Action)
    subject = models.CharField(max_length=500)
    reason = models.TextField("why", blank=True)
    release = models.PositiveIntegerField(null=True, db_index=True)
    machines = models.JSONField(default=list)
    changes = models.JSONField(default=list)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = "audit entry"
        verbose_name_plural = "audit"
        default_permissions = ("view",)
        constraints = [models.CheckConstraint(condition=models.Q(action__in=Action.values), name="entry_action_known")]

    def __str__(self) -> str:
        return f"{self.actor} {self.get_action_display()} {self.subject}"

    def save(self, **kwargs: Any) -> None:
        if not self._state.adding:
            raise EntryIsImmutableError("The audit is not edited.")
        super().save(**{**kwargs, "force_insert": True})

    def delete(self, *_args: object, **_kwargs: object) -> Never:
        raise EntryIsImmutableError("The audit is not edited.")
