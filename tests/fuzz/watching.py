"""Runs cases in a process of its own, so that one that crashes, hangs or wants too much memory is told as well."""

from __future__ import annotations

import logging
import multiprocessing
import resource
import sys
import warnings
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection

from parsing.engine.kernels import kernel
from tests.fuzz.harness import run_case

HANGS_AFTER = 90.0
"""Seconds without a word; making a failing case smaller takes some."""

MORE_MEMORY = 2 * 2**30
"""Bytes of address space beyond what the process has at first."""


def watch(names: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """(case, why it fails or None) of these cases, up to one that ends the process."""
    kernel("extract")  # where nobody has compiled the kernels yet, that takes longer than a case may
    receiver, sender = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(target=_work, args=(sender, names), daemon=True)
    process.start()
    sender.close()
    name = "no case"
    try:
        while receiver.poll(HANGS_AFTER):
            name, fault, is_done = receiver.recv()
            if is_done:
                yield name, fault
        yield name, f"{name} fails: {name} says nothing for {HANGS_AFTER:.0f} s"
    except EOFError:
        process.join()
        if process.exitcode:
            yield name, f"{name} fails: {name} ends the process with {process.exitcode}"
    finally:
        process.kill()
        process.join()
        receiver.close()


def be_quiet() -> None:
    """The readers of foreign formats complain on the console, also from destructors."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    sys.unraisablehook = lambda _: None


def _work(sender: Connection, names: Iterable[str]) -> None:
    be_quiet()
    with open("/proc/self/statm", encoding="ascii") as sizes:  # noqa: PTH123 - no file
        limit = int(sizes.read().split()[0]) * resource.getpagesize() + MORE_MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    for name in names:
        sender.send((name, None, False))
        sender.send((name, run_case(name), True))
