"""Vectors made with cantools: random payloads of many DBC files, and the calls of its own test-suite.

Each is used: where cantools gives values they are those of the oracle (and so of the kernels) to the bit, and where it
refuses a frame it is said what the frame is instead.
"""

from __future__ import annotations

import json
import math
import re
import struct
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.parsing.oracle import EXTENDED, FLOAT_FORMATS, Cell, Decoded, Unknown
from tests.parsing.vectors import Definitions, read_vectors

if TYPE_CHECKING:
    from parsing.definitions import Signal
    from tests.parsing.oracle_comparison import Answer

DATA = Path(__file__).parents[3] / "shared" / "data"
CANTOOLS, STRESS = DATA / "05_cantools_vectors", DATA / "07_dbc_import_stress"

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not DATA.is_dir(), reason="the recorded logs (../shared/data) are not beside the checkout"),
]

# Messages that cantools cannot unpack because signals of theirs overlap; all of their bits are there.
OVERLAPPING = {("vw_mqb.dbc", "PLA_01"), ("volvo_v40_2017_pt.dbc", "FSM5"), ("mazda_2017.dbc", "CRZ_CTRL")}


def read_definitions(dbc: str) -> Definitions:
    (path,) = DATA.glob(f"0*/{dbc}")
    return Definitions([(path.read_bytes(), "id", None)])


@pytest.mark.parametrize(
    ("folder", "values", "outcomes"),
    [
        (CANTOOLS, 7148, {"values": 3169, "unknown page": 10}),
        (STRESS, 62_588, {"values": 8386, "unknown page": 24, "ends early": 6, "overlapping": 18}),
    ],
)
def test_random_payloads(folder: Path, values: int, outcomes: dict[str, int]) -> None:
    found: Counter[str] = Counter()
    compared = 0
    for dbc, vectors in read_vectors(folder / "vectors_random_payloads.parquet").items():
        definitions = read_definitions(dbc)
        answers = definitions.decode([(0, can_id, data) for can_id, data in vectors])
        for rows, answer in zip(vectors.values(), answers, strict=True):
            if rows[0]["error"]:
                found[refusal(rows[0], answer)] += 1
                continue
            assert isinstance(answer, Decoded), rows[0]
            assert not answer.is_short, rows[0]
            assert written(definitions, answer) == {row["signal"]: wanted(row) for row in rows}
            found["values"] += 1
            compared += len(rows)

    assert (dict(found), compared) == (outcomes, values)


def refusal(row: dict[str, Any], answer: Answer) -> str:
    """What a frame is that cantools refuses."""
    if row["error"].startswith("DecodeError: expected multiplexer id"):
        assert isinstance(answer, Unknown)
        # cantools tells a signed multiplexor's number, the engine its bits. Long texts are cut short in the vectors.
        got = re.search(r"but got (-?\d+)$", row["error"])
        assert not got or any(page - int(got[1]) in (0, 2 ** page.bit_length()) for page in answer.pages)
        return "unknown page"
    assert row["error"] == "DecodeError: unpacking failed"
    assert isinstance(answer, Decoded)
    assert answer.is_short != ((row["dbc"], row["message"]) in OVERLAPPING)
    return "ends early" if answer.is_short else "overlapping"


def written(definitions: Definitions, answer: Decoded) -> dict[str, tuple[str, str]]:
    """(value, raw) by signal, as the vectors write them; every bit of the value, in hexadecimal."""
    cells = definitions.cells_of(answer)
    return {signal.name: (cell.value.hex(), raw_of(signal, cell)) for signal, cell in cells if cell.raw is not None}


def raw_of(signal: Signal, cell: Cell) -> str:
    assert cell.raw is not None
    if signal.type != "float":
        return str(cell.raw)
    return str(struct.unpack(FLOAT_FORMATS[signal.length], cell.raw.to_bytes(signal.length // 8, "big"))[0])


def wanted(row: dict[str, Any]) -> tuple[str, str]:
    # NaN is null there.
    return (math.nan if row["value"] is None else row["value"]).hex(), row["raw"]


CALLS = CANTOOLS / "vectors_from_cantools_tests.json"


def calls(kind: str) -> list[dict[str, Any]]:
    return [call for call in json.loads(CALLS.read_text()) if call["kind"] == kind]


def answer_of(call: dict[str, Any]) -> tuple[Definitions, Answer]:
    definitions = read_definitions(call["dbc"])
    can_id = call["frame_id"] | (EXTENDED if call["is_extended"] else 0)
    (answer,) = definitions.decode([(0, can_id, bytes.fromhex(call["data"]))])
    return definitions, answer


def flag(call: dict[str, Any], place: int, name: str, *, default: bool) -> bool:
    """An argument of cantools' decode or encode, which the vectors keep as text."""
    value = call["kwargs"].get(name, call["args"][place] if place < len(call["args"]) else str(default))
    return {"True": True, "False": False}[value]


def test_decode_calls_of_cantools() -> None:
    outcomes: Counter[str] = Counter()
    for call in calls("decode"):
        definitions, answer = answer_of(call)
        error = call["result"].get("error")
        if error and "expected multiplexer id" in error:
            assert isinstance(answer, Unknown), call
            outcomes["unknown page"] += 1
            continue
        assert isinstance(answer, Decoded), call
        if error:
            assert re.fullmatch(r"DecodeError: Wrong data size: \d+ instead of \d+ bytes", error)
            assert answer.is_short, call
            outcomes["short"] += 1
            continue
        assert told(definitions, answer, call) == call["result"], call
        outcomes["values of a short frame" if answer.is_short else "values"] += 1

    assert outcomes == {"values": 24, "values of a short frame": 5, "short": 3, "unknown page": 2}


def told(definitions: Definitions, answer: Decoded, call: dict[str, Any]) -> dict[str, Any]:
    """What cantools' decode gives: names where values have them, else numbers, scaled or not."""
    names = definitions.names_of_values(answer) if flag(call, 0, "decode_choices", default=True) else {}
    is_scaled = flag(call, 1, "scaling", default=True)
    result: dict[str, Any] = {}
    for name, cell in definitions.by_name(answer).items():
        known = names.get(name, {})
        number = cell.value if is_scaled else cell.raw
        result[name] = {"name": known[cell.raw], "value": cell.raw} if cell.raw in known else number
    return result


def test_what_cantools_encodes_decodes_to_the_same() -> None:
    compared = 0
    for call in calls("encode"):
        definitions, answer = answer_of(call)
        assert isinstance(answer, Decoded)
        assert not answer.is_short
        is_scaled = flag(call, 0, "scaling", default=True)
        # cantools passes over what the message does not have where the call is not strict.
        values = {name: value for name, value in call["values"].items() if name != "UnspecifiedSignal"}
        cells = definitions.by_name(answer)
        assert cells.keys() == values.keys(), call
        for name, value in values.items():
            names = {label: number for number, label in definitions.names_of_values(answer)[name].items()}
            number = value["value"] if isinstance(value, dict) else names.get(value, value)
            assert (cells[name].value if is_scaled else cells[name].raw) == number, (call, name)
            compared += 1

    assert (len(calls("encode")), compared) == (27, 90)
