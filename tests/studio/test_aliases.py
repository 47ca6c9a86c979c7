"""Both sources find a signal by a name that it had."""

import pytest
from django.test import override_settings

from distribution.schema import ce_technology
from tests.distribution.conftest import SECOND, START, Store
from tests.studio.conftest import SOURCE, Person, Site

pytestmark = [pytest.mark.redis, pytest.mark.clickhouse]


def test_both_sources_answer_alike(site: Site, alice: Person, store: Store, group: int) -> None:
    store.machine = alice.machine.number
    store.catalogue((group, 0, f"M{group}", "Now"), release=2)
    names = ["message", "signal", "set", "group", "slot", "release"]
    store.client.insert(ce_technology("signal_alias"), [[f"M{group}", "Before", "s", group, 0, 2]], names)
    store.frames((group, SOURCE, START, [1.5], [0]))
    path = f"/studio/api/machines/{alice.machine.number}/signals/M{group}.Before"
    window = {"from": str(START), "to": str(START + SECOND)}
    through_api = alice.get(path, **window)
    assert through_api.status_code == 200
    with override_settings(STUDIO_DATA_SOURCE="direct", DATA_API_URL="http://127.0.0.1:1"):
        direct = alice.get(path, **window)
    assert direct.json() == through_api.json()
    assert [each["name"] for each in direct.json()["signals"]] == [f"M{group}.Now"]
    assert len(direct.json()["series"][0]["points"]) == 1
