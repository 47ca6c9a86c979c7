"""What machines send, no definition reads, and nobody needs to look at again."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from duco_cms.definitions.models.release import NOTE_CHARACTERS

WHAT_CHARACTERS = 700


class Kind(models.TextChoices):
    """Of what is not modelled, as the Data API calls them."""

    FRAMES = "frames", "ids and pages"
    ENUM_VALUES = "enum_values", "enum values"
    JSON_FIELDS = "json_fields", "fields of objects"


class Ignored(models.Model):
    """Something that stays out of the inbox, for a reason. `what` is what it is known by, for people too: `PGN 65298
    (FF12) on bus 0`.
    """

    kind = models.CharField(max_length=11, choices=Kind)
    what = models.CharField(max_length=WHAT_CHARACTERS)
    reason = models.CharField("why", max_length=NOTE_CHARACTERS)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["kind", "what"]
        verbose_name = "ignored"
        verbose_name_plural = "unmodelled"
        default_permissions = ("add", "delete", "view")
        constraints = [
            models.UniqueConstraint(fields=["kind", "what"], name="ignored_once"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="ignored_kind_known"),
            models.CheckConstraint(condition=~Q(what="") & ~Q(reason=""), name="ignored_says_why"),
        ]

    def __str__(self) -> str:
        return self.what
