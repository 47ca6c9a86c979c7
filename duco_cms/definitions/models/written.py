"""What is kept as it is written in the language: rules, definitions of objects, samples and test sequences.

`text` is one item in the shape that the formatter gives it, with its comments. Numbers of rules and groups are in
stored rows and in every release: they are given once, and what disappears is retired.
"""

from typing import Any

from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from duco_cms.definitions.models.messages import SLOT_MAXIMUM, SignalGroup
from duco_cms.definitions.models.sets import LAST, DefinitionSet
from duco_cms.definitions.models.tags import Tagged

NAME_CHARACTERS = 200
TEXT_CHARACTERS = 100_000


class RuleKind(models.TextChoices):
    """What a rule does."""

    CONST = "const", "const"
    DERIVED = "derived", "derived signal"
    CHECK = "check", "check"
    EVENT = "event", "event"


class ObjectKind(models.TextChoices):
    """Which envelopes the objects come in."""

    POSITION = "position", "position"
    LOG = "log", "log"
    FAULT = "fault", "fault"
    REPORT = "report", "report"


def _text_fits(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=LessThanOrEqual(Length("text"), TEXT_CHARACTERS), name=name)


def take_groups(number: int) -> list[int]:
    """Numbers of groups, of the same sequence as those of messages: taken for good."""
    return _take(SignalGroup, number)


def take_rules(number: int) -> list[int]:
    """Numbers of rules, taken for good."""
    return _take(Rule, number)


def _take(model: type[models.Model], number: int) -> list[int]:
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        sql = "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)"
        cursor.execute(sql, [table, number])
        return [given for (given,) in cursor.fetchall()]


class Written(models.Model):
    """One item of a set's text."""

    id = models.AutoField(primary_key=True)
    definition_set = models.ForeignKey(
        DefinitionSet, on_delete=models.CASCADE, related_name="%(class)ss", verbose_name="definition set"
    )
    text = models.TextField(max_length=TEXT_CHARACTERS, help_text="One item in the signal language (docs/language.md).")
    position = models.PositiveIntegerField(default=LAST, editable=False)

    class Meta:
        abstract = True


class Rule(Written, Tagged):
    """A const, derived signal, check or event. Its number is the rule's in every release."""

    kind = models.CharField(max_length=7, choices=RuleKind, editable=False)
    name = models.CharField(max_length=NAME_CHARACTERS, editable=False)
    group = models.PositiveIntegerField(
        null=True, unique=True, editable=False, help_text="What a derived signal's values are stored as."
    )
    replacements = models.JSONField(
        default=dict, editable=False, help_text="Numbers of what a check makes of signals, by their names."
    )
    retired = models.BooleanField(default=False, help_text="Not in new releases; its numbers stay taken.")

    class Meta:
        ordering = ["definition_set", "position", "id"]
        indexes = [models.Index(fields=["name"])]
        constraints = [
            models.UniqueConstraint(
                fields=["definition_set", "name"],
                condition=Q(retired=False),
                name="rule_name_once",
                violation_error_message="The set has another rule of this name.",
            ),
            models.CheckConstraint(condition=Q(kind__in=RuleKind.values), name="rule_kind_known"),
            models.CheckConstraint(condition=~Q(name=""), name="rule_has_name"),
            models.CheckConstraint(
                condition=Q(kind=RuleKind.DERIVED, group__isnull=False)
                | (~Q(kind=RuleKind.DERIVED) & Q(group__isnull=True)),
                name="rule_group_of_derived",
            ),
            _text_fits("rule_text_length"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        """Gives a new derived signal its group."""
        if self.kind == RuleKind.DERIVED and self.group is None:
            (self.group,) = take_groups(1)
        super().save(**kwargs)


class ObjectDefinition(Written, Tagged):
    """How positions, logs, faults or reports are read. (group, slot) is each of its signals in every release."""

    kind = models.CharField(max_length=8, choices=ObjectKind, editable=False)
    name = models.CharField(max_length=NAME_CHARACTERS, editable=False)
    group = models.PositiveIntegerField(unique=True, editable=False)
    slots = models.JSONField(default=dict, editable=False, help_text="By signal; those of signals that went stay.")
    retired = models.BooleanField(default=False, help_text="Not in new releases; its numbers stay taken.")

    class Meta:
        ordering = ["definition_set", "position", "id"]
        verbose_name = "definition of objects"
        verbose_name_plural = "definitions of objects"
        constraints = [
            models.UniqueConstraint(
                fields=["definition_set", "name"],
                condition=Q(retired=False),
                name="object_name_once",
                violation_error_message="The set has another definition of objects of this name.",
            ),
            models.CheckConstraint(condition=Q(kind__in=ObjectKind.values), name="object_kind_known"),
            models.CheckConstraint(condition=~Q(name=""), name="object_has_name"),
            _text_fits("object_text_length"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        """Gives a new definition its group."""
        if self._state.adding:
            (self.group,) = take_groups(1)
        super().save(**kwargs)

    def give_slots(self, names: list[str]) -> None:
        """Slots for signals that have none. Raises ValueError where none is left."""
        following = 1 + max(self.slots.values(), default=-1)
        new = [name for name in names if name not in self.slots]
        if following + len(new) > SLOT_MAXIMUM + 1:
            msg = f"{self.name} has had {following} signals; more than {SLOT_MAXIMUM + 1} are not possible."
            raise ValueError(msg)
        self.slots = {**self.slots, **{name: following + number for number, name in enumerate(new)}}


class Titled(Written):
    """What proves definitions; it has no number in releases."""

    title = models.CharField(max_length=NAME_CHARACTERS, blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["definition_set", "position", "id"]

    def __str__(self) -> str:
        return self.title or "untitled"


class Sample(Titled):
    """A golden sample: a frame or an object, and what has to come of it."""

    class Meta(Titled.Meta):
        verbose_name = "golden sample"
        constraints = [_text_fits("sample_text_length")]


class Sequence(Titled):
    """A test: signals in time, and what rules have to make of them."""

    class Meta(Titled.Meta):
        verbose_name = "test sequence"
        constraints = [_text_fits("sequence_text_length")]
