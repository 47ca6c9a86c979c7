"""Explanations of objects in MessagePack that JSON cannot say."""

# ruff: noqa: F811 - fixtures of another file are arguments here

import json
import math
from dataclasses import replace
from typing import Any

import msgpack
import pytest

from ingest.decoding.records import RawRecord
from ingest.meta.catalogue import Catalogue
from tests.distribution.recorded import NOW, Recording
from tests.distribution.test_explain import Ask, ask, meta_api, note, recording, released  # noqa: F401 - fixtures

pytestmark = [pytest.mark.clickhouse, pytest.mark.django_db(transaction=True)]


def packed(body: dict[Any, Any]) -> RawRecord:
    record = note(0)
    headers = {**record.headers, "content-type": "application/msgpack"}
    return replace(record, headers=headers, body=msgpack.packb({"ts": NOW, "name": "n"} | body))


@pytest.mark.parametrize(("level", "said"), [(math.nan, "nan"), (math.inf, "inf")])
def test_numbers_that_json_has_not(
    recording: Recording, released: Catalogue, ask: Ask, level: float, said: str
) -> None:
    recording.add([packed({"deep": {"levels": [1, level]}})])
    recording.decode(released)
    told = ask("level", 0)
    assert (told["value"]["value"], told["value"]["quality"]) == (None, "error")
    assert told["object"]["raw"] == said
    assert json.loads(told["object"]["document"])["deep"] == {"levels": [1, said]}
