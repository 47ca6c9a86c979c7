"""The activity of an id's bits as a page draws it: bytes by bits, warmer the more often a bit changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.dateparse import parse_datetime

from duco_cms.unmodelled.runs import Run, counters_of, runs_of

HEATS: Final = 9
"""Steps of colour above "never changes"."""

FULL: Final = 0.5
"""A bit that changes every other time is as warm as can be: noise does."""

_BITS: Final = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """`heat` 0 never changes, HEATS the most. `mark` is what stands in it: 0 or 1 of a constant bit, else nothing."""

    number: int
    heat: int
    mark: str
    text: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Octet:
    """A byte, counted from 1; its cells from bit 7 down to bit 0."""

    number: int
    cells: Sequence[Cell]
    minimum: str
    maximum: str
    distinct: int
    seen: int
    is_shorter: bool
    """Not all frames have it."""


@dataclass(frozen=True, slots=True)
class BitMap:
    """`cycle` in ms. `constant` are ranges of bits that never change, as texts."""

    octets: Sequence[Octet]
    runs: Sequence[Run]
    counters: Sequence[Run]
    constant: Sequence[str]
    cycle: float | None
    first: Any
    last: Any
    examples: Sequence[tuple[Any, str]]


def bit_map(activity: Mapping[str, Any]) -> BitMap:
    """Of the Data API's answer."""
    counting = {
        bit for each in activity["counters"] for bit in range(each["start"], each["start"] + each["length"])
    }  # fmt: skip
    octets = [_octet(place, each, activity["frames"], counting) for place, each in enumerate(activity["bytes"])]
    cycle = activity["cycle_us"]
    return BitMap(
        octets,
        runs_of(activity),
        counters_of(activity),
        _constant(activity),
        None if cycle is None else cycle / 1000,
        parse_datetime(activity["first"] or ""),
        parse_datetime(activity["last"] or ""),
        [(parse_datetime(each["ts"]), _spaced(each["data"])) for each in activity["examples"]],
    )


def _octet(place: int, octet: Mapping[str, Any], frames: int, counting: set[int]) -> Octet:
    cells = [
        _cell(place, bit, octet["ones"][bit], octet["flips"][bit], octet["seen"], counting) for bit in range(_BITS)
    ]
    return Octet(
        place + 1,
        cells[::-1],
        f"{octet['minimum']:02X}",
        f"{octet['maximum']:02X}",
        octet["distinct"],
        octet["seen"],
        octet["seen"] < frames,
    )


def _cell(place: int, bit: int, ones: int, flips: int, seen: int, counting: set[int]) -> Cell:
    number = place * _BITS + bit
    where = f"Bit {number} (byte {place + 1}, bit {bit})"
    if not flips:
        mark = "1" if ones else "0"
        return Cell(number, 0, mark, f"{where}: always {mark}", counts=False)
    rate = flips / max(1, seen - 1)
    heat = min(HEATS, 1 + int(rate / FULL * (HEATS - 1)))
    does = "counts: " if number in counting else ""
    text = f"{where}: {does}changes in {rate:.1%} of the frames, 1 in {ones / seen:.1%}"
    return Cell(number, heat, "", text, number in counting)


def _constant(activity: Mapping[str, Any]) -> list[str]:
    found: list[list[int]] = []
    for place, octet in enumerate(activity["bytes"]):
        for bit, flips in enumerate(octet["flips"]):
            number = place * _BITS + bit
            if flips:
                continue
            if found and found[-1][1] == number - 1:
                found[-1][1] = number
            else:
                found.append([number, number])
    return [f"{low}" if low == high else f"{low} to {high}" for low, high in found]


def _spaced(data: str) -> str:
    """Hex in pairs."""
    return " ".join(data[at : at + 2] for at in range(0, len(data), 2))
