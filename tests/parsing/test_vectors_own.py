"""Vectors worked out by hand, from a DBC's text to values: `golden/vectors.json`, which says why of each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from parsing.quality import Quality
from tests.parsing.oracle import Decoded, Unknown
from tests.parsing.vectors import Definitions

CASES = json.loads((Path(__file__).parent / "golden" / "vectors.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["what"] for case in CASES])
def test_own_vectors(case: dict[str, Any]) -> None:
    definitions = Definitions(
        [("\n".join(file["dbc"]), file.get("match", "auto"), file.get("bus")) for file in case["files"]]
    )
    assert not [finding for each in definitions.sets for finding in each.findings]

    answers = definitions.decode(
        [(frame.get("bus", 0), int(frame["id"], 16), payload(frame)) for frame in case["frames"]]
    )

    for frame, answer in zip(case["frames"], answers, strict=True):
        if "other" in frame:
            assert answer is None
        elif "unknown" in frame:
            assert answer == Unknown(frozenset({frame["unknown"]}))
        else:
            assert isinstance(answer, Decoded)
            assert found(definitions, answer) == wanted(frame), frame


def payload(frame: dict[str, Any]) -> bytes:
    return bytes(frame.get("zeros_before", 0)) + bytes.fromhex(frame["data"])


def found(definitions: Definitions, answer: Decoded) -> tuple[bool, set[int], dict[str, Any]]:
    signals = {
        signal.name: "absent" if cell.raw is None else (cell.value.hex(), Quality(cell.quality).name.lower(), cell.raw)
        for signal, cell in definitions.cells_of(answer)
    }
    return answer.is_short, {row.source for row in answer.rows}, signals


def wanted(frame: dict[str, Any]) -> tuple[bool, set[int], dict[str, Any]]:
    signals = frame["signals"]
    there = {name: cell for name, cell in signals.items() if cell != "absent"}
    signals |= {name: (float(value).hex(), quality, raw) for name, (value, quality, raw) in there.items()}
    return frame.get("short", False), {int(frame.get("source", "00FEFF"), 16)}, signals
