"""One frame through the engine, as it would be decoded in a machine that has this definition set alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from parsing.compiler import compile_model
from parsing.compiler.transport import is_transported, transport_content
from parsing.definitions import EXTENDED_FLAG, Binding, Content, Message, Model
from parsing.engine import Extraction, Extractor, Frames

_MODEL = 1
_ADDRESS = 0xFF


@dataclass(frozen=True, slots=True)
class DecodedFrame:
    """`groups`: values and qualities by slot, of each group that got a row. `unknown_page`: the multiplexor's raw
    value that no case knows. `is_known`: a message matches it.
    """

    groups: Mapping[int, tuple[list[float], list[int]]]
    unknown_page: int | None
    is_known: bool


class FrameDecoder:
    """Of one definition set."""

    def __init__(self, content: Content, set_id: int) -> None:
        own = tuple(each for each in content.sets if each.id == set_id)
        self._content = replace(content, sets=own, models=(Model(_MODEL, "proof", (Binding(set_id, None),)),), rules=())
        self._extractors: dict[bool, Extractor] = {}

    def decode(self, message: Message, payload: bytes, source_address: int | None) -> DecodedFrame:
        carried = is_transported(message)
        if carried not in self._extractors:
            content = transport_content(self._content) if carried else self._content
            self._extractors[carried] = Extractor(compile_model(content, _MODEL))
        extraction = self._extractors[carried].extract(_frame(message, payload, source_address))
        return _decoded(extraction)


def _frame(message: Message, payload: bytes, source_address: int | None) -> Frames:
    can_id = message.can_id
    if message.j1939 and source_address is not None:
        can_id = can_id & ~_ADDRESS | source_address
    identity = can_id | (EXTENDED_FLAG if message.extended else 0)
    width = max(8, -(-len(payload) // 8) * 8)
    data = np.frombuffer(payload.ljust(width, b"\0"), np.uint8).reshape(1, width)
    length = np.array([len(payload)], np.uint16)
    return Frames(np.zeros(1, np.uint8), np.array([identity], np.uint32), length, data)


def _decoded(extraction: Extraction) -> DecodedFrame:
    groups = {
        block.group: (block.values[0].tolist(), block.qualities[0].tolist())
        for block in extraction.blocks
        if len(block.frame_index)
    }
    pages = extraction.unknown_page.tolist()
    page = pages[0] if pages and pages[0] >= 0 else None
    return DecodedFrame(groups, page, is_known=not pages or page is not None)
