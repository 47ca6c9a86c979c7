"""Messages and their groups of signals.

Numbers of sets, messages, groups and enums, and slots in groups, are in stored rows and in every release: they are
given once. What disappears from a definition is retired, so that its number stays taken.
"""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q

from duco_cms.definitions.models.sets import LAST, NOTES, DefinitionSet
from duco_cms.definitions.models.tags import Tagged
from parsing.can_id import hex_id

STANDARD_ID_MAXIMUM = 0x7FF
EXTENDED_ID_MAXIMUM = 0x1FFF_FFFF
PGN_MAXIMUM = 0x3_FFFF
ADDRESS_MAXIMUM = 253
SLOT_MAXIMUM = 65_535
# J1939-21: the longest message that the transport protocol carries.
MESSAGE_BYTES_MAXIMUM = 1785


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


class Message(Tagged):
    """A message: which frames it is, and how long they are."""

    id = models.AutoField(primary_key=True)
    definition_set = models.ForeignKey(
        DefinitionSet,
        on_delete=models.CASCADE,
        related_name="messages",
        verbose_name="definition set",
    )
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    match = models.CharField(max_length=3, choices=Match, default=Match.ID)
    can_id = models.PositiveBigIntegerField("CAN id", validators=[MaxValueValidator(EXTENDED_ID_MAXIMUM)])
    extended = models.BooleanField("29-bit id", default=False)
    pgn = models.PositiveIntegerField("PGN", null=True, blank=True, validators=[MaxValueValidator(PGN_MAXIMUM)])
    source_address = models.PositiveSmallIntegerField(
        "source address",
        null=True,
        blank=True,
        validators=[MaxValueValidator(ADDRESS_MAXIMUM)],
        help_text="Only frames from there, of a message found by PGN; empty = from anyone.",
    )
    j1939 = models.BooleanField("is J1939", default=False)
    length = models.PositiveSmallIntegerField(
        "bytes", validators=[MaxValueValidator(MESSAGE_BYTES_MAXIMUM)], help_text="Bytes of the whole message."
    )
    cycle_time = models.PositiveIntegerField(
        "cycle time", null=True, blank=True, validators=[MinValueValidator(1)], help_text="ms; empty = not cyclic."
    )
    timeout = models.PositiveIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1)], help_text="ms; its values are stale from then on."
    )
    dtcs = models.JSONField(
        "trouble codes",
        default=list,
        blank=True,
        help_text='Lists in it: [[name, first byte from 1, maximum], …], such as [["active", 3, 60]].',
    )
    frame_format = models.CharField("frame format", max_length=11, choices=FrameFormat, blank=True)
    comment = models.TextField(blank=True, max_length=10_000)
    retired = models.BooleanField(default=False, help_text="Not in new releases; its numbers stay taken.")
    position = models.PositiveIntegerField(default=LAST, editable=False)
    notes = models.JSONField(default=list, blank=True, editable=False, help_text=NOTES)

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
            models.CheckConstraint(
                condition=Q(source_address__isnull=True) | Q(source_address__lte=ADDRESS_MAXIMUM, match=Match.PGN),
                name="message_source_address",
                violation_error_message="A source address is at most 253, of a message that is found by PGN.",
            ),
            models.CheckConstraint(condition=Q(timeout__isnull=True) | Q(timeout__gte=1), name="message_timeout"),
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
                condition=Q(retired=False, match=Match.PGN, source_address__isnull=True),
                name="message_pgn_once",
            ),
            models.UniqueConstraint(
                fields=["definition_set", "pgn", "source_address"],
                condition=Q(retired=False, match=Match.PGN, source_address__isnull=False),
                name="message_sender_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.dtcs = self.dtcs or []  # a form gives None for an empty field
        if not isinstance(self.dtcs, list) or not all(_is_dtc_list(each) for each in self.dtcs):
            raise ValidationError({"dtcs": "Write a list of [name, first byte from 1, maximum]."})

    @property
    def can_id_text(self) -> str:
        return hex_id(self.can_id, extended=self.extended)


def _is_dtc_list(value: object) -> bool:
    match value:
        case [str(), bool(), _] | [str(), _, bool()]:
            return False
        case [str(name), int(first_byte), int(maximum)]:
            return bool(name) and 1 <= first_byte <= MESSAGE_BYTES_MAXIMUM and 1 <= maximum <= MESSAGE_BYTES_MAXIMUM
        case _:
            return False


class SignalGroup(models.Model):
    """The signals of a message that share one multiplexing condition; gives out slots."""

    id = models.AutoField(primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="groups")
    condition = models.JSONField(
        default=list,
        blank=True,
        help_text='Outermost first: [["multiplexor", [[low, high], …]], …]; [] is the unconditional group.',
    )
    title = models.CharField(max_length=200, blank=True)
    known = models.BooleanField(
        "known without signals", default=False, help_text="The page is known though it has no signals."
    )
    position = models.PositiveIntegerField(default=LAST, editable=False)
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

    def clean(self) -> None:
        self.condition = self.condition or []  # a form gives None for an empty field
        if not isinstance(self.condition, list) or not all(_is_condition(each) for each in self.condition):
            raise ValidationError({"condition": 'Write [["multiplexor", [[low, high], …]], …], or [].'})

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


def _is_condition(value: object) -> bool:
    match value:
        case [str(), list(ranges)] if ranges:
            return all(_is_range(each) for each in ranges)
        case _:
            return False


def _is_range(value: object) -> bool:
    match value:
        case [bool(), _] | [_, bool()]:
            return False
        case [int(low), int(high)]:
            return low <= high
        case _:
            return False


def _ranges_text(ranges: list[list[int]]) -> str:
    return "|".join(str(low) if low == high else f"{low}–{high}" for low, high in ranges)  # noqa: RUF001 - a range
