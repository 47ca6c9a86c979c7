"""The cases of the differential tests have what is to be tried: no change of `cases` makes them easy without a word."""

from __future__ import annotations

import math
from collections import Counter
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING

from tests.parsing.cases import Case, make_case
from tests.parsing.oracle import Decoded, Oracle, Unknown, judge, value_of, way_of
from tests.parsing.oracle_comparison import each_frame

if TYPE_CHECKING:
    from parsing.definitions import Message, Signal

SEEDS = 500
LEAST = 8


def test_the_cases_have_what_is_to_be_tried() -> None:
    seen = Counter(kind for seed in range(SEEDS) for kind in kinds_of(make_case(Random(seed))))  # noqa: S311

    wanted = {
        *(f"float of {length} bits" for length in (16, 32, 64)),
        *("across words, little", "across words, big", "across words beyond byte 64", "beyond byte 8"),
        *("signed", "64 bits, unsigned", "retired slot", "enum of a multiplexor", "group without signals"),
        *(f"{depth} multiplexors deep" for depth in (0, 1, 2, 3)),
        *(f"quality {quality}" for quality in (0, 2, 4, 5, 6)),
        *("infinite", "not a number", "zero", "negative scale", "scale 0", "limits that allow nothing"),
        *("J1939", "matched by PGN", "matched by sender", "matched by id", "bound to a bus", "bound to every bus"),
        *("several senders of a PGN", "a sender beside any", "sentinels at the top", "sentinels elsewhere"),
        *("unknown id", "unknown page", "short", "whole", "no data", "width 7", "width 8", "width 64", "width 1785"),
    }
    assert {kind for kind in wanted if seen[kind] < LEAST} == set()


def kinds_of(case: Case) -> set[str]:
    kinds = {f"width {case.frames.data.shape[1]}"}
    kinds |= {f"bound to {'every' if each.bus is None else 'a'} bus" for each in case.content.models[0].sets}
    messages = [message for each in case.content.sets for message in each.messages]
    kinds |= {kind for message in messages for kind in message_kinds(message)} | sender_kinds(messages)
    oracle = Oracle(case.content, 1)
    for answer in (oracle.decode(*frame) for frame in each_frame(case.frames)):
        if answer is None:
            kinds.add("no data")
        elif isinstance(answer, Unknown):
            kinds.add("unknown id" if -1 in answer.pages else "unknown page")
        else:
            kinds |= answer_kinds(answer)
    return kinds


def sender_kinds(messages: list[Message]) -> set[str]:
    kinds = set()
    for one, other in combinations([message for message in messages if message.match == "pgn"], 2):
        addresses = {one.source_address, other.source_address}
        if one.pgn == other.pgn and len(addresses) > 1:
            kinds.add("a sender beside any" if None in addresses else "several senders of a PGN")
    return kinds


def message_kinds(message: Message) -> set[str]:
    kinds = {f"matched by {way_of(message).replace('pgn', 'PGN')}", "J1939" if message.j1939 else "not J1939"}
    for group in message.groups:
        kinds |= {f"{len(group.condition)} multiplexors deep", "" if group.signals else "group without signals"}
        kinds |= {"retired slot"} if len(group.signals) < group.width else set()
        kinds |= {kind for signal in group.signals for kind in signal_kinds(signal)}
    return kinds


def signal_kinds(signal: Signal) -> set[str]:
    first, last = signal.end - signal.length, signal.end - 1
    across = first // 64 != last // 64
    kinds = {
        f"float of {signal.length} bits": signal.type == "float",
        f"across words, {signal.byte_order}": across,
        "across words beyond byte 64": across and first > 512,
        "signed": signal.type == "signed",
        "64 bits, unsigned": signal.type == "unsigned" and signal.length == 64,
        "enum of a multiplexor": signal.enum is not None,
        "sentinels at the top": ends_at_top(signal),
        "sentinels elsewhere": signal.not_available is not None and not ends_at_top(signal),
        "negative scale": signal.scale < 0,
        "scale 0": signal.scale == 0,
        "beyond byte 8": first >= 64,
        "limits that allow nothing": signal.length <= 8
        and not any(allowed(signal, raw) for raw in range(2**signal.length)),
    }
    return {kind for kind, holds in kinds.items() if holds}


def ends_at_top(signal: Signal) -> bool:
    own, error = signal.not_available, signal.error
    if own is None or error is None or signal.type != "unsigned":
        return False
    return own.high == 2**signal.length - 1 and error.high == own.low - 1


def allowed(signal: Signal, raw: int) -> bool:
    return judge(signal, value_of(signal, raw)) == 0


def answer_kinds(answer: Decoded) -> set[str]:
    cells = [cell for row in answer.rows for cell in row.cells]
    kinds = {f"quality {cell.quality}" for cell in cells} | {"short" if answer.is_short else "whole"}
    kinds |= {"infinite" for cell in cells if math.isinf(cell.value)}
    kinds |= {"not a number" for cell in cells if math.isnan(cell.value)}
    return kinds | {"zero" for cell in cells if cell.value == 0.0}
