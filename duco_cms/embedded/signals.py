"""Leaving on a signal without leaving anything behind."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


def leave_on_signals() -> None:
    """Let SIGTERM and SIGHUP, as Ctrl-C does, end us through every `finally`."""
    # A shell without job control starts what it puts in the background with SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


@contextmanager
def undisturbed() -> Iterator[None]:
    """Within it signals do nothing: a second Ctrl-C must not abandon servers that are just writing their last."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
