"""Short ways to write releases, frames and what they give, for the tests of parsing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from parsing.compiler import compile_model
from parsing.engine import Extraction, Extractor, Frames
from parsing.release import Release, dump_release, load_release

if TYPE_CHECKING:
    from collections.abc import Sequence

EXTENDED = 0x8000_0000


def signal(name: str = "s", start: int = 0, length: int = 8, *, slot: int = 0, **columns: Any) -> dict[str, Any]:
    plain = {
        "byte_order": "little",
        "type": "unsigned",
        "scale": 1.0,
        "offset": 0.0,
        "minimum": None,
        "maximum": None,
        "unit": "",
        "enum": None,
        "spn": None,
        "sentinels": "none",
        "comment": "",
    }
    return {"slot": slot, "name": name, "start": start, "length": length} | plain | columns


def group(number: int, *signals: dict[str, Any], condition: Sequence[Any] = ()) -> dict[str, Any]:
    return {"id": number, "condition": list(condition), "signals": list(signals)}


def message(*groups: dict[str, Any], **columns: Any) -> dict[str, Any]:
    plain = {
        "id": 1,
        "name": "M",
        "match": "id",
        "can_id": 0x123,
        "extended": False,
        "pgn": None,
        "j1939": False,
        "length": 8,
        "cycle_time": None,
        "frame_format": None,
        "comment": "",
    }
    return plain | columns | {"groups": list(groups)}


def definition_set(number: int, *messages: dict[str, Any]) -> dict[str, Any]:
    return {"id": number, "name": f"set {number}", "messages": list(messages)}


def content(
    *sets: dict[str, Any], bindings: Sequence[tuple[int, int | None]] | None = None, enums: Sequence[Any] = ()
) -> dict[str, Any]:
    """A content with one model, 1, bound as said or to every set on every bus."""
    bound = bindings if bindings is not None else [(one["id"], None) for one in sets]
    model = {"id": 1, "name": "model", "sets": [{"set": number, "bus": bus} for number, bus in bound]}
    return {"enums": list(enums), "sets": list(sets), "models": [model]}


def release(of: dict[str, Any]) -> Release:
    return load_release(dump_release(number=7, content=of, published="2026-01-02T03:04:05Z"))


def extractor(of: dict[str, Any]) -> Extractor:
    return Extractor(compile_model(release(of).content, 1))


def frames(*listed: tuple[int, int, str | bytes], width: int = 8) -> Frames:
    """Frames from (bus, can_id, payload as bytes or hex)."""
    payloads = [bytes.fromhex(data) if isinstance(data, str) else data for _, _, data in listed]
    # Padding is anything: ones show a kernel that reads beyond the frame.
    data = np.full((len(listed), width), 0xFF, np.uint8)
    for row, payload in enumerate(payloads):
        data[row, : len(payload)] = list(payload)
    return Frames(
        np.array([bus for bus, _, _ in listed], np.uint8),
        np.array([can_id for _, can_id, _ in listed], np.uint32),
        np.array([len(payload) for payload in payloads], np.uint16),
        data,
    )


def rows(extraction: Extraction) -> dict[tuple[int, int], list[tuple[float, int]]]:
    """(value, quality) by slot, by (frame, group)."""
    return {
        (int(frame), block.group): list(zip(values, qualities, strict=True))
        for block in extraction.blocks
        for frame, values, qualities in zip(
            block.frame_index, block.values.tolist(), block.qualities.tolist(), strict=True
        )
    }


def decode(one: dict[str, Any], data: str | bytes, *, j1939: bool = False, width: int = 8) -> tuple[float, int]:
    """Value and quality of the only signal of a frame."""
    where: dict[str, Any] = {"extended": True, "can_id": 0x18FF_0000, "j1939": True} if j1939 else {}
    engine = extractor(content(definition_set(1, message(group(1, one), **where))))
    can_id = 0x18FF_0000 | EXTENDED if j1939 else 0x123
    return rows(engine.extract(frames((0, can_id, data), width=width)))[0, 1][one["slot"]]
