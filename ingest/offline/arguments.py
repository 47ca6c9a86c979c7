"""The command line of `manage.py decode`."""

# ruff: noqa: PTH110, PTH113, PTH119 - pathlib takes a twentieth of the time of a whole run to import
from __future__ import annotations

import argparse
import os
import re
from typing import NamedTuple

from ingest.command_line import HelpFormatter

_CHANNEL = re.compile(r"([A-Za-z][A-Za-z_-]*)?(\d{1,3})")
_BUS_MAX = 255
OUT_FORMATS = (".parquet", ".csv", ".jsonl")

DESCRIPTION = """\
Decodes a recorded log with DBC files and definitions, into one row a value:
frame_index, timestamp (s), channel, can_id, message, signal, value, raw, quality, unit.

Reads candump, ASC, BLF, TRC (each also as .gz) and MF4. Multi-packet J1939 messages are put together first. Data goes
to --out (or as CSV to standard output), everything else to standard error.
"""

EPILOG = """\
examples:
  manage.py decode drive.log.gz --dbc engine.dbc --out drive.parquet
  manage.py decode drive.mf4 --dbc can0:powertrain.dbc can1:radar.dbc --out drive.csv
  manage.py decode truck.log --dbc j1939.dbc --match pgn --dtcs dtcs.jsonl --messages messages.jsonl
  manage.py decode digger.log --definitions digger.duco --out digger.parquet --findings findings.jsonl

exit codes: 0 decoded; 1 the log or a DBC cannot be read, in whole or in part, or nothing in it matched; 2 misuse
"""


class FileArgument(NamedTuple):
    """A DBC, or a text in the signal language, for the frames of one bus; None = of every bus."""

    bus: int | None
    path: str

    @property
    def name(self) -> str:
        """Of the file."""
        return os.path.basename(self.path)

    @property
    def stem(self) -> str:
        """Its name without what is behind the last dot: the definition set's."""
        return self.name.rpartition(".")[0] or self.name


def parse(arguments: list[str]) -> argparse.Namespace:
    """Attributes `log`, `dbc` and `definitions` (lists of FileArgument), `match`, `out`, `dtcs`, `messages`,
    `findings`, `events`, `positions`, `machine` (list of (name, number)); exits with 2 on misuse.
    """
    parser = argparse.ArgumentParser(
        "manage.py decode", description=DESCRIPTION, epilog=EPILOG, formatter_class=HelpFormatter
    )
    parser.add_argument("log", metavar="LOG")
    parser.add_argument(
        "--dbc", type=_file, action="extend", nargs="+", default=[], metavar="[CHANNEL:]FILE",
        help="DBCs, each for every channel or for the one that the log calls CHANNEL (can0)",
    )  # fmt: skip
    parser.add_argument(
        "--definitions", type=_file, action="extend", nargs="+", default=[], metavar="[CHANNEL:]FILE",
        help="texts in the signal language, rules included; rules also read the signals of the DBCs",
    )  # fmt: skip
    parser.add_argument(
        "--match", choices=("auto", "id", "pgn"), default="auto",
        help="how frames of 29-bit ids find their message, where no exact id is theirs: `pgn` by PGN, `auto` by PGN "
        "where VFrameFormat is J1939PG or the id in the DBC ends in FE, `id` never (default: auto)",
    )  # fmt: skip
    parser.add_argument("--out", type=_out, metavar="FILE", help="rows as .parquet, .csv or .jsonl (default: CSV)")
    parser.add_argument("--dtcs", type=_lines, metavar="FILE.jsonl", help="every DM1 and DM2, a line each")
    parser.add_argument("--messages", type=_lines, metavar="FILE.jsonl", help="every multi-packet message, a line each")
    parser.add_argument(
        "--findings", type=_lines, metavar="FILE.jsonl", help="what checks and events found, a line each"
    )
    parser.add_argument("--events", type=_lines, metavar="FILE.jsonl", help="the same of events alone")
    parser.add_argument(
        "--positions", type=_lines, metavar="FILE.jsonl",
        help="LOG is a recording of positions, a JSON object a line (.jsonl, .jsonl.gz): judged, a line each",
    )  # fmt: skip
    parser.add_argument(
        "--machine", type=_attribute, action="append", default=[], metavar="NAME=NUMBER",
        help="an attribute of the machine that rules read, in the unit that they take it to be in",
    )  # fmt: skip
    parsed = parser.parse_args(arguments)
    if not parsed.dbc and not parsed.definitions:
        parser.error("one of the arguments --dbc --definitions is required")
    is_objects = parsed.log.endswith((".jsonl", ".jsonl.gz"))
    if bool(parsed.positions) != is_objects:
        parser.error("--positions goes with a LOG of JSON lines (.jsonl, .jsonl.gz), and only with that")
    if is_objects and (parsed.dbc or parsed.out or parsed.findings or parsed.events):
        parser.error("of a LOG of JSON lines there are --positions alone")
    return parsed


def _file(text: str) -> FileArgument:
    channel, colon, file = text.partition(":")
    named = _CHANNEL.fullmatch(channel) if colon else None
    if named is None or (os.path.exists(text) and not os.path.exists(file)):
        return FileArgument(None, _readable(text))
    bus = int(named.group(2))
    if bus > _BUS_MAX:
        raise argparse.ArgumentTypeError(f"{channel} is no channel: they are numbered 0 to {_BUS_MAX}")
    return FileArgument(bus, _readable(file))


def _attribute(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    try:
        return name, float(number)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not NAME=NUMBER") from None


def _readable(text: str) -> str:
    if not os.path.isfile(text):
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return text


def _lines(text: str) -> str:
    if text == "-":
        raise argparse.ArgumentTypeError("- is no file; on Linux /dev/stdout is standard output")
    return text


def _out(text: str) -> str:
    if not text.endswith(OUT_FORMATS):
        raise argparse.ArgumentTypeError(f"{text} does not end in {', '.join(OUT_FORMATS[:-1])} or {OUT_FORMATS[-1]}")
    return text
