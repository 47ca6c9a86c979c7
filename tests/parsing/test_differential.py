"""The kernels against the oracle, on random definitions and frames; and however the frames are cut into batches.

`HYPOTHESIS_PROFILE=thorough` tries 10,000 of them.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from parsing.compiler import compile_model
from parsing.engine import Extractor, Frames
from parsing.engine.long_form import long_rows
from tests.parsing.case_frames import make_frames
from tests.parsing.cases import make_case
from tests.parsing.oracle_comparison import bits_of, compare
from tests.parsing.thorough import EXAMPLES, SEEDS

if TYPE_CHECKING:
    from parsing.engine import Extraction

MANY = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
FEWER = settings(MANY, max_examples=EXAMPLES // 5)
RANDOMS = st.randoms(use_true_random=False)

pytestmark = pytest.mark.timeout(3600)


@MANY
@given(RANDOMS)
def test_kernels_give_what_the_oracle_gives(random: Random) -> None:
    case = make_case(random)
    note(repr(case))

    compare(case.content, case.frames)


def test_kernels_give_what_the_oracle_gives_on_many_more() -> None:
    """Cases that hypothesis does not make cost a fifth; those of a seed are the same in every run."""
    for seed in range(SEEDS):
        case = make_case(Random(seed))  # noqa: S311 - repeatable
        try:
            compare(case.content, case.frames)
        except AssertionError as error:
            error.add_note(f"seed {seed}: {case}")
            raise


@FEWER
@given(RANDOMS, st.data())
def test_results_do_not_depend_on_how_the_frames_are_cut(random: Random, data: st.DataObject) -> None:
    case = make_case(random)
    note(repr(case))
    engine = Extractor(compile_model(case.content, 1))
    count = len(case.frames)
    cuts = sorted({0, count, *data.draw(st.lists(st.integers(0, count), max_size=4))})

    pieces = [
        place
        for start, end in pairwise(cuts)
        for place in given_by(engine.extract(select(case.frames, slice(start, end))), start)
    ]

    assert Counter(pieces) == Counter(given_by(engine.extract(case.frames), 0))


@FEWER
@given(RANDOMS)
def test_earlier_batches_stay_as_they_were_while_later_ones_are_extracted(random: Random) -> None:
    """The engine uses the memory of batches that nobody holds again; some are held here, some only in part."""
    case = make_case(random)
    note(repr(case))
    engine = Extractor(compile_model(case.content, 1))
    held = []
    for _ in range(8):
        extraction = engine.extract(make_frames(random, case.content, case.frames.data.shape[1]))
        before = given_by(extraction, 0)
        if random.random() < 0.7:
            blocks = [block.values for block in extraction.blocks]
            copies = [values.copy() for values in blocks]
            held.append((random.choice((extraction, None)), before, blocks, copies))

    for extraction, before, blocks, copies in held:
        assert extraction is None or given_by(extraction, 0) == before
        assert all(block.tobytes() == copy.tobytes() for block, copy in zip(blocks, copies, strict=True))


def select(frames: Frames, which: slice) -> Frames:
    return Frames(frames.bus[which], frames.can_id[which], frames.length[which], frames.data[which])


def given_by(extraction: Extraction, first: int) -> list[tuple[object, ...]]:
    """All that a batch gave, with frames counted from `first`."""
    rows = long_rows(extraction)
    columns = (rows.frame, rows.signal, rows.raw, rows.quality)
    values = map(bits_of, rows.value.tolist())
    found: list[tuple[object, ...]] = [
        ("value", frame + first, *rest)
        for frame, *rest in zip(*(column.tolist() for column in columns), values, strict=True)
    ]
    found += [("block", *place) for place in block_places(extraction, first)]
    unknown = zip(extraction.unknown_frame.tolist(), extraction.unknown_page.tolist(), strict=True)
    found += [("unknown", frame + first, page) for frame, page in unknown]
    found += [("short", frame + first) for frame in extraction.short_frame.tolist()]
    return found + [("other",)] * extraction.other_frames


def block_places(extraction: Extraction, first: int) -> list[tuple[object, ...]]:
    return [
        (block.group, frame + first, source, *map(bits_of, values), *qualities)
        for block in extraction.blocks
        for frame, source, values, qualities in zip(
            block.frame_index.tolist(),
            block.source.tolist(),
            block.values.tolist(),
            block.qualities.tolist(),
            strict=True,
        )
    ]
