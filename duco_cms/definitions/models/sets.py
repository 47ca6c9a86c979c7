"""Definition sets and their enums."""

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

LAST = 2**31 - 1
"""Position of what was not written in a text."""

NOTES = "Comments of the text: a list of [part, lines above, behind]."


class DefinitionSet(models.Model):
    """Messages that belong together, as those of one DBC file do."""

    id = models.AutoField(primary_key=True)
    name = models.CharField(max_length=100, unique=True)
    comment = models.TextField(blank=True, max_length=10_000)
    notes = models.JSONField(default=list, blank=True, editable=False, help_text=NOTES)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="set_has_name")]

    def __str__(self) -> str:
        return self.name


class Enum(models.Model):
    """Names for a signal's numbers."""

    id = models.AutoField(primary_key=True)
    definition_set = models.ForeignKey(DefinitionSet, on_delete=models.CASCADE, related_name="enums")
    name = models.CharField(max_length=200)
    values = models.JSONField(help_text='List of [number, text], such as [[0, "off"], [1, "on"]].')
    type = models.CharField(
        max_length=3,
        blank=True,
        validators=[RegexValidator(r"^[ui]([1-9]|[1-5]\d|6[0-4])$", "Write u or i and 1 to 64 bits, such as u4.")],
        help_text="Of signals that say no other, such as u4.",
    )
    titles = models.JSONField(
        default=list, blank=True, help_text='List of [number, title], such as [[0, "It is off"]].'
    )
    otherwise = models.CharField("name of other numbers", max_length=200, blank=True)
    otherwise_title = models.CharField("title of other numbers", max_length=200, blank=True)
    position = models.PositiveIntegerField(default=LAST, editable=False)
    notes = models.JSONField(default=list, blank=True, editable=False, help_text=NOTES)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["definition_set", "name"], name="enum_name_once")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.titles = self.titles or []  # a form gives None for an empty field
        for field, listed in (("values", self.values), ("titles", self.titles)):
            if not isinstance(listed, list) or not all(_is_enum_value(value) for value in listed):
                raise ValidationError({field: "Write a list of [number, text]."})
            numbers = [number for number, _ in listed]
            if len(numbers) != len(set(numbers)):
                raise ValidationError({field: "A number is named twice."})


def _is_enum_value(value: object) -> bool:
    match value:
        case [bool(), _]:
            return False
        case [int(), str()]:
            return True
        case _:
            return False
