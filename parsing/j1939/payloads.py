"""Reassembled messages as a batch of frames, to be extracted like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from parsing.engine.frames import Frames

if TYPE_CHECKING:
    from collections.abc import Sequence

    from parsing.j1939.records import Reassembled


def frames_of(messages: Sequence[Reassembled]) -> Frames:
    """One frame for each message, as wide as the longest payload; there is one."""
    width = max(len(message.payload) for message in messages)
    data = b"".join(message.payload.ljust(width, b"\0") for message in messages)
    return Frames(
        bus=np.array([message.bus for message in messages], np.uint8),
        can_id=np.array([message.can_id for message in messages], np.uint32),
        length=np.array([len(message.payload) for message in messages], np.uint16),
        data=np.frombuffer(data, np.uint8).reshape(-1, width),
    )
