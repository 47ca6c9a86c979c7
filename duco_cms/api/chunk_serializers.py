"""What workers hand in of a span, for the OpenAPI document too; docs/contracts/jobs.md says what it means."""

import math
from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers as s

from duco_cms.api.fields import FiniteField
from duco_cms.api.job_serializers import NUMBER_MAXIMUM, LeaseSerializer, MemoryField

SIGNALS_MAXIMUM: Final = 2_000
RULES_MAXIMUM: Final = 10_000
NAME_CHARACTERS: Final = 500
SERIES_MAXIMUM: Final = 10_000
POINTS_MAXIMUM: Final = 1_000
COUNT_MAXIMUM: Final = 2**53
COUNTS_MAXIMUM: Final = 100
CODE_CHARACTERS: Final = 100
_POINT: Final = 6
_INTEGER_END: Final = 2**63


def _number(most: int = COUNT_MAXIMUM) -> s.IntegerField:
    return s.IntegerField(min_value=0, max_value=most)


def _name() -> s.CharField:
    return s.CharField(max_length=NAME_CHARACTERS, allow_blank=True, trim_whitespace=False)


class SpanSignalSerializer(s.Serializer[None]):
    group = _number()
    slot = _number()
    name = _name()
    both = _number()
    values = _number()
    qualities = _number()
    only_before = _number()
    only_after = _number()
    greatest = FiniteField()


class SpanRuleSerializer(s.Serializer[None]):
    rule = _number()
    name = _name()
    only_before = _number()
    only_after = _number()


class CountsField(s.DictField):
    """Names of tables, or codes, and how often."""

    def to_internal_value(self, data: Any) -> dict[Any, Any]:
        counts = super().to_internal_value(data)
        if len(counts) > COUNTS_MAXIMUM or not all(map(_is_code, counts)):
            raise s.ValidationError(f"At most {COUNTS_MAXIMUM} names or codes.")
        return counts


class SpanFoundSerializer(s.Serializer[None]):
    signals = SpanSignalSerializer(many=True, required=False, max_length=SIGNALS_MAXIMUM)  # type: ignore[call-arg]
    rules = SpanRuleSerializer(many=True, required=False, max_length=RULES_MAXIMUM)  # type: ignore[call-arg]
    rows = CountsField(child=_number(), required=False)
    rejected = CountsField(child=_number(), required=False)


@extend_schema_field({"type": "array", "items": {"type": ["number", "null"]}, "minItems": _POINT, "maxItems": _POINT})
class PointField(s.Field[list[Any], list[Any], list[Any], Any]):
    """[ts µs, ordinal, before, its quality, after, its quality]."""

    def to_internal_value(self, data: object) -> list[Any]:
        if not isinstance(data, list) or len(data) != _POINT or not all(map(_is_number_or_none, data)):
            raise s.ValidationError("A point is [ts, ordinal, before, its quality, after, its quality].")
        return data

    def to_representation(self, value: list[Any]) -> list[Any]:
        return value


class SpanSeriesSerializer(s.Serializer[None]):
    group = _number()
    slot = _number()
    source = _number()  # type: ignore[assignment]  # a field's own attribute
    points = s.ListField(child=PointField(), max_length=POINTS_MAXIMUM)


class ChunkSerializer(LeaseSerializer):
    """What a span of a machine gave."""

    machine = s.IntegerField(min_value=1, max_value=NUMBER_MAXIMUM)
    begin = s.DateTimeField()
    end = s.DateTimeField()
    envelopes = _number()
    values = _number()
    found = SpanFoundSerializer()
    points = SpanSeriesSerializer(many=True, max_length=SERIES_MAXIMUM)  # type: ignore[call-arg]
    memory = MemoryField()


def _is_code(text: str) -> bool:
    return len(text) <= CODE_CHARACTERS and text.isidentifier()


def _is_number_or_none(part: object) -> bool:
    if isinstance(part, float):
        return math.isfinite(part)
    return part is None or (isinstance(part, int) and not isinstance(part, bool) and abs(part) < _INTEGER_END)
