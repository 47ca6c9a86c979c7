"""Organisations, machines, machine models, and which definition sets apply to a model's buses."""

import math
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q

BUS_MAXIMUM = 255

# Azure IoT Hub's own rule for device ids: up to 128 case-sensitive ASCII alphanumerics and these marks.
device_id_validator = RegexValidator(
    r"\A[A-Za-z0-9\-.%_*?!(),:=@$']{1,128}\Z",
    "At most 128 ASCII letters, digits and - . % _ * ? ! ( ) , : = @ $ ' as IoT Hub allows.",
)

MAX_ATTRIBUTES = 100
MAX_ATTRIBUTE_NAME = 100

ATTRIBUTES_HELP = (
    'Numbers that rules read of a machine, by name: {"max_speed": 11.1} is machine.max_speed, in the unit of what the'
    " rules compare it with."
)


def validate_attributes(value: Any) -> None:
    """Raises ValidationError for all but a map of names to finite numbers."""
    if not isinstance(value, dict) or len(value) > MAX_ATTRIBUTES:
        raise ValidationError(f'A map of at most {MAX_ATTRIBUTES} names to numbers, such as {{"max_speed": 11.1}}.')
    for name, number in value.items():
        if not name.isidentifier() or len(name) > MAX_ATTRIBUTE_NAME:
            raise ValidationError(
                f"{name[:MAX_ATTRIBUTE_NAME]!r} is no name: letters, digits and _ , not beginning with a digit."
            )
        if isinstance(number, bool) or not isinstance(number, int | float) or not _is_finite(number):
            raise ValidationError(f"{name} is not a number.")


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # an integer beyond what a float holds
        return False


class Organisation(models.Model):
    """Who owns machines; its members see them and their data."""

    name = models.CharField(max_length=100, unique=True)
    users = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="organisations")

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="organisation_has_name")]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A user belongs to an organisation."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "organisation"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.organisation}"


class MachineModel(models.Model):
    """A type of machine; it names the definition sets that its machines' frames are read with."""

    id = models.AutoField(primary_key=True)
    name = models.CharField(max_length=100, unique=True)
    comment = models.TextField(blank=True, max_length=10_000)
    attributes = models.JSONField(
        default=dict, blank=True, validators=[validate_attributes], help_text=ATTRIBUTES_HELP
    )  # fmt: skip

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="machine_model_has_name")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        # A form field that was emptied gives None.
        self.attributes = self.attributes or {}


class Machine(models.Model):
    """A machine. Its number is in every row of its data, so it is given once and never again."""

    number = models.AutoField(primary_key=True)
    device = models.CharField(
        "device id",
        max_length=128,
        unique=True,
        db_collation="C",
        validators=[device_id_validator],
        help_text="Exactly as the device is named in IoT Hub, upper and lower case included.",
    )
    name = models.CharField(max_length=100)
    model = models.ForeignKey(MachineModel, on_delete=models.PROTECT, related_name="machines")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="machines")
    active = models.BooleanField(default=True, help_text="Data of a machine that is not active is refused.")
    attributes = models.JSONField(
        default=dict,
        blank=True,
        validators=[validate_attributes],
        help_text=f"{ATTRIBUTES_HELP} They stand in the place of the model's of the same names.",
    )
    silent_since = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="machine_number_positive"),
            models.CheckConstraint(condition=~Q(device=""), name="machine_has_device"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.device})"

    def clean(self) -> None:
        self.attributes = self.attributes or {}


class ModelSetBinding(models.Model):
    """A definition set applies to a machine model, on one bus or on all; at equal rank the lower order wins."""

    model = models.ForeignKey(MachineModel, on_delete=models.CASCADE, related_name="bindings")
    definition_set = models.ForeignKey(
        "definitions.DefinitionSet",
        on_delete=models.PROTECT,
        related_name="bindings",
        verbose_name="definition set",
    )
    bus = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(BUS_MAXIMUM)],
        help_text="Channel number 0 to 255; empty for every channel. A set bound to the channel wins.",
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "id"]
        verbose_name = "definition set of a model"
        verbose_name_plural = "definition sets of a model"
        constraints = [
            models.CheckConstraint(condition=Q(bus__isnull=True) | Q(bus__lte=BUS_MAXIMUM), name="binding_bus_range"),
            models.UniqueConstraint(
                fields=["model", "definition_set", "bus"],
                nulls_distinct=False,
                name="binding_once",
                violation_error_message="This set is bound to this model and bus already.",
            ),
        ]

    def __str__(self) -> str:
        where = "every bus" if self.bus is None else f"bus {self.bus}"
        return f"{self.definition_set} on {where}"
