"""Releases: what was published, for good."""

from typing import Any, Never

from django.conf import settings
from django.db import models
from django.db.models import Q

ARTEFACT_FORMAT = 3
NOTE_CHARACTERS = 1000
"""Of a note or reason, wherever it is written."""

NOT_FOR_ALL = ("running", "ended", "paused")
"""States of a rollout (`duco_cms.publication`) whose release only canary machines have, or had."""

FOR_HISTORY = "redecode"
"""Kind of a publication whose release no machine ever runs."""


class ReleaseIsImmutableError(TypeError):
    """A release was about to be changed or deleted. Publish a new one instead."""


class ReleaseQuerySet(models.QuerySet["Release"]):
    """Refuses what would change releases behind `save`; a database trigger refuses the rest."""

    def update(self, **_kwargs: object) -> Never:
        raise ReleaseIsImmutableError("Releases are immutable.")

    def delete(self) -> Never:
        raise ReleaseIsImmutableError("Releases are immutable.")

    def headers(self) -> "ReleaseQuerySet":
        """Without the content, which may be megabytes; newest first."""
        return self.defer("content").select_related("author")

    def stable(self) -> "ReleaseQuerySet":
        """Those that all machines were to run at some time; newest first. The first is the live one."""
        return self.exclude(rollout__state__in=NOT_FOR_ALL).exclude(publication__kind=FOR_HISTORY)

    def live(self) -> "Release | None":
        """With its content."""
        return self.stable().first()

    def before(self, number: int) -> "Release | None":
        """The one that was live before that number was given. With its content."""
        return self.stable().filter(number__lt=number).first()

    def only_tried(self) -> "ReleaseQuerySet":
        """Those that only canary machines run, or ran."""
        return self.filter(rollout__state__in=NOT_FOR_ALL)

    def on_trial(self) -> "ReleaseQuerySet":
        """The one that canary machines run, if any."""
        return self.filter(rollout__state="running")


class Release(models.Model):
    """A numbered, hashed, immutable copy of all definitions. Numbers only count up."""

    number = models.PositiveIntegerField(primary_key=True)
    content_hash = models.CharField(max_length=71, help_text="sha256: and the digest of the canonical content.")
    format = models.PositiveSmallIntegerField(
        default=ARTEFACT_FORMAT, help_text="Of the artefact; it keeps the one in which it was published."
    )
    content = models.TextField(help_text="Canonical JSON.")
    note = models.CharField(max_length=NOTE_CHARACTERS, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="releases",
    )
    published = models.DateTimeField()

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        get_latest_by = "number"
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="release_number_positive"),
            models.CheckConstraint(condition=Q(content_hash__startswith="sha256:"), name="release_hash_named"),
        ]
        permissions = [("publish_release", "Can publish a release")]

    def __str__(self) -> str:
        return f"Release {self.number}"

    def save(self, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ReleaseIsImmutableError("Releases are immutable.")
        super().save(**{**kwargs, "force_insert": True})

    def delete(self, *_args: object, **_kwargs: object) -> Never:
        raise ReleaseIsImmutableError("Releases are immutable.")

    @property
    def etag(self) -> str:
        """Changes with number and content; known without reading the content."""
        return f'"{self.number}-{self.content_hash.removeprefix("sha256:")}"'
