"""`python -m tests.fuzz --minutes 10`: random and broken input, until the time is over."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from itertools import islice, takewhile

from tests.fuzz.harness import MAKERS, case_names, run_case
from tests.fuzz.watching import be_quiet, watch


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=0, help="the same seed gives the same cases")
    parser.add_argument("--case", help="run this one only")
    arguments = parser.parse_args()
    if arguments.case:
        be_quiet()
        fault = run_case(arguments.case)
        print(fault or f"{arguments.case} does not fail")  # noqa: T201
        return int(fault is not None)
    return fuzz(60 * arguments.minutes, arguments.seed)


def fuzz(seconds: float, seed: int) -> int:
    """1 if a case failed, else 0. A failure is told in full once, and counted."""
    start = time.monotonic()
    counts: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    while time.monotonic() < start + seconds:
        left = islice(case_names(seed), counts.total(), None)
        for name, fault in watch(takewhile(lambda _: time.monotonic() < start + seconds, left)):
            counts[name.partition(":")[0]] += 1
            if fault:
                kind = fault.splitlines()[0].partition(" fails: ")[2]
                faults[kind] += 1
                if faults[kind] == 1:
                    print(fault, end="\n\n", flush=True)  # noqa: T201
    each = ", ".join(f"{counts[target]} {target}" for target in MAKERS)
    took = time.monotonic() - start
    print(  # noqa: T201
        f"fuzz: seed {seed}, {took:.0f} s, {counts.total()} cases ({each}), "
        f"{faults.total()} failures of {len(faults)} kinds"
    )
    return int(faults.total() > 0)


if __name__ == "__main__":
    sys.exit(main())
