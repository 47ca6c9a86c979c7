"""A definition set as the text of a DBC file, and what a DBC cannot say of it."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

from parsing.dbc.attributes import FRAME_FORMAT_LABELS, FRAME_FORMATS
from parsing.dbc.grammar import KEYWORDS
from parsing.dbc.messages import NULL_ADDRESS
from parsing.dbc.multiplexing import merge
from parsing.dbc.names import NumberedNames, identifier
from parsing.dbc.references import INDEPENDENT
from parsing.dbc.unsayable import Unsayable, Written, compare
from parsing.definitions import EXTENDED_FLAG, Range, pgn_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from parsing.dbc.records import ImportedSignal
    from parsing.definitions import DefinitionSet, Enum, Group, Message, Signal

RESERVED_NAMES = {*KEYWORDS, INDEPENDENT}

UNLISTED = ("VERSION", "NS_", "BS_", "BU_", "BO_", "SG_", "EV_")
"""Not among the new symbols (NS_): the format had them from the first."""

FLOAT_32 = 32

PRIORITY = 6 << 26
"""J1939-21: the default of what is not control information."""

_SYMBOLS = "".join(f"\t{keyword}\n" for keyword in KEYWORDS if keyword not in UNLISTED)

_HEAD = f'VERSION ""\n\n\nNS_ :\n{_SYMBOLS}\nBS_:\n\nBU_:\n\n'

_LABELS = ",".join(f'"{label}"' for label in FRAME_FORMAT_LABELS)

_DEFINITIONS = f"""BA_DEF_ BO_ "GenMsgCycleTime" INT 0 2147483647;
BA_DEF_ BO_ "VFrameFormat" ENUM {_LABELS};
BA_DEF_ SG_ "SPN" INT 0 524287;
BA_DEF_DEF_ "GenMsgCycleTime" 0;
BA_DEF_DEF_ "VFrameFormat" "reserved";
BA_DEF_DEF_ "SPN" 0;
"""


def write_dbc(definition_set: DefinitionSet, enums: Iterable[Enum]) -> tuple[str, tuple[Unsayable, ...]]:
    """The text, which `read_dbc` (matching `auto`) and other tools read, and how what they read differs from the set.

    `enums` are those of the set. Ids, slots and what is retired are no part of a DBC and not mentioned.
    """
    enums = list(enums)
    written = _names(definition_set)
    text = "".join(_lines(written, {enum.id: enum for enum in enums}))
    return text, tuple(compare(text, definition_set, enums, written))


def encode_dbc(text: str) -> bytes:
    """As Windows-1252, which tools for DBC files expect, where that can be told from UTF-8; else as UTF-8."""
    try:
        encoded = text.encode("cp1252")
        encoded.decode("utf-8")
    except UnicodeEncodeError:
        return text.encode()
    except UnicodeDecodeError:
        return encoded
    return text.encode()


def _names(definition_set: DefinitionSet) -> list[Written]:
    """What each message and signal is called in the file."""
    taken = NumberedNames()
    written = []
    for message in definition_set.messages:
        signals = NumberedNames()
        names = {name: signals.take(_name(name)) for name in message.homes()}
        multiplexors = frozenset(name for group in message.groups for name, _ in group.condition)
        written.append(Written(message, taken.take(_name(message.name)), names, multiplexors))
    return written


def _name(name: str) -> str:
    mended = identifier(name)
    return f"{mended}_" if mended in RESERVED_NAMES else mended


def _lines(written: Iterable[Written], enums: Mapping[int, Enum]) -> Iterator[str]:
    written = list(written)
    yield _HEAD
    for each in written:
        yield f"BO_ {_id(each.message)} {each.name}: {each.message.length} Vector__XXX\n"
        yield from (_signal_line(each, group, signal) for group, signal in _signals(each))
        yield "\n"
    yield from (line for each in written for line in _comments(each))
    yield _DEFINITIONS
    yield from (line for each in written for line in _attributes(each))
    yield from (line for each in written for line in _values(each, enums))
    yield from (line for each in written for line in _types(each))
    yield from (line for each in written for line in _selections(each))


def _id(message: Message) -> int:
    """Bit 31 marks 29 bits; of a message that is matched by PGN the id has that PGN."""
    if not message.extended:
        return message.can_id
    if message.match == "pgn" and message.pgn is not None and pgn_of(message.can_id) != message.pgn:
        return EXTENDED_FLAG | PRIORITY | message.pgn << 8 | NULL_ADDRESS
    return EXTENDED_FLAG | message.can_id


def _signals(written: Written) -> list[tuple[Group, Signal]]:
    """Those that can be written, as they are sent."""
    pairs = [(group, signal) for group in written.message.groups for signal in group.signals]
    sayable = [(group, signal) for group, signal in pairs if not group.condition or _selecting(written, group)]
    return sorted(sayable, key=lambda pair: pair[1].end - pair[1].length)


def _selecting(written: Written, group: Group) -> tuple[str, tuple[Range, ...]] | None:
    """The multiplexor that selects a group, and its values as a DBC can say them: none is negative."""
    multiplexor, ranges = group.condition[-1]
    possible = merge(Range(max(low, 0), high) for low, high in ranges if 0 <= high >= low)
    return (written.signals[multiplexor], possible) if multiplexor in written.signals and possible else None


def _signal_line(written: Written, group: Group, signal: Signal) -> str:
    selecting = _selecting(written, group) if group.condition else None
    mark = f"m{selecting[1][0].low}" if selecting else ""
    mark += "M" if signal.name in written.multiplexors else ""
    order = "1" if signal.byte_order == "little" else "0"
    sign = "+" if signal.type == "unsigned" else "-"
    low, high = _limits(signal)
    return (
        f" SG_ {written.signals[signal.name]}{' ' if mark else ''}{mark} : {signal.start}|{signal.length}@{order}{sign}"
        f" ({_number(signal.scale)},{_number(signal.offset)}) [{low}|{high}]"
        f' "{_text(" ".join(signal.unit.split(chr(10))))}" Vector__XXX\n'
    )


def _limits(signal: Signal) -> tuple[str, str]:
    """`[0|0]` says that there are none."""
    if signal.minimum is None and signal.maximum is None:
        return "0", "0"
    low, high = limits_of(signal)
    return _number(low), _number(high)


def limits_of(signal: Signal | ImportedSignal) -> tuple[float, float]:
    """Minimum and maximum; where there is one only, the other is what the bits can hold."""
    if signal.minimum is not None and signal.maximum is not None:
        return signal.minimum, max(signal.minimum, signal.maximum)
    raw = {
        "unsigned": (0, 2**signal.length - 1),
        "signed": (-(2 ** (signal.length - 1)), 2 ** (signal.length - 1) - 1),
        "float": (-sys.float_info.max, sys.float_info.max),
    }[signal.type]
    ends = sorted(_clipped(number * signal.scale + signal.offset) for number in raw)
    low = ends[0] if signal.minimum is None else signal.minimum
    high = ends[1] if signal.maximum is None else signal.maximum
    return (min(low, high) if signal.minimum is None else low), max(low, high)


def _clipped(number: float) -> float:
    return max(-sys.float_info.max, min(sys.float_info.max, number)) if not math.isnan(number) else 0.0


def _number(number: float) -> str:
    """As short as it reads back the same."""
    return repr(float(number)).removesuffix(".0")


def _text(text: str) -> str:
    """Quotes are escaped; a backslash at the end would escape the one that ends the text."""
    escaped = text.replace('"', '\\"')
    return f"{escaped} " if escaped.endswith("\\") else escaped


def _comments(written: Written) -> Iterator[str]:
    number = _id(written.message)
    if written.message.comment:
        yield f'CM_ BO_ {number} "{_text(written.message.comment)}";\n'
    for _, signal in _signals(written):
        if signal.comment:
            yield f'CM_ SG_ {number} {written.signals[signal.name]} "{_text(signal.comment)}";\n'


def _attributes(written: Written) -> Iterator[str]:
    message = written.message
    number = _id(message)
    frame_format = message.frame_format
    if frame_format is None and message.match == "pgn" and number & 0xFF != NULL_ADDRESS:
        # Else the messages would be matched by their ids when the file is read.
        frame_format = "j1939"
    if message.cycle_time is not None:
        yield f'BA_ "GenMsgCycleTime" BO_ {number} {message.cycle_time};\n'
    if frame_format is not None:
        label = next(label for label, value in FRAME_FORMATS.items() if value == frame_format)
        yield f'BA_ "VFrameFormat" BO_ {number} {FRAME_FORMAT_LABELS.index(label)};\n'
    for _, signal in _signals(written):
        if signal.spn is not None:
            yield f'BA_ "SPN" SG_ {number} {written.signals[signal.name]} {signal.spn};\n'


def _values(written: Written, enums: Mapping[int, Enum]) -> Iterator[str]:
    for _, signal in _signals(written):
        enum = enums.get(signal.enum) if signal.enum is not None else None
        if enum is not None and enum.values:
            values = " ".join(f'{number} "{_text(text)}"' for number, text in enum.values)
            yield f"VAL_ {_id(written.message)} {written.signals[signal.name]} {values} ;\n"


def _types(written: Written) -> Iterator[str]:
    for _, signal in _signals(written):
        if signal.type == "float":
            kind = 2 if signal.length > FLOAT_32 else 1
            yield f"SIG_VALTYPE_ {_id(written.message)} {written.signals[signal.name]} : {kind};\n"


def _selections(written: Written) -> Iterator[str]:
    """Only where marks alone do not say it: several multiplexors, or several values for one signal."""
    groups = [(signal, _selecting(written, group)) for group, signal in _signals(written) if group.condition]
    selected = [(written.signals[signal.name], selecting) for signal, selecting in groups if selecting]
    one_value = all(len(ranges) == 1 and ranges[0].low == ranges[0].high for _, (_, ranges) in selected)
    if one_value and len(written.multiplexors) <= 1:
        return
    for name, (multiplexor, ranges) in selected:
        listed = ", ".join(f"{low}-{high}" for low, high in ranges)
        yield f"SG_MUL_VAL_ {_id(written.message)} {name} {multiplexor} {listed};\n"
