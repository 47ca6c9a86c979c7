"""Extraction: frames in, rows of values and qualities out, by compiled kernels over a model's tables."""

from parsing.engine.extractor import Extraction, Extractor, GroupBlock
from parsing.engine.frames import Frames
from parsing.engine.unmodelled import Unmodelled

__all__ = ["Extraction", "Extractor", "Frames", "GroupBlock", "Unmodelled"]
