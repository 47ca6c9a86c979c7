"""Words that engineers find definitions by. They are in no release, and in no text."""

import re

from django.core.validators import RegexValidator
from django.db import models

TAGS_CHARACTERS = 300
_TAG = r"[^\s,]{1,40}"

tags_validator = RegexValidator(
    rf"^(?:{_TAG}(?: {_TAG})*)?\Z", "Write words of at most 40 characters, with a space between."
)


def words_of(tags: str) -> list[str]:
    """Each once, in the order of the alphabet."""
    return sorted(set(re.findall(_TAG, tags)))


class Tagged(models.Model):
    tags = models.CharField(
        max_length=TAGS_CHARACTERS,
        blank=True,
        validators=[tags_validator],
        help_text="Words to find it by, with a space between; they are not in releases.",
    )

    class Meta:
        abstract = True
