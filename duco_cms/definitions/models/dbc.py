"""DBC files that were uploaded: a draft until applied, then the record of what came from where."""

from django.conf import settings
from django.db import models
from django.db.models import Q

DBC_BYTES_MAXIMUM = 20 * 1024 * 1024


class DbcMatch(models.TextChoices):
    """How the messages of a DBC find their frames."""

    AUTO = "auto", "as the file says: J1939 by PGN, all others by id"
    ID = "id", "all by their exact id"
    PGN = "pgn", "all with 29-bit ids by PGN"


class DbcFile(models.Model):
    """An uploaded DBC file, and the set it is meant for."""

    set_name = models.CharField(
        "definition set",
        max_length=100,
        help_text="A new set, or the one to bring up to this file.",
    )
    file_name = models.CharField(max_length=255, editable=False)
    content = models.BinaryField()
    match = models.CharField("messages match", max_length=4, choices=DbcMatch, default=DbcMatch.AUTO)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="dbc_files",
    )
    uploaded = models.DateTimeField(auto_now_add=True)
    applied = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-uploaded"]
        verbose_name = "DBC file"
        constraints = [
            models.CheckConstraint(condition=~Q(set_name=""), name="dbc_has_set"),
            models.CheckConstraint(condition=Q(match__in=DbcMatch.values), name="dbc_match_known"),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} → {self.set_name}"
