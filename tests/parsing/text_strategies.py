"""Definition sets with all that a text can say, for property tests."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st

from parsing.assemble import imported_of
from parsing.dbc.multiplexing import in_order
from parsing.dbc.records import ImportedEnum, ImportedGroup, ImportedMessage, ImportedSet, ImportedSignal, Note
from parsing.definitions import DtcList, Otherwise, RawRange
from parsing.language.notes import HEADER, case_place, dtc_place
from tests.parsing.dbc_strategies import definition_sets

if TYPE_CHECKING:
    from typing import Any

CHARACTERS = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="`[]")
NAMES = st.text(CHARACTERS, min_size=1, max_size=12)
END, TOP = Note("", ("the end",), ""), Note(HEADER, ("the machine", "of its maker"), "")
TITLES = st.text(CHARACTERS, max_size=12)
LINES = st.text(CHARACTERS, max_size=12).map(lambda line: line.strip().lstrip("#").strip()).filter(bool)
MILLISECONDS = st.none() | st.integers(1, 2**31 - 1)


@st.composite
def notes(draw: st.DrawFn, at: str) -> Note:
    above = tuple(draw(st.lists(LINES, max_size=2)))
    return Note(at, above, draw(LINES) if not above or draw(st.booleans()) else "")


@st.composite
def enums(draw: st.DrawFn, enum: ImportedEnum, name: str) -> ImportedEnum:
    """No member has the name of a quality: its numbers would have it."""
    numbers = [number for number, _ in enum.values]
    names = [draw(NAMES.filter(lambda text: text not in ("not_available", "error"))) for _ in numbers]
    titled = draw(st.lists(st.sampled_from(numbers), unique=True))
    return ImportedEnum(
        name=name,
        values=tuple(zip(numbers, names, strict=True)),
        type=draw(st.none() | st.sampled_from(["u1", "u4", "i8", "u64"])),
        titles=tuple((number, draw(TITLES.filter(bool))) for number in numbers if number in titled),
        otherwise=draw(st.none() | st.builds(Otherwise, NAMES, TITLES)),
        notes=tuple(draw(st.sampled_from([(), (draw(notes("")),), (draw(notes(str(numbers[0]))),)]))),
    )


@st.composite
def signals(draw: st.DrawFn, signal: ImportedSignal, names: dict[str, str]) -> ImportedSignal:
    own: dict[str, Any] = {}
    if signal.type != "float":
        least = -(1 << (signal.length - 1)) if signal.type == "signed" else 0
        numbers = st.integers(least, least + 2**signal.length - 1)
        ranges = st.none() | st.tuples(numbers, numbers).map(lambda pair: RawRange(min(pair), max(pair)))
        own = {"not_available": draw(ranges), "error": draw(ranges)}
    return replace(
        signal,
        **own,
        unit=signal.unit.translate(str.maketrans("", "", "[]\x85\u2028\u2029")).strip(),
        enum=names[signal.enum] if signal.enum else None,
        sentinels=draw(st.sampled_from(["none", "j1939"])),
        notes=tuple(draw(st.sampled_from([(), (draw(notes("")),)]))),
    )


@st.composite
def messages(draw: st.DrawFn, message: ImportedMessage, names: dict[str, str]) -> ImportedMessage:
    drawn = {
        group.condition: ImportedGroup(
            group.condition,
            tuple(draw(signals(signal, names)) for signal in group.signals),
            draw(TITLES) if group.condition else "",
        )
        for group in message.groups
    }
    groups = tuple(drawn[condition] for condition in in_order(drawn))
    sender = draw(st.none() | st.integers(0, 253)) if message.match == "pgn" else None
    dtcs = draw(st.lists(st.builds(DtcList, st.just("active"), st.integers(1, 1785), st.integers(1, 1785)), max_size=1))
    multiplexors = {name for group in groups for name, _ in group.condition[:1]}
    noted = ["", *(dtc_place(name) for name, *_ in dtcs), *sorted(multiplexors), *map(case_place, list(drawn)[1:])]
    return replace(
        message,
        groups=groups,
        title=draw(TITLES),
        timeout=draw(MILLISECONDS),
        source_address=sender,
        dtcs=tuple(dtcs),
        notes=tuple(draw(notes(at)) for at in sorted(draw(st.lists(st.sampled_from(noted), unique=True)))),
    )


@st.composite
def imported_sets(draw: st.DrawFn) -> ImportedSet:
    definition_set, made = draw(definition_sets())
    plain = imported_of(definition_set, made)
    names = {enum.name: draw(NAMES) + f" {number}" for number, enum in enumerate(plain.enums)}
    return replace(
        plain,
        enums=tuple(draw(enums(enum, names[enum.name])) for enum in plain.enums),
        messages=tuple(draw(messages(message, names)) for message in plain.messages),
        notes=draw(st.sampled_from([(), (END,), (TOP,), (END, TOP)])) if plain.enums or plain.messages else (),
    )
