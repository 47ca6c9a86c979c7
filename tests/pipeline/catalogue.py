"""A small release and fleet, handed to workers as the copies on disk they start from while the CMS is down."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from ingest.meta import cache
from ingest.meta.follower import DIRECTORY_PATH, RELEASE_PATHS, copy_of
from parsing.release import dump_release

EEC1, STATUS, GEAR = 0x0CF00400, 0x18FF5027, 0x123
# A message of 20 bytes, which takes three packets.
LONG_PGN, LONG_BYTES = 0xFF20, 20
MODEL = 2


def signal(slot: int, name: str, start: int, length: int, **more: Any) -> dict[str, Any]:
    return {
        "slot": slot, "name": name, "start": start, "length": length, "byte_order": "little", "type": "unsigned",
        "scale": 1.0, "offset": 0.0, "minimum": None, "maximum": None, "unit": "", "enum": None, "spn": None,
        "sentinels": "none", "comment": "",
    } | more  # fmt: skip


def message(number: int, name: str, can_id: int, groups: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "id": number, "name": name, "match": "id", "can_id": can_id, "extended": can_id > 0x7FF, "pgn": None,
        "j1939": False, "length": 8, "cycle_time": None, "frame_format": None, "comment": "", "groups": groups,
    } | more  # fmt: skip


CONTENT: dict[str, Any] = {
    "enums": [],
    "sets": [
        {
            "id": 1,
            "name": "pipeline tests",
            "messages": [
                message(
                    1, "EEC1", EEC1,
                    [
                        {
                            "id": 10,
                            "condition": [],
                            "signals": [
                                signal(0, "ActualTorque", 16, 8, offset=-125.0, unit="%", sentinels="j1939"),
                                signal(1, "EngineSpeed", 24, 16, scale=0.125, unit="rpm", spn=190, sentinels="j1939"),
                            ],
                        }
                    ],
                    match="pgn", pgn=61444, j1939=True,
                ),
                message(
                    2, "HydraulicStatus", STATUS,
                    [
                        {"id": 20, "condition": [], "signals": [signal(0, "Page", 0, 8)]},
                        {
                            "id": 21,
                            "condition": [["Page", [[0, 0]]]],
                            "signals": [signal(0, "PumpPressure", 8, 16, scale=0.1, maximum=450.0, unit="bar")],
                        },
                        {
                            "id": 22,
                            "condition": [["Page", [[1, 3]]]],
                            "signals": [signal(0, "OilTemperature", 8, 8, offset=-40.0, unit="degC")],
                        },
                    ],
                ),
                message(
                    4, "Long", 0x18000000 | LONG_PGN << 8,
                    [
                        {
                            "id": 40,
                            "condition": [],
                            "signals": [signal(0, "Mode", 0, 8), signal(1, "Tail", 144, 16, scale=0.5)],
                        },
                        {
                            "id": 41,
                            "condition": [["Mode", [[0, 1]]]],
                            "signals": [signal(0, "Middle", 56, 16)],
                        },
                    ],
                    match="pgn", pgn=LONG_PGN, j1939=True, length=LONG_BYTES,
                ),
                message(3, "Gear", GEAR, [{"id": 30, "condition": [], "signals": [signal(0, "Gear", 0, 4)]}]),
            ],
        }
    ],
    "models": [{"id": MODEL, "name": "EX-1", "sets": [{"set": 1, "bus": None}]}],
}  # fmt: skip


def give_copies(var: Path, devices: list[str], number: int = 1, content: dict[str, Any] | None = None) -> None:
    """Write release and directory where a worker with `DUCO_VAR=var` looks for its copies; machines count from 1."""
    cache.write(copy_of(RELEASE_PATHS["stable"], var / "meta"), release(number, content))
    cache.write(copy_of(DIRECTORY_PATH, var / "meta"), directory(devices))


def directory(devices: list[str], trial: Sequence[str] = ()) -> cache.Stored:
    """As the Meta API gives it; the devices in `trial` follow the channel canary."""
    machines = [
        {
            "machine": index, "device": device, "name": device, "model": MODEL, "organisation": 1,
            "channel": "canary" if device in trial else "stable",
        }
        for index, device in enumerate(devices, start=1)
    ]  # fmt: skip
    return cache.Stored(f'"d{trial}"', orjson.dumps({"format": 1, "machines": machines}))


def release(number: int, content: dict[str, Any] | None = None) -> cache.Stored:
    """As the Meta API gives it."""
    body = dump_release(number=number, content=content or CONTENT, published="2026-01-01T00:00:00Z")
    return cache.Stored(f'"r{number}"', body)
