"""The kernels against the slow, obvious decoder, on random definitions and frames; and however a batch is cut."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from definition_samples import EXTENDED, content, definition_set, frames, group, message, release, rows, signal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parsing.compiler import compile_model
from parsing.engine import Extraction, Extractor, Frames
from parsing.reference import Unknown, decode_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEWER_EXAMPLES = settings(EXAMPLES, max_examples=50)

SCALES = st.one_of(
    st.sampled_from([1.0, -1.0, 0.1, 0.125, -0.5, 2.0, 3.0, 1e-7, 0.0, 2.0**40, -(2.0**62), 1e308]),
    st.floats(-1e6, 1e6),
)
OFFSETS = st.one_of(st.sampled_from([0.0, -40.0, 1.0, 2.0**61 + 2.0**10, -(2.0**60)]), st.floats(-1e6, 1e6))
LIMITS = st.one_of(st.none(), st.floats(-1e5, 1e5))


@st.composite
def signals(draw: st.DrawFn, name: str, slot: int, width: int, *, multiplexor: bool = False) -> dict[str, Any]:
    kind = draw(st.sampled_from(["unsigned", "unsigned", "signed", "float"]))
    kind = "unsigned" if multiplexor else kind
    lengths = st.sampled_from([16, 32, 64]) if kind == "float" else st.integers(1, 64)
    length = draw(st.integers(1, 4) if multiplexor else lengths)
    byte_order = draw(st.sampled_from(["little", "big"]))
    # Up to a byte beyond the frame, too: definitions and frames need not agree.
    first = draw(st.integers(0, min(8 * width + 8, 512) - length))
    low, high = sorted([draw(LIMITS), draw(LIMITS)], key=lambda limit: -math.inf if limit is None else limit)
    return signal(
        name,
        first if byte_order == "little" else first ^ 7,
        length,
        slot=slot,
        byte_order=byte_order,
        type=kind,
        scale=draw(SCALES),
        offset=draw(OFFSETS),
        minimum=low,
        maximum=high,
        sentinels=draw(st.sampled_from(["none", "j1939"])),
    )


RANGES = st.lists(
    st.tuples(st.integers(0, 15), st.integers(0, 3)).map(lambda pair: [pair[0], pair[0] + pair[1]]),
    min_size=1,
    max_size=2,
)


@st.composite
def messages(draw: st.DrawFn, number: int, width: int) -> dict[str, Any]:
    """A message with multiplexors up to three deep, each level perhaps with several pages."""
    groups: list[dict[str, Any]] = []
    homes: list[tuple[list[Any], str]] = []
    for index in range(draw(st.integers(1, 6))):
        condition: list[Any] = []
        if homes and draw(st.booleans()):
            outer, above = draw(st.sampled_from(homes))
            condition = [*outer, [above, draw(RANGES)]]
        name = f"g{index}"
        slots = draw(st.lists(st.integers(0, 6), min_size=1, max_size=3, unique=True))
        members = [draw(signals(f"{name}s{slot}", slot, width)) for slot in slots]
        if len(condition) < 3 and draw(st.booleans()):
            members.append(draw(signals(f"{name}m", 7, width, multiplexor=True)))
            homes.append((condition, f"{name}m"))
        groups.append(group(number * 100 + index, *members, condition=condition))
    j1939, match = draw(st.booleans()), draw(st.sampled_from(["id", "pgn"]))
    extended = j1939 or match == "pgn" or draw(st.booleans())
    can_id = draw(st.sampled_from([0x18F00400, 0x18EA0000] if extended else [0x123, 0x7FF]))
    pgn = {0x18F00400: 0xF004, 0x18EA0000: 0xEA00}.get(can_id)
    columns = {"id": number, "match": match, "j1939": j1939, "extended": extended, "can_id": can_id, "pgn": pgn}
    return message(*groups, **columns)


@st.composite
def contents(draw: st.DrawFn, width: int) -> dict[str, Any]:
    sets = [
        definition_set(
            number, *(draw(messages(10 * number + index, width)) for index in range(draw(st.integers(1, 2))))
        )
        for number in range(1, 1 + draw(st.integers(1, 2)))
    ]
    buses = st.sampled_from([None, 0, 1])
    return content(*sets, bindings=[(one["id"], draw(buses)) for one in sets])


IDS = st.sampled_from(
    [0x123, 0x7FF, 0x18F00400 | EXTENDED, 0x0CF00417 | EXTENDED, 0x18EA2117 | EXTENDED, 0x123 | EXTENDED, 0x4000_0123]
)


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], Frames]:
    width = draw(st.sampled_from([8, 8, 12, 64]))
    payloads = st.one_of(
        st.binary(min_size=width, max_size=width),
        st.binary(max_size=width),
        st.sampled_from([b"\xff", b"\xfe", b"\x00"]).map(lambda byte: byte * width),
    )
    listed = draw(st.lists(st.tuples(st.integers(0, 1), IDS, payloads), min_size=1, max_size=30))
    return draw(contents(width)), frames(*listed, width=width)


def same(left: tuple[float, int], right: tuple[float, int]) -> bool:
    return left == right or (math.isnan(left[0]) and math.isnan(right[0]) and left[1] == right[1])


def split(batch: Frames) -> Iterator[tuple[int, int, bytes]]:
    for bus, can_id, length, data in zip(batch.bus, batch.can_id, batch.length, batch.data, strict=True):
        yield int(bus), int(can_id), data[:length].tobytes()


@EXAMPLES
@given(cases())
def test_kernels_give_what_the_reference_gives(case: tuple[dict[str, Any], Frames]) -> None:
    of, batch = case
    loaded = release(of)
    extraction = Extractor(compile_model(loaded, 1)).extract(batch)
    found = rows(extraction)
    sources = {
        (frame, block.group): source
        for block in extraction.blocks
        for frame, source in zip(block.frame_index.tolist(), block.source.tolist(), strict=True)
    }
    unknown = other = 0

    for frame, (bus, can_id, data) in enumerate(split(batch)):
        expected = decode_frame(loaded, 1, bus, can_id, data)
        if expected is None:
            other += 1
        elif isinstance(expected, Unknown):
            unknown += 1
            assert expected.pages & pages_of(extraction, batch, bus, can_id)
        else:
            for row in expected:
                cells = found.pop((frame, row.group))
                assert len(cells) == len(row.cells)
                assert all(map(same, cells, row.cells)), (frame, row, cells)
                assert sources[frame, row.group] == row.source

    assert not found
    assert extraction.other_frames == other
    assert extraction.unmodelled.frames == unknown


def pages_of(extraction: Extraction, batch: Frames, bus: int, can_id: int) -> set[int]:
    listed = extraction.unmodelled
    return set(listed.page[(listed.bus == bus) & (listed.can_id == can_id)].tolist())


@FEWER_EXAMPLES
@given(cases(), st.data())
def test_results_do_not_depend_on_how_the_frames_are_cut(
    case: tuple[dict[str, Any], Frames], data: st.DataObject
) -> None:
    of, batch = case
    engine = Extractor(compile_model(release(of), 1))
    cuts = sorted({0, len(batch), *data.draw(st.lists(st.integers(0, len(batch)), max_size=4))})
    whole = engine.extract(batch)

    pieces: dict[tuple[int, int], list[tuple[float, int]]] = {}
    unknown: dict[tuple[int, int, int], int] = {}
    for start, end in pairwise(cuts):
        columns = (batch.bus, batch.can_id, batch.length, batch.data)
        piece = engine.extract(Frames(*(column[start:end] for column in columns)))
        pieces |= {(frame + start, number): cells for (frame, number), cells in rows(piece).items()}
        for key, count in counted(piece).items():
            unknown[key] = unknown.get(key, 0) + count

    assert {key: np.array(cells).tobytes() for key, cells in pieces.items()} == {
        key: np.array(cells).tobytes() for key, cells in rows(whole).items()
    }
    assert unknown == counted(whole)


def counted(extraction: Extraction) -> dict[tuple[int, int, int], int]:
    found = extraction.unmodelled
    keys = zip(found.bus.tolist(), found.can_id.tolist(), found.page.tolist(), strict=True)
    return dict(zip(keys, found.count.tolist(), strict=True))
