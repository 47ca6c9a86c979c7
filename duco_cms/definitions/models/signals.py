"""Definition sets, their messages, groups, signals and enums.

Numbers of sets, messages, groups and enums, and slots in groups, are in stored rows and in every release: they are
given once. What disappears from a definition is retired, so that its number stays taken.
"""

import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q

STANDARD_ID_MAXIMUM = 0x7FF
EXTENDED_ID_MAXIMUM = 0x1FFF_FFFF
PGN_MAXIMUM = 0x3_FFFF
SPN_MAXIMUM = 524_287
SIGNAL_BITS_MAXIMUM = 64
SLOT_MAXIMUM = 65_535
# J1939-21: the longest message that the transport protocol carries.
MESSAGE_BYTES_MAXIMUM = 1785


def _finite(field: str) -> Q:
    """Neither infinite nor NaN, which PostgreSQL orders above all numbers."""
    return Q(**{f"{field}__gte": -sys.float_info.max, f"{field}__lte": sys.float_info.max})


class DefinitionSet(models.Model):
    """Messages that belong together, as those of one DBC file do."""

    id = models.AutoField(primary_key=True)
    name = models.CharField(max_length=100, unique=True)
    comment = models.TextField(blank=True, max_length=10_000)

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

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["definition_set", "name"], name="enum_name_once")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if not isinstance(self.values, list) or not all(_is_enum_value(value) for value in self.values):
            raise ValidationError({"values": "Write a list of [number, text]."})
        numbers = [number for number, _ in self.values]
        if len(numbers) != len(set(numbers)):
            raise ValidationError({"values": "A number is named twice."})


def _is_enum_value(value: object) -> bool:
    match value:
        case [bool(), _]:
            return False
        case [int(), str()]:
            return True
        case _:
            return False


class Match(models.TextChoices):
    """How frames find their message."""

    ID = "id", "exact id"
    PGN = "pgn", "J1939 PGN"


class FrameFormat(models.TextChoices):
    """What a DBC's attribute VFrameFormat says."""

    STANDARD = "standard", "11-bit id"
    EXTENDED = "extended", "29-bit id"
    STANDARD_FD = "standard_fd", "CAN FD, 11-bit id"
    EXTENDED_FD = "extended_fd", "CAN FD, 29-bit id"
    J1939 = "j1939", "J1939"


class Message(models.Model):
    """A message: which frames it is, and how long they are."""

    id = models.AutoField(primary_key=True)
    definition_set = models.ForeignKey(
        DefinitionSet,
        on_delete=models.CASCADE,
        related_name="messages",
        verbose_name="definition set",
    )
    name = models.CharField(max_length=200)
    match = models.CharField(max_length=3, choices=Match, default=Match.ID)
    can_id = models.PositiveBigIntegerField("CAN id", validators=[MaxValueValidator(EXTENDED_ID_MAXIMUM)])
    extended = models.BooleanField("29-bit id", default=False)
    pgn = models.PositiveIntegerField("PGN", null=True, blank=True, validators=[MaxValueValidator(PGN_MAXIMUM)])
    j1939 = models.BooleanField("is J1939", default=False)
    length = models.PositiveSmallIntegerField(
        "bytes", validators=[MaxValueValidator(MESSAGE_BYTES_MAXIMUM)], help_text="Bytes of the whole message."
    )
    cycle_time = models.PositiveIntegerField(
        "cycle time", null=True, blank=True, validators=[MinValueValidator(1)], help_text="ms; empty = not cyclic."
    )
    frame_format = models.CharField("frame format", max_length=11, choices=FrameFormat, blank=True)
    comment = models.TextField(blank=True, max_length=10_000)
    retired = models.BooleanField(default=False, help_text="Not in new releases; its numbers stay taken.")

    class Meta:
        ordering = ["definition_set", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(extended=False, can_id__lte=STANDARD_ID_MAXIMUM)
                | Q(extended=True, can_id__lte=EXTENDED_ID_MAXIMUM),
                name="message_id_fits",
                violation_error_message="An 11-bit id is at most 7FF, a 29-bit id at most 1FFFFFFF.",
            ),
            models.CheckConstraint(
                condition=Q(match=Match.ID) | Q(match=Match.PGN, extended=True, pgn__isnull=False),
                name="message_pgn_given",
                violation_error_message="A message found by PGN has a 29-bit id and a PGN.",
            ),
            models.CheckConstraint(condition=Q(length__lte=MESSAGE_BYTES_MAXIMUM), name="message_length"),
            models.CheckConstraint(condition=Q(match__in=Match.values), name="message_match_known"),
            models.CheckConstraint(
                condition=Q(cycle_time__isnull=True) | Q(cycle_time__gte=1), name="message_cycle_time"
            ),
            models.CheckConstraint(
                condition=Q(frame_format__in=["", *FrameFormat.values]), name="message_frame_format_known"
            ),
            models.UniqueConstraint(
                fields=["definition_set", "name"],
                condition=Q(retired=False),
                name="message_name_once",
            ),
            models.UniqueConstraint(
                fields=["definition_set", "can_id", "extended"],
                condition=Q(retired=False, match=Match.ID),
                name="message_id_once",
            ),
            models.UniqueConstraint(
                fields=["definition_set", "pgn"],
                condition=Q(retired=False, match=Match.PGN),
                name="message_pgn_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def can_id_text(self) -> str:
        """The id as analysers write it: three hex digits, or eight for 29 bits."""
        return f"{self.can_id:08X}" if self.extended else f"{self.can_id:03X}"


class SignalGroup(models.Model):
    """The signals of a message that share one multiplexing condition; gives out slots."""

    id = models.AutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="groups")
    condition = models.JSONField(
        default=list,
        blank=True,
        help_text='Outermost first: [["multiplexor", [[low, high], …]], …]; [] is the unconditional group.',
    )
    next_slot = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["message", "condition"], name="group_condition_once"),
            models.CheckConstraint(condition=Q(id__gte=1), name="group_number_positive"),
            models.CheckConstraint(condition=Q(next_slot__lte=SLOT_MAXIMUM + 1), name="group_slots_left"),
        ]

    def __str__(self) -> str:
        return f"{self.message.name}: {self.condition_text}"

    @property
    def condition_text(self) -> str:
        """Such as `page = 2, sub = 1|3`; `always` for the unconditional group."""
        return ", ".join(f"{name} = {_ranges_text(ranges)}" for name, ranges in self.condition) or "always"

    def take_slots(self, number: int = 1) -> range:
        """The next slots, taken for good even if the signals that get them are deleted.

        The update holds the row until the transaction ends, so nobody takes the same slots before they are read.
        """
        with transaction.atomic():
            SignalGroup.objects.filter(pk=self.pk).update(next_slot=F("next_slot") + number)
            self.refresh_from_db(fields=["next_slot"])
        return range(self.next_slot - number, self.next_slot)


def _ranges_text(ranges: list[list[int]]) -> str:
    return "|".join(str(low) if low == high else f"{low}–{high}" for low, high in ranges)  # noqa: RUF001 - a range


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


class Signal(models.Model):
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
    comment = models.TextField(blank=True, max_length=10_000)
    retired = models.BooleanField(default=False, help_text="Not in new releases; its slot stays taken.")

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
        if self.enum is not None and self.enum.definition_set_id != self.group.message.definition_set_id:
            raise ValidationError({"enum": "The enum belongs to another definition set."})
