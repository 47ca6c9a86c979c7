"""DM1 and DM2 lists, and multi-packet messages, as JSON lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from ingest.offline.j1939 import Heard
from ingest.offline.texts import json_lines
from parsing.j1939 import Diagnostic, Lamp
from parsing.source import decode_source

_MICROSECONDS = 1e6


class DiagnosticFiles:
    """Opened by `stack`; a path that is None is not written."""

    def __init__(self, stack: ExitStack, dtcs: str | None, messages: str | None) -> None:
        self._dtcs: BinaryIO | None = _opened(stack, dtcs)
        self._messages: BinaryIO | None = _opened(stack, messages)

    def write(self, heard: Heard, channels: Mapping[int, str]) -> None:
        if self._dtcs:
            self._dtcs.writelines(json_lines(_lists(heard, channels)))
        if self._messages:
            self._messages.writelines(json_lines(_messages(heard, channels)))


def _opened(stack: ExitStack, path: str | None) -> BinaryIO | None:
    return stack.enter_context(Path(path).open("wb")) if path else None


def _lists(heard: Heard, channels: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    for each in heard.of.lists:
        source = decode_source(each.source)
        yield {
            **_place(heard, each.index, source.bus, channels),
            "sa": source.source_address,
            "dm": each.said.dm,
            "transport": each.transport,
            "lamp_bytes": each.payload[:2].hex(),
            "lamps": _lamps(each),
            "dtcs": [{"spn": dtc.spn, "fmi": dtc.fmi, "oc": dtc.oc, "cm": dtc.cm} for dtc in each.said.dtcs],
            "data": each.payload.hex(),
        }


def _messages(heard: Heard, channels: Mapping[int, str]) -> Iterator[dict[str, Any]]:
    for each in heard.of.messages:
        yield {
            **_place(heard, each.index, each.bus, channels),
            "pgn": each.pgn,
            "sa": each.source_address,
            "da": each.destination_address,
            "length": len(each.payload),
            "data": each.payload.hex(),
        }


def _place(heard: Heard, index: int, bus: int, channels: Mapping[int, str]) -> dict[str, Any]:
    return {
        "frame_index": int(heard.frame_index[index]),
        "timestamp": int(heard.ts[index]) / _MICROSECONDS,
        "channel": channels[bus],
    }


def _lamps(diagnostic: Diagnostic) -> dict[str, dict[str, int]]:
    lamps = diagnostic.said.lamps
    return {name: _lamp(getattr(lamps, name)) for name in ("protect", "amber_warning", "red_stop", "malfunction")}


def _lamp(lamp: Lamp) -> dict[str, int]:
    return {"status": lamp.status, "flash": lamp.flash}
