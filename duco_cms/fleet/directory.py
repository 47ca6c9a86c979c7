"""The fleet directory: which device is which machine (docs/contracts/release.md)."""

import hashlib
import json
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


def build_directory() -> Directory:
    """The active machines; a machine that is not in it is unknown to the workers."""
    machines = Machine.objects.filter(active=True).order_by("number")
    rows = machines.values(
        "device", "name", "model", "organisation", "channel", "attributes", "model__attributes", machine=F("number")
    )
    document = {"format": DIRECTORY_FORMAT, "machines": [_entry(dict(row)) for row in rows]}
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Directory(body, f'"{hashlib.sha256(body).hexdigest()}"')


def _entry(row: dict[str, Any]) -> dict[str, Any]:
    """A machine's own attributes stand in the place of its model's."""
    return row | {"attributes": row.pop("model__attributes") | row["attributes"]}
