"""Attributes of machines: what rules read of them by name."""

import json
import math

import orjson
import pytest
from django.core.exceptions import ValidationError

from duco_cms.fleet.models import Machine, validate_attributes
from ingest.meta.directory import InvalidDirectory, load_directory


@pytest.mark.parametrize(
    "attributes",
    [
        [],
        5,
        {"max speed": 1},
        {"": 1},
        {"1st": 1},
        {"x" * 101: 1},
        {"x": True},
        {"x": "1"},
        {"x": None},
        {"x": math.nan},
        {"x": math.inf},
        {"x": 10**400},
        {f"x{n}": 1 for n in range(101)},
    ],
)
def test_what_is_no_attribute_is_refused(attributes):
    with pytest.raises(ValidationError):
        validate_attributes(attributes)


def test_names_and_numbers_are_taken():
    validate_attributes({"max_speed": 11.1, "masse": -5, "größe": 0})


def test_they_are_edited_in_the_admin_and_may_be_emptied(client, people, fleet):
    client.force_login(people["root"])
    machine = fleet["alice"]
    page = f"/admin/fleet/machine/{machine.pk}/change/"
    form = {
        "name": "ex-1", "device": "ex-1", "model": machine.model_id, "organisation": machine.organisation_id,
        "channel": "stable", "active": "on",
    }  # fmt: skip
    for said, kept in ((json.dumps({"max_speed": 3}), {"max_speed": 3}), ("", {})):
        assert client.post(page, form | {"attributes": said}).status_code == 302
        assert Machine.objects.get(pk=machine.pk).attributes == kept
    refused = client.post(page, form | {"attributes": json.dumps({"max speed": 3})})
    assert (refused.status_code, Machine.objects.get(pk=machine.pk).attributes) == (200, {})
    assert "is no name" in refused.content.decode()


def entry(**more):
    return orjson.dumps(
        {"format": 1, "machines": [{"machine": 1, "device": "d", "model": 2, "channel": "stable"} | more]}
    )


def test_a_directory_that_says_nothing_of_attributes_is_read():
    assert load_directory(entry())["d"].attributes == {}


@pytest.mark.parametrize("attributes", [[1], {"x": "y"}, {"x": None}, {f"x{n}": 1 for n in range(101)}])
def test_a_directory_with_attributes_that_are_none_is_refused(attributes):
    with pytest.raises(InvalidDirectory):
        load_directory(entry(attributes=attributes))
