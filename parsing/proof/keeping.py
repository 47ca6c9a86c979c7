"""A tried frame as a golden sample: its text, with what the frame gives as what is expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from parsing.definitions import Enum, Message, Signal
from parsing.language import printing
from parsing.language.document_of import name_text, unit_text
from parsing.proof.samples import dtc_text
from parsing.proof.trial import Read, SignalPlace
from parsing.quality import Quality

DIGITS = 12
"""Enough to tell every step of a signal; what binary arithmetic leaves behind them is no news."""


def sample_text(
    title: str,
    message: Message,
    payload: bytes,
    source_address: int | None,
    values: Mapping[SignalPlace, Read],
    enums: Mapping[int, Enum],
    remarks: Sequence[str] = (),
) -> str:
    """One item in the signal language, not formatted yet; `remarks` are lines of comment above it."""
    expected = [*_signals(message, values, enums), *_trouble_codes(message, payload)]
    lines = [
        *(f"# {' '.join(each.split())}" for each in remarks),
        f"golden {printing.text(title)} for {_name(message.name)} {{",
        f"    bytes {printing.payload(payload)}",
        *([] if source_address is None else [f"    sa {printing.hexadecimal(source_address)}"]),
        *(["    expect {", *(f"        {each}" for each in expected), "    }"] if expected else []),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _signals(message: Message, values: Mapping[SignalPlace, Read], enums: Mapping[int, Enum]) -> Iterator[str]:
    homes = message.homes()
    for group in message.groups:
        for signal in group.signals:
            # Of signals of one name on several pages a sample can speak of one alone.
            is_meant = homes[signal.name] == (group, signal)
            if is_meant and (group.id, signal.slot) in values:
                yield from _expected(signal, values[group.id, signal.slot], enums)


def _expected(signal: Signal, read: Read, enums: Mapping[int, Enum]) -> Iterator[str]:
    name, quality = _name(signal.name), read.quality
    value = None if read.value is None else _value(signal, read.value, enums)
    if quality <= Quality.OUT_OF_RANGE and value is not None:
        yield f"{name} = {value}"
    if quality > Quality.SUSPECT or value is None:
        yield f"{name} is {quality.name.lower()}"


def _value(signal: Signal, value: float, enums: Mapping[int, Enum]) -> str | None:
    """None: a number of an enum whose name, if it has one, is not its alone."""
    if signal.enum is not None:
        named = enums[signal.enum].values
        members = [text for number, text in named if number == value]
        is_alone = len([text for _, text in named if [text] == members]) == 1
        return _name(members[0]) if is_alone else None
    unit = unit_text(signal.unit)
    return printing.number(float(f"{value:.{DIGITS}g}")) + (f" [{unit}]" if unit else "")


def _trouble_codes(message: Message, payload: bytes) -> Iterator[str]:
    for each in message.dtcs:
        yield f"{_name(each.name)} = {printing.text(dtc_text(payload[each.first_byte - 1 :]))}"


def _name(name: str) -> str:
    return printing.name(name_text(name))
