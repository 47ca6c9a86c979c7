"""Recorded logs: every value of the reference decodes, bit for bit, and no other; qualities and raw numbers are those
of the oracle.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from definition_samples import EXTENDED, release

from parsing.assemble import build_content, document_of
from parsing.compiler import compile_model
from parsing.dbc import read_dbc
from parsing.dbc.records import Match
from parsing.definitions import Content
from parsing.engine import Extraction, Extractor, Frames
from parsing.quality import Quality
from parsing.release import Release
from tests.parsing.oracle_comparison import compare
from tests.parsing.thorough import EVERY

DATA = Path(__file__).parents[3] / "shared" / "data"

pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not DATA.is_dir(), reason="the recorded logs (../shared/data) are not beside the checkout"),
]

TRUCK, CAR, OBD, BOAT = (
    "01_truck_j1939_gps",
    "02_car_bigendian_toyota",
    "03_car_obd_extended_mux_gps",
    "04_nmea2000_boat",
)


@cache
def recorded(folder: str) -> Frames:
    """The frames of a log; line number = frame index."""
    lines = [
        line.split() for line in gzip.decompress((DATA / folder / "frames.candump.log.gz").read_bytes()).splitlines()
    ]
    identities, payloads = zip(*(line[2].decode().split("#") for line in lines), strict=True)
    flags = [EXTENDED if len(identity) == 8 else 0 for identity in identities]
    data = b"".join(bytes.fromhex(payload).ljust(8, b"\0") for payload in payloads)
    return Frames(
        np.array([int(line[1].removeprefix(b"can")) for line in lines], np.uint8),
        np.array([int(identity, 16) | flag for identity, flag in zip(identities, flags, strict=True)], np.uint32),
        np.array([len(payload) // 2 for payload in payloads], np.uint16),
        np.frombuffer(data, np.uint8).reshape(-1, 8),
    )


def definitions(folder: str, dbc: str, match: Match, bus: int | None) -> Content:
    imported = read_dbc((DATA / folder / f"{dbc}.dbc").read_bytes(), dbc, match=match)
    return build_content([imported], {"model": [(dbc, bus)]})


def extract(folder: str, dbc: str, match: Match, bus: int | None) -> tuple[Release, Extraction]:
    loaded = release(document_of(definitions(folder, dbc, match, bus)))
    return loaded, Extractor(compile_model(loaded.content, 1)).extract(recorded(folder))


def long_form(loaded: Release, extraction: Extraction) -> pa.Table:
    """(frame_index, message, signal, value) of all values that are there."""
    parts = []
    for block in extraction.blocks:
        place = loaded.groups[block.group]
        for signal in place.group.signals:
            there = block.qualities[:, signal.slot] != Quality.ABSENT
            count = int(there.sum())
            parts.append(
                pa.table(
                    {
                        "frame_index": block.frame_index[there].astype(np.int64),
                        "message": pa.repeat(place.message.name, count),
                        "signal": pa.repeat(signal.name, count),
                        "value": block.values[there, signal.slot],
                    }
                )
            )
    return pa.concat_tables(parts)


DECODED = [
    (TRUCK, "CSS-Electronics-SAE-J1939-DEMO", "j1939_demo", "auto", None, 13_991),
    (TRUCK, "j1939_ag_subset_checked", "j1939_subset", "auto", None, 87_761),
    (TRUCK, "canmod-gps", "canmod_gps", "auto", None, 83_186),
    (CAR, "toyota_nodsu_pt_generated", "powertrain", "auto", 0, 207_471),
    (CAR, "toyota_adas", "radar", "auto", 1, 213_000),
    (OBD, "OBD-v4.4", "obd", "id", None, 29_068),
    (OBD, "canmod-gps", "canmod_gps", "auto", None, 443_522),
    (BOAT, "canboat", "canboat", "auto", None, 42_906),
]


@pytest.mark.parametrize(("folder", "dbc", "reference", "match", "bus", "count"), DECODED)
def test_every_row_of_the_reference_and_no_other(
    folder: str, dbc: str, reference: str, match: Match, bus: int | None, count: int
) -> None:
    keys = ["frame_index", "message", "signal"]
    wanted = pq.read_table(DATA / folder / f"reference_{reference}.parquet", columns=[*keys, "value"])
    wanted = wanted.set_column(0, "frame_index", wanted["frame_index"].cast(pa.int64()))

    found = long_form(*extract(folder, dbc, match, bus))

    assert wanted.num_rows == count
    assert found.num_rows == count
    both = found.join(wanted, keys, right_suffix="_wanted", join_type="inner")
    assert both.num_rows == count
    assert both["value"].to_numpy().tobytes() == both["value_wanted"].to_numpy().tobytes()


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("folder", "dbc", "match", "bus"), [(row[0], row[1], *row[3:5]) for row in DECODED])
def test_kernels_give_what_the_oracle_gives(folder: str, dbc: str, match: Match, bus: int | None) -> None:
    frames = recorded(folder)
    which = slice(None, None, EVERY)
    sample = Frames(frames.bus[which], frames.can_id[which], frames.length[which], frames.data[which])

    extraction, _ = compare(definitions(folder, dbc, match, bus), sample)

    assert extraction.rows


def test_unknown_pages_of_the_boat_give_no_rows_and_are_counted() -> None:
    _, extraction = extract(BOAT, "canboat", "pgn", None)

    found = extraction.unmodelled
    assert [
        (hex(one), page, count) for one, page, count in zip(found.can_id, found.page, found.count, strict=True)
    ] == [("0x9cff0402", 40_767, 59)]


def test_j1939_of_the_truck_has_its_senders_as_sources() -> None:
    _, extraction = extract(TRUCK, "CSS-Electronics-SAE-J1939-DEMO", "auto", None)

    senders = {int(source) >> 8 & 0xFF for block in extraction.blocks for source in np.unique(block.source)}
    wanted = recorded(TRUCK).can_id[np.concatenate([block.frame_index for block in extraction.blocks])] & 0xFF
    assert senders == set(np.unique(wanted).tolist())


def test_every_dbc_imports() -> None:
    manifest = {
        entry["file"]: entry for entry in json.loads((DATA / "05_cantools_vectors" / "manifest.json").read_text())
    }

    for path in sorted(DATA.glob("0[1-5]*/*.dbc")):
        imported = read_dbc(path.read_bytes(), path.stem)
        loaded = release(document_of(build_content([imported], {"model": [(path.stem, None)]})))
        groups = [group for message in loaded.content.sets[0].messages for group in message.groups]
        assert compile_model(loaded.content, 1).groups["id"].tolist() == [group.id for group in groups]
        if path.name in manifest:
            assert len(imported.messages) == manifest[path.name]["messages"]
