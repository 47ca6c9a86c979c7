"""Planted points at which the fault campaign kills a process; without `DUCO_KILL_AT` they do nothing."""

import os
import signal
from collections import Counter

from django.conf import settings

_reached: Counter[str] = Counter()


def reach(point: str) -> None:
    """SIGKILL this process if `DUCO_KILL_AT` is `{point}:{n}` and this is the n-th time the point is reached."""
    kill_at: str = settings.KILL_AT
    if not kill_at:
        return
    _reached[point] += 1
    if kill_at == f"{point}:{_reached[point]}":
        os.kill(os.getpid(), signal.SIGKILL)
