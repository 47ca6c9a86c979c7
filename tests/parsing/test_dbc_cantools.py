"""cantools, which knows the format from another hand, reads clean files as we do."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from cantools.database.can.formats import dbc as peer
from dbc_strategies import definition_sets
from hypothesis import assume, given, settings

from parsing.dbc import ImportedSet, read_dbc, write_dbc
from parsing.definitions import DefinitionSet, Enum

DATA = Path(__file__).parents[3] / "shared" / "data"
FOLDERS = ("05_cantools_vectors", "07_dbc_import_stress")
MOST_PAGES = 5_000
"""Minutes of the peer's time are in more."""


def ours(imported: ImportedSet) -> dict[str, Any]:
    enums = {enum.name: dict(enum.values) for enum in imported.enums}
    return {
        message.name: {
            "id": (message.can_id, message.extended),
            "length": message.length,
            "comment": message.comment,
            "cycle_time": message.cycle_time,
            "j1939": message.frame_format == "j1939",
            "signals": {
                signal.name: {
                    "bits": (signal.start, signal.length, signal.byte_order, signal.type),
                    "conversion": (signal.scale, signal.offset),
                    "limits": (signal.minimum, signal.maximum),
                    "unit": signal.unit,
                    "comment": signal.comment,
                    "spn": signal.spn,
                    "values": enums.get(signal.enum or "", {}),
                    "selected": (group.condition[-1].multiplexor, group.condition[-1].ranges)
                    if group.condition
                    else None,
                }
                for group in message.groups
                for signal in group.signals
            },
        }
        for message in imported.messages
    }


def theirs(text: str) -> dict[str, Any]:
    database = peer.load_string(text, strict=False)
    return {message.name: _message(message) for message in database.messages}


def _message(message: Any) -> dict[str, Any]:
    return {
        "id": (message.frame_id, message.is_extended_frame),
        "length": message.length,
        "comment": message.comment or "",
        "cycle_time": message.cycle_time,
        "j1939": message.protocol == "j1939",
        "signals": {signal.name: _signal(signal) for signal in message.signals},
    }


def _signal(signal: Any) -> dict[str, Any]:
    kind = "float" if signal.conversion.is_float else "signed" if signal.is_signed else "unsigned"
    order = "little" if signal.byte_order == "little_endian" else "big"
    no_limits = not signal.minimum and not signal.maximum
    limits = (None, None) if no_limits else (float(signal.minimum), float(signal.maximum))
    if None not in limits and not limits[0] <= limits[1]:
        limits = (None, None)
    return {
        "bits": (signal.start, signal.length, order, kind),
        "conversion": (float(signal.scale), float(signal.offset)),
        "limits": limits,
        "unit": signal.unit or "",
        "comment": signal.comment or "",
        "spn": signal.spn or None,
        "values": {int(value): str(text) for value, text in (signal.choices or {}).items()},
        "selected": (signal.multiplexer_signal, _ranges(signal.multiplexer_ids)) if signal.multiplexer_signal else None,
    }


def _ranges(values: list[int]) -> tuple[tuple[int, int], ...]:
    ranges: list[list[int]] = []
    for value in sorted(values):
        if ranges and ranges[-1][1] == value - 1:
            ranges[-1][1] = value
        else:
            ranges.append([value, value])
    return tuple((low, high) for low, high in ranges)


def pages_of(definition_set: DefinitionSet) -> int:
    """How many combinations of multiplexed numbers cantools prepares at most."""
    total = 0
    for message in definition_set.messages:
        numbers: dict[str, set[int]] = defaultdict(set)
        for each in (condition for group in message.groups for condition in group.condition):
            numbers[each.multiplexor].update(n for low, high in each.ranges for n in range(low, high + 1))
        total += math.prod(map(len, numbers.values()))
    return total


@given(definition_sets())
@settings(max_examples=40, deadline=None)
def test_what_we_write_is_read_alike(drawn: tuple[DefinitionSet, list[Enum]]) -> None:
    assume(pages_of(drawn[0]) <= MOST_PAGES)
    text, _ = write_dbc(*drawn)

    assert ours(read_dbc(text, "x", match="id")) == theirs(text)


def decoded(path: Path) -> str:
    """Lines end with a line feed, also within comments."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    return text.replace("\r\n", "\n")


def clean_files() -> list[Path]:
    """Those of the recorded data that cantools reads without a repair."""
    repaired = {
        entry["file"]
        for folder in FOLDERS
        for entry in json.loads((DATA / folder / "manifest.json").read_text())
        if entry["cantools"] == "repaired"
    }
    return [path for path in sorted(DATA.glob("0[1-57]*/*.dbc")) if path.name not in repaired]


@pytest.mark.shared_data
@pytest.mark.skipif(not DATA.is_dir(), reason="the recorded logs (../shared/data) are not beside the checkout")
def test_every_clean_file_is_read_alike() -> None:
    paths = clean_files()

    assert len(paths) > 30
    for path in paths:
        text = decoded(path)
        renamed = {finding.message for finding in read_dbc(text, "x").findings if finding.code == "repeated_message"}
        found, wanted = ours(read_dbc(text, "x", match="id")), theirs(text)
        for name in renamed:  # cantools has the last message of a name only
            del found[name], wanted[name]
        assert {name: found[name] for name in wanted} == wanted, path.name
        assert len(found) == len(wanted) + len(renamed), path.name


@pytest.mark.shared_data
@pytest.mark.skipif(not DATA.is_dir(), reason="the recorded logs (../shared/data) are not beside the checkout")
def test_every_file_has_the_messages_and_signals_that_it_is_known_to_have() -> None:
    entries = [
        (folder, entry) for folder in FOLDERS for entry in json.loads((DATA / folder / "manifest.json").read_text())
    ]

    for folder, entry in entries:
        path = next(DATA.glob(f"0[1-57]*/{entry['file']}"))
        imported = read_dbc(path.read_bytes(), path.stem)
        signals = sum(len(group.signals) for message in imported.messages for group in message.groups)
        assert (len(imported.messages), signals) == (entry["messages"], entry["signals"]), (folder, entry["file"])
