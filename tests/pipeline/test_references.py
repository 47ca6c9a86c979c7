"""Recorded logs through the whole pipeline, read back through the Data API, against decodes made by others."""

import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np
import pyarrow.parquet as pq
import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client, override_settings

from distribution.catalogue import fill_catalogue
from duco_cms.definitions.artefact import artefact
from duco_cms.definitions.importing import import_dbc
from duco_cms.definitions.publishing import publish
from duco_cms.fleet.directory import build_directory
from duco_cms.fleet.models import Machine, MachineModel, ModelSetBinding, Organisation
from ingest.meta import cache
from ingest.meta.follower import DIRECTORY_PATH, RELEASE_PATHS, copy_of
from parsing.definitions import PDU1_LIMIT, pgn_of
from parsing.release import load_release
from parsing.source import GLOBAL_ADDRESS, NULL_ADDRESS
from tests.conftest import SHARED_DATA
from tests.pipeline.deployments import Deployment

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.clickhouse,
    pytest.mark.redis,
    pytest.mark.shared_data,
    pytest.mark.timeout(900),
    pytest.mark.django_db(transaction=True),
]

RELATIVE = 1e-9
PAGE = 50_000


@dataclass(frozen=True)
class Case:
    """A log, and the DBCs of one machine model: (file, reference, bus or None = all, how it is matched)."""

    folder: str
    dbcs: tuple[tuple[str, str, int | None, str], ...]

    @property
    def device(self) -> str:
        return f"ref-{self.folder[:2]}-{self.dbcs[0][1]}"

    @property
    def log(self) -> Path:
        return SHARED_DATA / self.folder / "frames.candump.log.gz"


TRUCK, CAR, OBD, BOAT = (
    "01_truck_j1939_gps", "02_car_bigendian_toyota", "03_car_obd_extended_mux_gps", "04_nmea2000_boat",
)  # fmt: skip
CASES = [
    Case(TRUCK, (("CSS-Electronics-SAE-J1939-DEMO.dbc", "j1939_demo", None, "pgn"),)),
    Case(TRUCK, (("canmod-gps.dbc", "canmod_gps", None, "id"),)),
    Case(TRUCK, (("j1939_ag_subset_checked.dbc", "j1939_subset", None, "pgn"),)),
    Case(
        CAR,
        (
            ("toyota_nodsu_pt_generated.dbc", "powertrain", 0, "id"),
            ("toyota_adas.dbc", "radar", 1, "id"),
        ),
    ),
    Case(OBD, (("OBD-v4.4.dbc", "obd", None, "id"),)),
    Case(OBD, (("canmod-gps.dbc", "canmod_gps", None, "id"),)),
    Case(BOAT, (("canboat.dbc", "canboat", None, "pgn"),)),
]

Series = dict[tuple[str, int], tuple[np.ndarray, np.ndarray]]  # (message.signal, source) → times in µs, values


@dataclass
class Reference:
    case: Case
    times: np.ndarray = field(init=False)
    buses: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        with gzip.open(self.case.log, "rt") as log:
            parts = [line.split() for line in log]
        self.times = np.array([int(part[0][1:-1].replace(".", "")) for part in parts], np.int64)
        self.buses = np.array([int(part[1].removeprefix("can")) for part in parts], np.int64)

    @cached_property
    def series(self) -> Series:
        """Every reference value of the case by name and source, ordered by time."""
        found: dict[tuple[str, int], list[tuple[int, float]]] = defaultdict(list)
        for _, name, _, match in self.case.dbcs:
            for key, value in self._rows(name, match):
                found[key].append(value)
        return {key: _columns(values) for key, values in found.items()}

    def _rows(self, name: str, match: str) -> Iterator[tuple[tuple[str, int], tuple[int, float]]]:
        table = pq.read_table(SHARED_DATA / self.case.folder / f"reference_{name}.parquet")
        columns = {column: table[column].to_pylist() for column in table.column_names}
        for index, can_id, message, signal, value in zip(
            *(columns[key] for key in ("frame_index", "can_id", "message", "signal", "value")), strict=True
        ):
            source = _source(int(self.buses[index]), can_id, match)
            yield (f"{message}.{signal}", source), (int(self.times[index]), value)


def _columns(values: list[tuple[int, float]]) -> tuple[np.ndarray, np.ndarray]:
    # Stable: rows of one time stay in the order of their frames, which is that of their ordinals.
    values = sorted(values, key=lambda value: value[0])
    return np.array([us for us, _ in values], np.int64), np.array([value for _, value in values], np.float64)


def _source(bus: int, can_id: int, match: str) -> int:
    if match == "id":
        return bus << 16 | NULL_ADDRESS << 8 | GLOBAL_ADDRESS
    addressed = (pgn_of(can_id) >> 8 & 0xFF) < PDU1_LIMIT
    destination = can_id >> 8 & 0xFF if addressed else GLOBAL_ADDRESS
    return bus << 16 | (can_id & 0xFF) << 8 | destination


@pytest.fixture
def machines(db: None) -> dict[Case, Machine]:
    """A definition set for each DBC and reference, a model and a machine for each case."""
    organisation = Organisation.objects.create(name="References")
    made: dict[Case, Machine] = {}
    for case in CASES:
        model = MachineModel.objects.create(name=f"model {case.device}")
        for order, (file, reference, bus, match) in enumerate(case.dbcs):
            text = (SHARED_DATA / case.folder / file).read_bytes()
            definitions = import_dbc(text, f"{case.folder} {reference}", match=match).definition_set
            ModelSetBinding.objects.create(model=model, definition_set=definitions, bus=bus, order=order)
        made[case] = Machine.objects.create(
            device=case.device, name=case.device, model=model, organisation=organisation
        )
    return made


@pytest.fixture
def browser() -> Client:
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("reader", password=None))
    return client


def get(browser: Client, path: str) -> Any:
    response = browser.get(f"/data/v1/machines/{path}")
    assert response.status_code == 200, response.content[:500]
    return json.loads(response.content)


def stored_series(browser: Client, machine: Machine, reference: Reference) -> Series:
    """Every value that the Data API has of the machine."""
    found: dict[tuple[str, int], list[tuple[int, float]]] = defaultdict(list)
    span = f"from={reference.times.min()}&to={reference.times.max() + 1}"
    for name in sorted({signal["name"] for signal in get(browser, f"{machine.number}/signals/")}):
        cursor = ""
        while True:
            page = get(browser, f"{machine.number}/signals/{quote(name)}?raw=1&limit={PAGE}&{span}{cursor}")
            for row in page["rows"]:
                found[name, row["source"]].append((row["ts_us"], row["value"]))
            if page["next"] is None:
                break
            cursor = f"&cursor={quote(page['next'])}"
    return {key: _columns(values) for key, values in found.items()}


def assert_same(stored: Series, expected: Series) -> None:
    assert stored.keys() == expected.keys()
    for key, (times, values) in expected.items():
        found_times, found_values = stored[key]
        np.testing.assert_array_equal(found_times, times, str(key))
        np.testing.assert_allclose(found_values, values, RELATIVE, 0, err_msg=str(key))


def assert_last_values(browser: Client, machine: Machine, expected: Series) -> None:
    """A name that stands on several pages has a last value on each; the newest of them is the signal's."""
    newest: dict[tuple[str, int], dict[str, Any]] = {}
    for row in get(browser, f"{machine.number}/snapshot")["values"]:
        key = (row["name"], row["source"])
        if key not in newest or row["ts_us"] > newest[key]["ts_us"]:
            newest[key] = row
    assert newest.keys() == expected.keys()
    for key, (times, values) in expected.items():
        assert newest[key]["ts_us"] == times[-1], key
        np.testing.assert_allclose(newest[key]["value"], values[-1], RELATIVE, 0, err_msg=str(key))


def test_every_reference_value_is_there_and_no_other(
    machines: dict[Case, Machine], browser: Client, new_deployment: Callable[[list[str]], Deployment]
) -> None:
    release = publish(None, "references")
    deployment = new_deployment([])
    meta = deployment.site.logs / "meta"
    body = artefact(release)
    cache.write(copy_of(RELEASE_PATHS["stable"], meta), cache.Stored('"r"', body))
    cache.write(copy_of(DIRECTORY_PATH, meta), cache.Stored('"d"', build_directory().body))
    with override_settings(**deployment.settings):
        fill_catalogue(deployment.stores.clickhouse, load_release(body))
        for case in CASES:
            call_command("replay", str(case.log), machine=case.device)
        deployment.run_workers(deployment.published())
        for case, machine in machines.items():
            reference = Reference(case)
            assert_same(stored_series(browser, machine, reference), reference.series)
            assert_last_values(browser, machine, reference.series)
