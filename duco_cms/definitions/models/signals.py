"""Signals."""

import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from duco_cms.definitions.models.messages import MESSAGE_BYTES_MAXIMUM, SLOT_MAXIMUM, SignalGroup
from duco_cms.definitions.models.sets import LAST, NOTES, Enum
from duco_cms.definitions.models.tags import Tagged

SPN_MAXIMUM = 524_287
SIGNAL_BITS_MAXIMUM = 64


def _finite(field: str) -> Q:
    """Neither infinite nor NaN, which PostgreSQL orders above all numbers."""
    return Q(**{f"{field}__gte": -sys.float_info.max, f"{field}__lte": sys.float_info.max})


class ByteOrder(models.TextChoices):
    """Of a signal's bits."""

    LITTLE = "little", "little-endian (Intel)"
    BIG = "big", "big-endian (Motorola)"


class SignalType(models.TextChoices):
    """What a signal's bits are."""

    UNSIGNED = "unsigned", "unsigned integer"
    SIGNED = "signed", "signed integer"
    FLOAT = "float", "IEEE 754 float"


class Sentinels(models.TextChoices):
    """Which raw numbers are no values."""

    NONE = "none", "none"
    J1939 = "j1939", "J1939 (not available, error)"


class Signal(Tagged):
    """Where a signal's bits are and what they mean. (group, slot) is this signal in every release."""

    group = models.ForeignKey(SignalGroup, on_delete=models.CASCADE, related_name="signals")
    slot = models.PositiveIntegerField(editable=False)
    name = models.CharField(max_length=200)
    start = models.PositiveSmallIntegerField("start bit", validators=[MaxValueValidator(MESSAGE_BYTES_MAXIMUM * 8 - 1)])
    length = models.PositiveSmallIntegerField(
        "bits",
        validators=[MinValueValidator(1), MaxValueValidator(SIGNAL_BITS_MAXIMUM)],
    )
    byte_order = models.CharField(max_length=6, choices=ByteOrder, default=ByteOrder.LITTLE)
    type = models.CharField(max_length=8, choices=SignalType, default=SignalType.UNSIGNED)
    scale = models.FloatField(default=1.0)
    offset = models.FloatField(default=0.0)
    minimum = models.FloatField(null=True, blank=True)
    maximum = models.FloatField(null=True, blank=True)
    unit = models.CharField(max_length=64, blank=True)
    enum = models.ForeignKey(Enum, null=True, blank=True, on_delete=models.PROTECT, related_name="signals")
    spn = models.PositiveIntegerField("SPN", null=True, blank=True, validators=[MaxValueValidator(SPN_MAXIMUM)])
    sentinels = models.CharField(max_length=5, choices=Sentinels, default=Sentinels.NONE)
    not_available = models.JSONField(
        "not available", null=True, blank=True, help_text="Raw numbers [low, high], in the place of the sentinels'."
    )
    error = models.JSONField(
        null=True, blank=True, help_text="Raw numbers [low, high], in the place of the sentinels'."
    )
    comment = models.TextField(blank=True, max_length=10_000)
    retired = models.BooleanField(default=False, help_text="Not in new releases; its slot stays taken.")
    position = models.PositiveIntegerField(default=LAST, editable=False)
    notes = models.JSONField(default=list, blank=True, editable=False, help_text=NOTES)

    class Meta:
        ordering = ["group", "slot"]
        indexes = [models.Index(fields=["name"]), models.Index(fields=["spn"])]
        constraints = [
            models.UniqueConstraint(fields=["group", "slot"], name="signal_slot_once"),
            models.UniqueConstraint(fields=["group", "name"], condition=Q(retired=False), name="signal_name_once"),
            models.CheckConstraint(condition=Q(slot__lte=SLOT_MAXIMUM), name="signal_slot_range"),
            models.CheckConstraint(condition=Q(start__lt=MESSAGE_BYTES_MAXIMUM * 8), name="signal_start_range"),
            models.CheckConstraint(
                condition=Q(length__gte=1, length__lte=SIGNAL_BITS_MAXIMUM),
                name="signal_length_range",
            ),
            models.CheckConstraint(
                condition=~Q(type=SignalType.FLOAT) | Q(length__in=[16, 32, 64]),
                name="signal_float_length",
                violation_error_message="A float has 16, 32 or 64 bits.",
            ),
            models.CheckConstraint(
                condition=_finite("scale"), name="signal_scale", violation_error_message="The scale is finite."
            ),
            models.CheckConstraint(
                condition=_finite("offset"),
                name="signal_offset",
                violation_error_message="The offset is finite.",
            ),
            models.CheckConstraint(
                condition=(Q(minimum__isnull=True) | _finite("minimum"))
                & (Q(maximum__isnull=True) | _finite("maximum"))
                & (Q(minimum__isnull=True) | Q(maximum__isnull=True) | Q(minimum__lte=F("maximum"))),
                name="signal_limits",
                violation_error_message="The minimum is not above the maximum, and both are finite.",
            ),
            models.CheckConstraint(condition=Q(byte_order__in=ByteOrder.values), name="signal_byte_order_known"),
            models.CheckConstraint(condition=Q(type__in=SignalType.values), name="signal_type_known"),
            models.CheckConstraint(condition=Q(sentinels__in=Sentinels.values), name="signal_sentinels_known"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        """Gives a new signal its slot."""
        if self._state.adding:
            (self.slot,) = self.group.take_slots()
        super().save(**kwargs)

    def clean(self) -> None:
        for field in ("not_available", "error"):
            if not _is_raw_range(getattr(self, field)):
                raise ValidationError({field: "Write [low, high]: two whole numbers that the signal's bits can be."})
        if self.enum is not None and self.enum.definition_set_id != self.group.message.definition_set_id:
            raise ValidationError({"enum": "The enum belongs to another definition set."})


def _is_raw_range(value: object) -> bool:
    match value:
        case None:
            return True
        case [bool(), _] | [_, bool()]:
            return False
        case [int(low), int(high)]:
            return -(2**63) <= low <= high < 2**64
        case _:
            return False
