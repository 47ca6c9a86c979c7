"""Arrow schemas, qualities and sources are as docs/contracts/rows.md says."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pytest

from parsing.quality import Quality
from parsing.rows import SCHEMAS
from parsing.source import decode_source, encode_source

DOCUMENT = (Path(__file__).parents[2] / "docs" / "contracts" / "rows.md").read_text("utf-8")


def test_qualities_have_the_documented_numbers() -> None:
    rows = re.findall(r"^\| (\d) \| `(\w+)` \|", DOCUMENT, re.MULTILINE)

    assert [(int(number), name) for number, name in rows] == [(q.value, q.name.lower()) for q in Quality]


def test_tables_have_the_documented_columns_in_order() -> None:
    tables = DOCUMENT.split("## Parsed tables")[1]
    documented = {
        name: re.findall(r"(?:^|, )`(\w+)`", columns)
        for name, columns in re.findall(r"^\| `(\w+)` \| (`.+?) \| [a-z]", tables, re.MULTILINE)
    }

    assert documented == {name: schema.names for name, schema in SCHEMAS.items()}


def test_only_columns_marked_so_are_nullable() -> None:
    tables = DOCUMENT.split("## Parsed tables")[1].split("`?`")[0]
    marked = set(re.findall(r"`(\w+)` [a-z0-9]+\?", tables))

    assert marked == {field.name for schema in SCHEMAS.values() for field in schema if field.nullable}


def test_times_are_microseconds_in_utc() -> None:
    times = [field for schema in SCHEMAS.values() for field in schema if pa.types.is_timestamp(field.type)]

    assert times
    assert all(field.type == pa.timestamp("us", tz="UTC") for field in times)


def test_source_packs_bus_and_addresses() -> None:
    assert encode_source(2, 0x03, 0xFF) == 0x0203FF
    assert encode_source(1) == 0x01FEFF
    assert decode_source(0x0203FF) == (2, 0x03, 0xFF)


@pytest.mark.parametrize("parts", [(256, 0, 0), (0, -1, 0), (0, 0, 256)])
def test_source_refuses_what_does_not_fit(parts: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="0 to 255"):
        encode_source(*parts)
