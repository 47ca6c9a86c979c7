"""Rollouts: a release on trial on some machines, before all get it."""

import hashlib
from collections.abc import Iterable

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from duco_cms.definitions.models import Release

MOST_BAD_SHARE = 0.05
FEWEST_VALUES = 1000
_SHARES = 10_000
"""A machine's place on the line from 0 to 100 % is known to a hundredth."""


class State(models.TextChoices):
    """Of a rollout."""

    RUNNING = "running", "running"
    PROMOTED = "promoted", "promoted to all"
    ENDED = "ended", "ended"
    PAUSED = "paused", "paused"


class RolloutQuerySet(models.QuerySet["Rollout"]):
    """Rollouts, newest first."""

    def headers(self) -> "RolloutQuerySet":
        """Without the release's content."""
        return self.select_related("release", "started_by").defer("release__content")


class Rollout(models.Model):
    """The trial of a release on canary machines: those that `machines` numbers, and `percentage` of all.

    The guard pauses it where the share of bad values on them has grown by `most_bad_share` since the hour before it,
    once there are `fewest_values`. How it ended is never changed.
    """

    release = models.OneToOneField(Release, on_delete=models.PROTECT, related_name="rollout")
    machines = models.JSONField(default=list)
    percentage = models.FloatField(
        default=0.0, validators=[MinValueValidator(0), MaxValueValidator(100)], help_text="Of all machines."
    )
    most_bad_share = models.FloatField(
        default=MOST_BAD_SHARE, validators=[MinValueValidator(0), MaxValueValidator(1)]
    )  # fmt: skip
    fewest_values = models.PositiveIntegerField(default=FEWEST_VALUES, validators=[MinValueValidator(1)])
    since = models.DateTimeField(auto_now_add=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=State, default=State.RUNNING)
    ended = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True, help_text="A user's name, or guard.")
    reason = models.TextField(blank=True, help_text="Why it ended.")
    evidence = models.JSONField(null=True, help_text="The figures that the guard saw.")

    objects = RolloutQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state=State.RUNNING), name="rollout_one_runs"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="rollout_state_known"),
            models.CheckConstraint(condition=Q(state=State.RUNNING) | Q(ended__isnull=False), name="rollout_end_dated"),
            models.CheckConstraint(condition=Q(percentage__gte=0, percentage__lte=100), name="rollout_percentage"),
            models.CheckConstraint(condition=Q(most_bad_share__gte=0, most_bad_share__lte=1), name="rollout_share"),
        ]

    def __str__(self) -> str:
        return f"Trial of release {self.release_id}"

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # the plugin has defined it
        """In the place of Django's own: people pause trials too."""
        label = str(State(self.state).label)
        return f"{label} by {self.ended_by}" if self.state == State.PAUSED else label

    @property
    def is_running(self) -> bool:
        return self.state == State.RUNNING

    @property
    def etag(self) -> str:
        """Changes with the state."""
        return f'"{self.pk}-{self.state}"'

    def cohort(self, machines: Iterable[int]) -> frozenset[int]:
        """Those of the machines' numbers that take part."""
        named = frozenset(self.machines)
        return frozenset(number for number in machines if number in named or place_of(number) < self.percentage)


def place_of(machine: int) -> float:
    """Where a machine stands between 0 and 100 %: the same in every rollout, so a larger share has the machines of a
    smaller one in it.
    """
    digest = hashlib.sha256(str(machine).encode()).digest()
    return int.from_bytes(digest[:8]) % _SHARES * 100 / _SHARES
