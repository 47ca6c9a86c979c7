"""Fields that let in only what PostgreSQL can keep and JSON can say."""

import json
import math
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers


class FiniteField(serializers.FloatField):
    """A number: no NaN, no infinity."""

    def to_internal_value(self, data: Any) -> float:
        number = super().to_internal_value(data)
        if not math.isfinite(number):
            self.fail("invalid")
        return number


@extend_schema_field(OpenApiTypes.ANY)
class KeptJsonField(serializers.JSONField):
    """Any JSON, of so many characters at most."""

    def __init__(self, *, most_characters: int, **options: Any) -> None:
        super().__init__(**options)
        self._most = most_characters

    def to_internal_value(self, data: Any) -> Any:
        """PostgreSQL keeps no binary zeros, no halves of surrogate pairs, and no numbers that are none."""
        try:
            text = json.dumps(data, ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError, RecursionError):
            self.fail("invalid")
        if len(text) > self._most:
            raise serializers.ValidationError(f"At most {self._most:,} characters.")
        if r"\u0000" in text or any("\ud800" <= character <= "\udfff" for character in text):
            raise serializers.ValidationError("It has characters that cannot be kept.")
        return data


@extend_schema_field(OpenApiTypes.ANY)
class StoredJsonField(serializers.JSONField):
    """As it is stored, null too."""
