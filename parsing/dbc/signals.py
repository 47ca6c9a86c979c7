"""One signal of a DBC, and the enums that signals share."""

from __future__ import annotations

import math
from typing import Any, Literal

from parsing.dbc.records import Finding, ImportedEnum, ImportedSignal
from parsing.definitions import MAX_FRAME_BITS, network_bit
from parsing.release_checks import FLOAT_LENGTHS

MAX_LENGTH = 64
I64 = range(-(2**63), 2**63)


class EnumNames:
    """Collects the enums of a set: equal lists of values are one enum, named after its first signal."""

    def __init__(self) -> None:
        self._names: dict[tuple[tuple[int, str], ...], str] = {}
        self._taken: set[str] = set()

    def name(self, message: str, signal: str, values: tuple[tuple[int, str], ...]) -> str:
        """The name of the enum with these values."""
        if values not in self._names:
            plain = (signal, f"{message}_{signal}")
            numbered = (f"{message}_{signal}_{number}" for number in range(2, len(self._taken) + 3))
            name = next(name for name in (*plain, *numbered) if name not in self._taken)
            self._names[values] = name
            self._taken.add(name)
        return self._names[values]

    def enums(self) -> tuple[ImportedEnum, ...]:
        return tuple(ImportedEnum(name, values) for values, name in self._names.items())


def signal_fault(signal: Any) -> str | None:
    """Why the engine cannot hold the signal, if it cannot."""
    start = signal.start if signal.byte_order == "little_endian" else network_bit(signal.start)
    if signal.length > MAX_LENGTH:
        return f"{signal.length} bits are more than {MAX_LENGTH}"
    if start + signal.length > MAX_FRAME_BITS:
        return "it ends beyond byte 64"
    if signal.conversion.is_float and signal.length not in FLOAT_LENGTHS:
        return f"a float of {signal.length} bits; 16, 32 and 64 are known"
    if not all(math.isfinite(number) for number in (signal.scale, signal.offset)):
        return "its scale or offset is not a finite number"
    return None


def import_signal(message: str, signal: Any, enums: EnumNames, *, j1939: bool) -> tuple[ImportedSignal, list[Finding]]:
    """A cantools signal as ours."""
    kind = _type(signal)
    minimum, maximum, findings = _limits(message, signal)
    values = tuple(sorted((int(value), str(text)) for value, text in (signal.choices or {}).items() if value in I64))
    imported = ImportedSignal(
        name=signal.name,
        start=signal.start,
        length=signal.length,
        byte_order="little" if signal.byte_order == "little_endian" else "big",
        type=kind,
        scale=float(signal.scale),
        offset=float(signal.offset),
        minimum=minimum,
        maximum=maximum,
        unit=signal.unit or "",
        enum=enums.name(message, signal.name, values) if values else None,
        # 0 is the attribute's usual default, and no parameter.
        spn=signal.spn if isinstance(signal.spn, int) and signal.spn > 0 else None,
        sentinels="j1939" if j1939 and kind == "unsigned" else "none",
        comment=signal.comment or "",
    )
    return imported, findings


def _type(signal: Any) -> Literal["unsigned", "signed", "float"]:
    if signal.conversion.is_float:
        return "float"
    return "signed" if signal.is_signed else "unsigned"


def _limits(message: str, signal: Any) -> tuple[float | None, float | None, list[Finding]]:
    """Minimum and maximum; a DBC writes `[0|0]` where there are none."""
    if not signal.minimum and not signal.maximum:
        return None, None, []
    minimum, maximum = float(signal.minimum), float(signal.maximum)
    if not minimum <= maximum:
        text = f"{signal.name}: the limits [{signal.minimum}|{signal.maximum}] allow nothing and are left out"
        return None, None, [Finding(message, text)]
    return minimum, maximum, []
