"""Definitions ready to decode with: compiled from DBC files and texts once, and kept (`parsing.engine.store`).

Compiling takes longer than decoding most logs, so what is kept is whole: tables, names and findings. The key is the
files themselves, so that it is never out of date.
"""

# ruff: noqa: PTH118, PTH120, PTH123 - pathlib takes a twentieth of the time of a whole run to import
from __future__ import annotations

import os
import struct
from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple

from ingest.command_line import UnreadableDefinitions
from parsing.engine import store
from parsing.engine.memory import Memory
from parsing.engine.scratch import CompiledModel

if TYPE_CHECKING:
    from ingest.offline.arguments import FileArgument
    from ingest.offline.paged import PagedMessage
    from parsing.dbc.records import Match

_MOST_KEPT = 64
_SOURCES = (
    "checker",
    "compiler",
    "dbc",
    "language",
    "objects",
    "rules",
    "assemble.py",
    "bounds.py",
    "can_id.py",
    "definitions.py",
    "quality.py",
    "engine/layout.py",
)
_OWN = ("attributes.py", "binding.py", "checking.py", "columns.py", "compiling.py", "definitions.py", "paged.py")
_NUMBER = struct.Struct("=I")


class Part(IntEnum):
    """Of what is kept, in this order."""

    FRAMES = 0  # models, packed
    TRANSPORT = 1
    MESSAGE_OF = 2  # u32 codes into MESSAGES by signal, those of FRAMES first, then those of TRANSPORT
    SIGNAL_OF = 3
    UNIT_OF = 4
    UNSIGNED = 5  # u8 by signal: raw numbers of all 64 bits
    MESSAGES = 6  # texts without repeats
    SIGNALS = 7
    UNITS = 8
    FINDINGS = 9
    SINGLE_FRAME = 10
    IS_WIDE = 11
    ARROW_SCHEMA = 12
    RULES = 13  # see `rules`; empty where there are none
    PAGED = 14  # JSON
    ATTRIBUTES = 15


class SingleFrame(NamedTuple):
    """A J1939 message of up to 8 bytes."""

    name: str
    length: int


class Definitions:
    """`frames` decodes single frames, `transport` what several frames carried.

    `messages`, `signals` and `units` are names without repeats, `message_of`, `signal_of` and `unit_of` codes into them
    u32 by signal: those of `frames` first, those of `transport` behind them, then derived ones (`signals_in_all`); as
    in `unsigned` u8, whose raw numbers are of 64 bits without a sign. `is_wide`: there are such. `findings` are lines
    for a person; `arrow_schema` is that of the rows as Parquet files have it: serialized, in base64. `rules` is JSON
    (`compiling`), empty where there are none. `attributes` are names of those of the machine that are read.
    """

    def __init__(self, parts: Sequence[bytes]) -> None:
        self.frames, self.transport = CompiledModel(parts[Part.FRAMES]), CompiledModel(parts[Part.TRANSPORT])
        self.message_of, self.signal_of = Memory.of(parts[Part.MESSAGE_OF]), Memory.of(parts[Part.SIGNAL_OF])
        self.unit_of, self.unsigned = Memory.of(parts[Part.UNIT_OF]), Memory.of(parts[Part.UNSIGNED])
        self.messages, self.signals = unpack(parts[Part.MESSAGES]), unpack(parts[Part.SIGNALS])
        self.units = unpack(parts[Part.UNITS])
        self.findings = [line.decode() for line in unpack(parts[Part.FINDINGS])]
        self.rules = parts[Part.RULES]
        self.signals_in_all = self.message_of.size // _NUMBER.size
        self.is_wide = parts[Part.IS_WIDE] == b"\1"
        self.arrow_schema = parts[Part.ARROW_SCHEMA]
        self.attributes = [name.decode() for name in unpack(parts[Part.ATTRIBUTES])]
        self._single_frame, self._paged = parts[Part.SINGLE_FRAME], parts[Part.PAGED]

    def single_frame(self) -> dict[int, SingleFrame]:
        """J1939 messages of up to 8 bytes by their PGN, of several the first."""
        fields = (line.decode().split(" ") for line in unpack(self._single_frame))
        return {int(pgn): SingleFrame(name, int(length)) for pgn, length, name in fields}

    def paged(self) -> list[PagedMessage]:
        """Messages with a multiplexor, in the order in which they win frames among equals."""
        import orjson  # noqa: PLC0415 - few logs have unknown pages

        from ingest.offline.paged import PagedMessage  # noqa: PLC0415

        return [PagedMessage(*each) for each in orjson.loads(self._paged)]


def read_definitions(dbcs: Sequence[FileArgument], texts: Sequence[FileArgument], match: Match) -> Definitions:
    """Raises UnreadableDefinitions."""
    files = []
    for each in (*dbcs, *texts):
        try:
            with open(each.path, "rb") as file:
                files.append(file.read())
        except OSError as error:
            raise UnreadableDefinitions(f"{each.path}: {error.strerror}") from None
    directories = [store.user_cache()]
    named = [[(each.bus, each.name) for each in given] for given in (dbcs, texts)]
    about = [f"{match} {named} {[*map(len, files)]}".encode()]
    own = [store.stamp(os.path.join(os.path.dirname(__file__), name)).encode() for name in _OWN]
    key = b"\0".join([*about, store.stamps(*_SOURCES), *own, *files])
    kept = store.load("definitions", key, directories)
    if kept is None:
        from ingest.offline.compiling import compile_definitions  # noqa: PLC0415 - numpy, and all of the compiler

        kept = pack(compile_definitions(dbcs, texts, files, match))
        store.keep("definitions", key, kept, directories, _MOST_KEPT)
    return Definitions(unpack(kept))


def pack(parts: Sequence[bytes]) -> bytes:
    """Their number, their lengths (u32), and what is in them."""
    numbers = [len(parts), *map(len, parts)]
    return b"".join([*map(_NUMBER.pack, numbers), *parts])


def unpack(packed: bytes) -> list[bytes]:
    """Inverse of `pack`."""
    (count,) = _NUMBER.unpack_from(packed)
    lengths = struct.unpack_from(f"={count}I", packed, _NUMBER.size)
    parts, start = [], _NUMBER.size * (count + 1)
    for length in lengths:
        parts.append(packed[start : start + length])
        start += length
    return parts
