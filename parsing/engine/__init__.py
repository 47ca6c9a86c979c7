"""Extraction: frames in, rows of values and qualities out, by compiled kernels over a model's tables.

Its parts are imported when they are asked for: kernels alone need no numpy, which takes longer to import than many logs
to decode.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from parsing.engine.extractor import Extraction, Extractor, GroupBlock
    from parsing.engine.frames import Frames
    from parsing.engine.unmodelled import Unmodelled

__all__ = ["Extraction", "Extractor", "Frames", "GroupBlock", "Unmodelled"]

_HOMES = {"Frames": "frames", "Unmodelled": "unmodelled"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'extractor')}"), name)
