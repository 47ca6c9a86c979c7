"""Recorded logs: the rows of the reference decodes and no others, whatever the log's format."""

import gzip
import json
import math
from collections import defaultdict
from pathlib import Path
from typing import Any

import cantools
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.cantools_script import quality
from tests.conftest import SHARED_DATA as DATA
from tests.offline.samples import Command

pytestmark = pytest.mark.shared_data

TRUCK, CAR, OBD, BOAT = (
    DATA / "01_truck_j1939_gps",
    DATA / "02_car_bigendian_toyota",
    DATA / "03_car_obd_extended_mux_gps",
    DATA / "04_nmea2000_boat",
)
LOG = "frames.candump.log.gz"
KEYS = ["frame_index", "message", "signal"]


def table(decode: Command, log: Path, *arguments: Any) -> pd.DataFrame:
    out = decode.directory / "x.parquet"
    run = decode(log, "--out", out, *arguments)
    assert run.code == 0, run.said
    return plain(pq.read_table(out))


def plain(rows: pa.Table) -> pd.DataFrame:
    """Words as text, and not as categories, which would be sorted by their numbers."""
    types = [field.with_type(pa.string()) if pa.types.is_dictionary(field.type) else field for field in rows.schema]
    return rows.cast(pa.schema(types)).to_pandas()


@pytest.mark.parametrize(
    ("folder", "dbc", "reference", "match", "channel"),
    [
        (TRUCK, "CSS-Electronics-SAE-J1939-DEMO", "j1939_demo", "auto", ""),
        (TRUCK, "j1939_ag_subset_checked", "j1939_subset", "auto", ""),
        (TRUCK, "canmod-gps", "canmod_gps", "auto", ""),
        (CAR, "toyota_nodsu_pt_generated", "powertrain", "auto", "can0:"),
        (CAR, "toyota_adas", "radar", "auto", "can1:"),
        (OBD, "OBD-v4.4", "obd", "id", ""),
        (OBD, "canmod-gps", "canmod_gps", "auto", ""),
        (BOAT, "canboat", "canboat", "pgn", ""),
    ],
)
def test_the_rows_of_the_reference(
    decode: Command, folder: Path, dbc: str, reference: str, match: str, channel: str
) -> None:
    wanted = plain(pq.read_table(folder / f"reference_{reference}.parquet")).sort_values(KEYS, ignore_index=True)

    found = table(decode, folder / LOG, "--dbc", f"{channel}{folder / dbc}.dbc", "--match", match)

    assert found["frame_index"].is_monotonic_increasing
    found = found.sort_values(KEYS, ignore_index=True)
    assert len(found) == len(wanted) > 10_000
    for name in ("frame_index", "can_id", "message", "signal"):
        assert (found[name] == wanted[name]).all(), name
    # Some references were made from recordings whose times are finer than the µs of their candump.
    np.testing.assert_allclose(found["timestamp"], wanted["timestamp"], rtol=0, atol=0.6e-6)
    np.testing.assert_allclose(found["value"], wanted["value"], rtol=1e-9, atol=0)


def test_raw_quality_and_unit_as_cantools_has_them(decode: Command) -> None:
    dbcs = {"can0": CAR / "toyota_nodsu_pt_generated.dbc", "can1": CAR / "toyota_adas.dbc"}
    databases = {channel: cantools.database.load_file(path, strict=False) for channel, path in dbcs.items()}
    lines = gzip.decompress((CAR / LOG).read_bytes()).decode().splitlines()

    found = table(decode, CAR / LOG, "--dbc", *(f"{channel}:{path}" for channel, path in dbcs.items()))

    sample = found[found["frame_index"] % 31 == 0]
    assert len(sample) > 10_000
    assert {"ok", "out_of_range"} <= set(sample["quality"])
    for frame_index, rows in sample.groupby("frame_index"):
        _, channel, frame = lines[frame_index].split()
        identity, _, data = frame.partition("#")
        message = databases[channel].get_message_by_frame_id(int(identity, 16))
        raws = message.decode(bytes.fromhex(data), decode_choices=False, scaling=False, allow_truncated=True)
        for row in rows.itertuples():
            signal = message.get_signal_by_name(row.signal)
            wanted = (channel, message.name, raws[row.signal], signal.unit or "")
            assert (row.channel, row.message, row.raw, row.unit) == wanted
            assert row.quality == quality(message, signal, row.raw, row.value)


def test_trouble_codes_and_messages_of_several_packets(decode: Command) -> None:
    dtcs, messages = decode.directory / "dtcs.jsonl", decode.directory / "messages.jsonl"
    dbc = TRUCK / "CSS-Electronics-SAE-J1939-DEMO.dbc"

    table(decode, TRUCK / LOG, "--dbc", dbc, "--dtcs", dtcs, "--messages", messages)

    for path, reference, count in ((dtcs, "dm1", 127), (messages, "tp_messages", 152)):
        wanted = lines_of(TRUCK / f"reference_{reference}.jsonl.gz")
        found = [json.loads(line) for line in path.read_text().splitlines()]
        assert len(found) == count
        assert [{name: record[name] for name in wanted[0]} for record in found] == wanted
        assert {record["channel"] for record in found} == {"can1"}


@pytest.mark.parametrize(
    ("folder", "log", "dbc", "match"),
    [
        (TRUCK, "00000001.MF4", "j1939_ag_subset_checked", "auto"),
        (OBD, "00000002-60FE415D.MF4", "OBD-v4.4", "id"),
        (BOAT, "00000002.MF4", "canboat", "pgn"),
    ],
)
def test_mf4_gives_the_rows_of_candump(decode: Command, folder: Path, log: str, dbc: str, match: str) -> None:
    found, wanted = (
        table(decode, folder / name, "--dbc", folder / f"{dbc}.dbc", "--match", match) for name in (log, LOG)
    )

    pd.testing.assert_frame_equal(found, wanted)


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]


def degrees(value: float) -> float:
    return math.degrees(value)


def celsius(value: float) -> float:
    return value - 273.15


def same(value: float) -> float:
    return value


# PGN and field of canboat, signal, conversion, by how much canboat rounds.
SAID_BY_CANBOAT = [
    (129025, "Latitude", "latitude", same, 0.0),
    (129025, "Longitude", "longitude", same, 0.0),
    (129026, "SOG", "sog", same, 0.0),
    (129026, "COG", "cog", degrees, 0.05),
    (130306, "Wind Speed", "windSpeed", same, 0.0),
    (130306, "Wind Angle", "windAngle", degrees, 0.05),
    (127250, "Heading", "heading", degrees, 0.05),
    (130312, "Actual Temperature", "actualTemperature", celsius, 0.005),
]


def test_the_boat_as_canboat_itself_decodes_it(decode: Command) -> None:
    said = defaultdict(list)
    for record in lines_of(BOAT / "expected_by_canboat_analyzer.jsonl.gz"):
        for field, value in record["fields"].items():
            said[record["pgn"], record["src"], field].append(value)

    found = table(decode, BOAT / LOG, "--dbc", BOAT / "canboat.dbc", "--match", "pgn")

    found["pgn"], found["src"] = found["can_id"].to_numpy() >> 8 & 0x3FFFF, found["can_id"].to_numpy() & 0xFF
    for pgn, field, signal, convert, rounding in SAID_BY_CANBOAT:
        rows = found[(found["pgn"] == pgn) & (found["signal"] == signal) & (found["quality"] == "ok")]
        assert len(rows) > 20, field
        for src, values in rows.groupby("src")["value"]:
            wanted = said[pgn, int(src), field]
            assert len(values) == len(wanted), (field, src)
            for value, expected in zip(values, wanted, strict=True):
                # What it shows is decimal, and so is the limit.
                assert abs(convert(value) - expected) <= rounding + 1e-9, (field, src)


def test_clickhouse_reads_the_file_too(decode: Command) -> None:
    chdb = pytest.importorskip("chdb")
    wanted = table(decode, OBD / LOG, "--dbc", OBD / "OBD-v4.4.dbc", "--match", "id")
    out = decode.directory / "x.parquet"

    query = f"SELECT * FROM file('{out}', Parquet) ORDER BY frame_index, signal"  # noqa: S608 - no one else's text
    found = pd.DataFrame([json.loads(line) for line in str(chdb.query(query, "JSONEachRow")).splitlines()])

    wanted = wanted.sort_values(["frame_index", "signal"], ignore_index=True)
    assert len(found) == len(wanted)
    for name in wanted.columns:
        assert (found[name].astype(wanted[name].dtype) == wanted[name]).all(), name
