"""The last good copy of an artefact on disk, so that a worker starts while the CMS is down."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import orjson


@dataclass(frozen=True, slots=True)
class Stored:
    """An artefact's body and the ETag it came with."""

    etag: str
    body: bytes


def read(path: Path) -> Stored | None:
    """The copy, or None where there is none that can be read."""
    try:
        document = orjson.loads(path.read_bytes())
        return Stored(document["etag"], document["body"].encode())
    except (OSError, orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        return None


def write(path: Path, stored: Stored) -> None:
    """Replace the copy in one step: workers share the directory, and one may be killed while it writes.

    Raises OSError; the copy that was there stays then.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(orjson.dumps({"etag": stored.etag, "body": stored.body.decode()}))
        Path(temporary).replace(path)
    except OSError:
        # A full disk is not to be filled by attempts.
        Path(temporary).unlink(missing_ok=True)
        raise
