"""Kernels are compiled once and linked from then on, without numba; whoever asks for less memory does not lose any."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import llvmlite.binding as llvm
import numpy as np
import pytest
from definition_samples import content, definition_set, extractor, frames, group, message, signal

from parsing.engine import ahead
from parsing.engine.arena import Pool

ROOT = Path(__file__).parents[2]


def test_who_decodes_does_not_import_numba() -> None:
    code = (
        "import sys; sys.path[:0] = ['tests/parsing']; from definition_samples import *; "
        "decode(signal(), '2a'); print('numba' in sys.modules)"
    )
    extractor(content(definition_set(1, message(group(1, signal())))))  # compiled by now

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


def test_a_kernel_that_calls_what_no_process_links_is_refused() -> None:
    module = llvm.parse_assembly("declare double @pow(double, double)\ndeclare void @PyErr_Clear()")

    with pytest.raises(RuntimeError, match="pow"):
        ahead._end(module)


def test_memory_is_used_again_only_when_nobody_holds_it() -> None:
    pool = Pool()
    first = pool.take(1000)
    view = first.bytes[100:200].view(np.uint32)[3:]
    second = pool.take(1000)
    assert second.at != first.at
    kept = first.at
    del first
    assert pool.take(1000).at != kept, "a view of a view is still there"
    del view
    assert pool.take(1000).at == kept
    assert kept % 64 == 0
    assert second.at % 64 == 0


def test_extractions_that_are_kept_stay_as_they_were() -> None:
    engine = extractor(content(definition_set(1, message(group(1, signal(length=16))))))

    kept = [engine.extract(frames(*[(0, 0x123, value.to_bytes(2, "little"))] * 50)) for value in range(20)]

    for value, extraction in enumerate(kept):
        (block,) = extraction.blocks
        assert set(block.values[:, 0].tolist()) == {float(value)}
