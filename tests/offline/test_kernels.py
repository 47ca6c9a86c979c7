"""What the command's kernels do, against the slow or the other way to do it."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsing.assemble import build_content
from parsing.compiler import ModelTables, compile_model
from parsing.compiler.packing import pack
from parsing.dbc import read_dbc
from parsing.engine import Extractor, Frames, kernels
from parsing.engine.ahead import link
from parsing.engine.image import Image, NotSelfContained
from parsing.engine.kernels import address, kernel
from parsing.engine.long_form import long_rows
from parsing.engine.memory import Memory
from parsing.engine.row_extractor import FrameColumns, RowExtractor
from parsing.engine.scratch import CompiledModel
from parsing.j1939 import concerns
from tests.offline.samples import COUNTERS, ENGINE, SELECTED

PGNS = [0xEB00, 0xEC00, 0xEE00, 0xFECA, 0xFECB, 0xFECC, 0xEA00, 0xF004, 0x1FECA, 0x2EB00]
IDS = st.one_of(
    st.integers(0, 2**32 - 1),
    st.builds(
        lambda pgn, rest, flags: pgn << 8 | rest | flags << 29,
        st.sampled_from(PGNS), st.sampled_from([0x33, 0xFF33, 0x0C00FF00, 0x1C000000]), st.sampled_from([0, 4, 6, 5]),
    ),
)  # fmt: skip


def compiled(*dbcs: str) -> ModelTables:
    sets = [read_dbc(text, str(number), match="auto") for number, text in enumerate(dbcs)]
    content = build_content(sets, {"log": [(one.name, None) for one in sets]})
    return compile_model(content, content.models[0].id)


def frames(ids: list[int], lengths: list[int], seed: int) -> Frames:
    data = np.random.default_rng(seed).integers(0, 256, (len(ids), 8), np.uint8)
    data[:, 0] %= 3
    return Frames(np.zeros(len(ids), np.uint8), np.array(ids, np.uint32), np.array(lengths, np.uint16), data)


@given(st.lists(st.tuples(IDS, st.integers(0, 255), st.integers(0, 2**40)), max_size=60))
@settings(max_examples=100, deadline=None)
def test_which_frames_concern_j1939(rows: list[tuple[int, int, int]]) -> None:
    ids, lengths, times = (np.array([row[place] for row in rows], dtype) for place, dtype in (
        (0, np.uint32), (1, np.uint8), (2, np.int64),
    ))  # fmt: skip
    wide, found = np.empty(len(rows), np.uint16), np.empty(len(rows), np.uint32)
    totals = Memory(16)

    kernel("survey")(len(rows), *map(address, (times, ids, lengths, wide, found)), totals.at)

    count, latest = totals.numbers("q", 2)
    assert found[:count].tolist() == np.flatnonzero(concerns(ids)).tolist()
    assert wide.tolist() == lengths.tolist()
    assert latest == max(times.tolist(), default=0)


@given(
    st.lists(st.tuples(st.sampled_from([291, 256, 257, 512, 7, 291 | 1 << 30]), st.integers(0, 8)), max_size=80),
    st.integers(0, 2**16),
)
@settings(max_examples=100, deadline=None)
def test_rows_are_those_of_the_other_way(rows: list[tuple[int, int]], seed: int) -> None:
    tables = compiled(ENGINE, COUNTERS, SELECTED)
    batch = frames([can_id for can_id, _ in rows], [length for _, length in rows], seed)
    wanted = Extractor(tables).extract(batch)
    extractor = RowExtractor(CompiledModel(pack(tables)))
    words = batch.words()
    columns = map(address, (batch.bus, batch.can_id, batch.length, words))

    found = extractor.extract(FrameColumns(len(rows), 0, 0, *columns, 1, words))

    long = long_rows(wanted)
    for name in ("frame", "signal", "value", "raw", "quality"):
        column = getattr(long, name)
        assert bytes(getattr(found.rows, name).view[: column.nbytes]) == column.tobytes(), name
    listed = wanted.unmodelled
    assert (found.other, found.short) == (wanted.other_frames, len(wanted.short_frame))
    assert [(one.can_id, one.page, one.frames) for one in found.unknown] == list(
        zip(listed.can_id.tolist(), listed.page.tolist(), listed.count.tolist(), strict=True)
    )
    assert extractor.unknown_frames() == list(
        zip(wanted.unknown_frame.tolist(), wanted.unknown_page.tolist(), strict=True)
    )


def unpacked(packed: bytes, bits: int) -> Iterator[int]:
    """The hybrid of run lengths and bit packing, as "Encodings.md" of Apache Parquet says, bit by bit."""
    at = 0

    def varint() -> int:
        nonlocal at
        number = shift = 0
        while True:
            byte = packed[at]
            at += 1
            number |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return number

    while at < len(packed):
        header = varint()
        if header & 1:
            size = (header >> 1) * bits
            held = int.from_bytes(packed[at : at + size], "little")
            yield from (held >> place * bits & (1 << bits) - 1 for place in range((header >> 1) * 8))
        else:
            size = -(-bits // 8)
            yield from [int.from_bytes(packed[at : at + size], "little")] * (header >> 1)
        at += size


@given(st.integers(1, 24), st.lists(st.tuples(st.integers(0, 2**24 - 1), st.integers(1, 40)), max_size=12))
@settings(max_examples=300, deadline=None)
def test_codes_as_parquet_packs_them(bits: int, runs: list[tuple[int, int]]) -> None:
    codes = np.array([code & (1 << bits) - 1 for code, count in runs for _ in range(count)], np.uint32)
    target, size = np.full(len(codes) * bits // 8 + len(codes) // 2 + 64, 0xEE, np.uint8), Memory(8)

    kernel("pack_codes")(len(codes), address(codes), bits, address(target), size.at)

    (used,) = size.numbers("Q", 1)
    found = list(unpacked(target[:used].tobytes(), bits))
    assert found[: len(codes)] == codes.tolist()
    assert len(found) - len(codes) < 8
    assert (target[used:] == 0xEE).all()


def test_the_image_does_what_llvm_links() -> None:
    image, code = Image(kernels.object_code()), kernels.object_code()

    assert set(image.addresses) >= {signature.name for signature in kernels.SIGNATURES}
    results = []
    for at in (image.addresses["survey"], link(code, "survey")):
        ids, lengths = np.array([0x98FECA33, 0x123], np.uint32), np.array([8, 3], np.uint8)
        times, wide, found = np.array([5, 4]), np.zeros(2, np.uint16), np.zeros(2, np.uint32)
        totals = np.zeros(2, np.int64)
        type(kernel("survey"))(at)(2, *map(address, (times, ids, lengths, wide, found, totals)))
        results.append((wide.tolist(), found.tolist(), totals.tolist()))
    assert results == [([8, 3], [0, 0], [1, 5])] * 2


@pytest.mark.parametrize("machine", [0, 183])
def test_an_object_for_another_processor_is_left_to_llvm(machine: int) -> None:
    code = bytearray(kernels.object_code())
    code[18:20] = machine.to_bytes(2, "little")

    with pytest.raises(NotSelfContained, match="x86-64"):
        Image(bytes(code))


def test_what_is_no_object_is_left_to_llvm() -> None:
    with pytest.raises(NotSelfContained, match="ELF"):
        Image(b"\xcf\xfa\xed\xfe" + bytes(100))
