"""The fleet directory: which device is which machine (docs/contracts/release.md)."""

import hashlib
import json
from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from duco_cms.fleet.models import Machine

DIRECTORY_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Directory:
    """The directory as served, and an ETag that changes exactly when it does."""

    body: bytes
    etag: str


def build_directory(canaries: Container[int] = ()) -> Directory:
    """The active machines; one that is not in it is unknown to the workers. `canaries` are the numbers of those that
    run the release on trial.
    """
    machines = Machine.objects.filter(active=True).order_by("number")
    rows = machines.values(
        "device", "name", "model", "organisation", "attributes", "model__attributes", machine=F("number")
    )
    document = {"format": DIRECTORY_FORMAT, "machines": [_entry(dict(row), canaries) for row in rows]}
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Directory(body, f'"{hashlib.sha256(body).hexdigest()}"')


def _entry(row: dict[str, Any], canaries: Container[int]) -> dict[str, Any]:
    """A machine's own attributes stand in the place of its model's."""
    attributes = row.pop("model__attributes") | row.pop("attributes")
    return row | {"channel": "canary" if row["machine"] in canaries else "stable", "attributes": attributes}
