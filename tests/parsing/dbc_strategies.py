"""Definition sets that a DBC can say in full, for property tests."""

from __future__ import annotations

from hypothesis import strategies as st

from parsing.dbc.multiplexing import merge
from parsing.dbc.writer import RESERVED_NAMES
from parsing.definitions import Condition, DefinitionSet, Enum, Group, Message, Range, Signal, network_bit, pgn_of

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,30}", fullmatch=True).filter(lambda name: name not in RESERVED_NAMES)
# A carriage return is a line end in a file, and a backslash at the end of a text escapes the quote after it.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\t"), max_size=30).filter(
    lambda text: not text.endswith("\\")
)
UNITS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8).filter(lambda text: not text.endswith("\\"))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=64)
LIMITS = st.one_of(
    st.just((None, None)),
    st.tuples(NUMBERS, NUMBERS).map(lambda pair: (min(pair), max(pair))).filter(lambda pair: pair != (0, 0)),
)
VALUES = st.dictionaries(st.integers(-(2**63), 2**63 - 1), TEXTS, min_size=1, max_size=4).map(
    lambda values: tuple(sorted(values.items()))
)
RANGES = st.lists(
    st.tuples(st.integers(0, 255), st.integers(0, 12)).map(lambda pair: Range(pair[0], pair[0] + pair[1])),
    min_size=1,
    max_size=3,
).map(merge)


@st.composite
def placed(draw: st.DrawFn, payload_bits: int, kind: str) -> tuple[int, int, str]:
    """Start, bits and byte order of a signal within the payload."""
    lengths = st.sampled_from([32, 64] if kind == "float" else range(1, 65))
    length = min(draw(lengths), payload_bits)
    first = draw(st.integers(0, payload_bits - length))
    order = draw(st.sampled_from(["little", "big"]))
    return (network_bit(first) if order == "big" else first), length, order


@st.composite
def signals(draw: st.DrawFn, name: str, slot: int, *, j1939: bool, multiplexor: bool, enum: Enum | None) -> Signal:
    kind = "unsigned" if multiplexor else draw(st.sampled_from(["unsigned", "signed", "float"]))
    start, length, order = (8 * slot % 64, 8, "little") if multiplexor else draw(placed(64, kind))
    minimum, maximum = draw(LIMITS)
    return Signal(
        slot=slot,
        name=name,
        start=start,
        length=length,
        byte_order=order,
        type=kind,
        scale=draw(NUMBERS.filter(bool)),
        offset=draw(NUMBERS),
        minimum=minimum,
        maximum=maximum,
        unit=draw(UNITS),
        enum=enum.id if enum else None,
        spn=draw(st.none() | st.integers(1, 2**19 - 1)),
        sentinels="j1939" if j1939 and kind == "unsigned" else "none",
        comment=draw(TEXTS),
    )


@st.composite
def conditions(draw: st.DrawFn, names: list[str]) -> list[tuple[Condition, ...]]:
    """Of the groups of a message, whose multiplexors are the first names: each of its own group."""
    found: list[tuple[Condition, ...]] = [()]
    for _ in range(draw(st.integers(0, 4))):
        parent = draw(st.integers(0, len(found) - 1))
        condition = (*found[parent], Condition(names[parent], draw(RANGES)))
        if condition not in found:
            found.append(condition)
    return found


@st.composite
def groups(draw: st.DrawFn, first_group: int, *, j1939: bool, enums: list[Enum]) -> tuple[Group, ...]:
    names = draw(st.lists(NAMES, min_size=5, max_size=12, unique=True))
    all_conditions = draw(conditions(names))
    multiplexors = {condition.multiplexor for chain in all_conditions for condition in chain}
    members: list[list[str]] = [[name] for name in names[: len(all_conditions)]]
    for name in names[len(all_conditions) :]:
        members[draw(st.integers(0, len(members) - 1))].append(name)
    made = []
    for number, (condition, group_names) in enumerate(zip(all_conditions, members, strict=True)):
        drawn = [
            draw(
                signals(
                    name,
                    slot,
                    j1939=j1939,
                    multiplexor=name in multiplexors,
                    enum=draw(st.none() | st.sampled_from(enums)) if enums else None,
                )
            )
            for slot, name in enumerate(group_names)
        ]
        made.append(Group(first_group + number, condition, tuple(drawn)))
    return tuple(made)


@st.composite
def messages(draw: st.DrawFn, number: int, name: str, enums: list[Enum]) -> Message:
    """Ids by number, so that no two match the same frames."""
    kind = draw(st.sampled_from(["standard", "extended", "pgn"]))
    extended = kind != "standard"
    can_id = {"standard": number, "extended": 0x18F0_0000 + number, "pgn": 0x0CF0_0000 + (number << 8) + 0x21}[kind]
    frame_formats = {"standard": [None, "standard", "standard_fd"], "extended": [None, "extended", "extended_fd"]}
    j1939 = kind == "pgn"
    return Message(
        id=number,
        name=name,
        match="pgn" if j1939 else "id",
        can_id=can_id,
        extended=extended,
        pgn=pgn_of(can_id) if j1939 else None,
        j1939=j1939,
        length=draw(st.integers(8, 64)),
        cycle_time=draw(st.none() | st.integers(1, 2**31 - 1)),
        frame_format=draw(st.sampled_from(frame_formats.get(kind, ["j1939"]))),
        comment=draw(TEXTS),
        groups=draw(groups(10 * number, j1939=j1939, enums=enums)),
    )


@st.composite
def definition_sets(draw: st.DrawFn) -> tuple[DefinitionSet, list[Enum]]:
    values = draw(st.lists(VALUES, max_size=3, unique=True))
    enums = [Enum(number, f"enum {number}", listed) for number, listed in enumerate(values, 1)]
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    drawn = [draw(messages(number, name, enums)) for number, name in enumerate(names, 1)]
    return DefinitionSet(1, "set", tuple(drawn)), enums
