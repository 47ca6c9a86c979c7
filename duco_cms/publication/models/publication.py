"""Publications: how each release came to be."""

from django.db import models
from django.db.models import Q

from duco_cms.definitions.models import Release


class Kind(models.TextChoices):
    """Why a release was made."""

    SUBMISSION = "submission", "from a submission"
    ROLLBACK = "rollback", "rollback"
    TRIAL_ENDED = "trial_ended", "end of a trial"
    REDECODE = "redecode", "for a re-decode"


class Publication(models.Model):
    """Beside a release. `origin` is the release whose content was published again, `replaced` the one that was live for
    all machines before. Releases of `manage.py publish` have none. One for a re-decode was never live: history has it.
    """

    release = models.OneToOneField(Release, primary_key=True, on_delete=models.PROTECT, related_name="publication")
    kind = models.CharField(max_length=16, choices=Kind)
    origin = models.ForeignKey(Release, null=True, on_delete=models.PROTECT, related_name="+")
    replaced = models.ForeignKey(Release, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(kind__in=Kind.values), name="publication_kind_known")]

    def __str__(self) -> str:
        return f"{self.release}: {self.get_kind_display()}"
