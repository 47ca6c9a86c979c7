"""Types of fields of a release. Bounds are said with `annotated_types`, so that the records need no pydantic."""

from __future__ import annotations

import math
from typing import Annotated

from annotated_types import Ge, Le, MinLen, Predicate

Number = Annotated[float, Predicate(math.isfinite)]
Identity = Annotated[int, Ge(0), Le(0xFFFF_FFFF)]
Name = Annotated[str, MinLen(1)]
Slot = Annotated[int, Ge(0), Le(0xFFFF)]

FLOAT_LENGTHS = (16, 32, 64)
"""Bits of IEEE 754 numbers."""

STANDARD_ID_MAX = 0x7FF

MULTIPLEXOR_MAX_LENGTH = 32
"""DBC writes multiplexor values as 32-bit numbers; the unmodelled page of a frame is kept as i64."""
