"""Runs cases, each from a seed of its own, and says how one that fails can be repeated."""

from __future__ import annotations

import time
import traceback
from random import Random
from typing import TYPE_CHECKING

from tests.fuzz.cases import Case, Maker, shrink
from tests.fuzz.dbc import make_dbc
from tests.fuzz.frames import make_frames
from tests.fuzz.language import make_language
from tests.fuzz.listener import make_listener
from tests.fuzz.logs import make_log

if TYPE_CHECKING:
    from collections.abc import Iterator

MAKERS: dict[str, Maker] = {
    "dbc": make_dbc, "log": make_log, "frames": make_frames, "listener": make_listener, "language": make_language,
}  # fmt: skip
MOST_SECONDS = 5.0
"""Of the processor, that a case may take."""

SHRINKING_SECONDS = 20.0
SHOWN = 4000
"""Characters of an input; the case's name repeats what is longer."""


def case_names(seed: int) -> Iterator[str]:
    """`target:seed:number`, without end."""
    number = 0
    while True:
        for target in MAKERS:
            yield f"{target}:{seed}:{number}"
        number += 1


def run_case(name: str) -> str | None:
    """Why the case fails, with what repeats it; None where it does not."""
    target = name.partition(":")[0]
    case = MAKERS[target](Random(name))  # noqa: S311 - repeatable
    fault = fault_of(case, case.pieces)
    if fault is None:
        return None
    kind, text = fault
    end = time.monotonic() + SHRINKING_SECONDS

    def fails(pieces: list[bytes]) -> bool:
        again = fault_of(case, pieces) if time.monotonic() < end else None
        return again is not None and again[0] == kind

    smaller = b"".join(shrink(case, fails))
    return (
        f"{name} fails: {kind}\n{text}\n{case.shown[:SHOWN]}\n"
        f"{len(smaller)} bytes of {sum(map(len, case.pieces))}, in hexadecimal: {smaller.hex()[:SHOWN]}\n"
        f"again: python -m tests.fuzz --case {name}"
    )


def fault_of(case: Case, pieces: list[bytes]) -> tuple[str, str] | None:
    """What is wrong, told apart by kind and place, and in full."""
    start = time.process_time()
    try:
        case.run(pieces)
    except Exception as error:  # noqa: BLE001 - whatever is not declared is a fault
        place = traceback.extract_tb(error.__traceback__)[-1]
        kind = f"{type(error).__name__} in {place.name}, {place.filename}:{place.lineno}"
        return kind, traceback.format_exc()[-SHOWN:]
    seconds = time.process_time() - start
    return (f"takes more than {MOST_SECONDS} s", f"{seconds:.1f} s") if seconds > MOST_SECONDS else None
