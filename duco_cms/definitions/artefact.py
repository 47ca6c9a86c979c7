"""The release artefact as served, and the canonical JSON that its hash is over (docs/contracts/release.md)."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from duco_cms.definitions.models import Release

Content = Mapping[str, list[dict[str, Any]]]


def canonical_json(content: Content) -> str:
    """Sorted keys, no white space. Raises ValueError where a number is NaN or infinite."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def content_hash(canonical: str) -> str:
    """`sha256:` and the hex digest of the canonical content in UTF-8."""
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def artefact(release: Release) -> bytes:
    """The whole artefact. The content is put in as it is stored, so that its hash holds for the bytes served."""
    head = json.dumps(
        {
            "format": release.format,
            "number": release.number,
            "content_hash": release.content_hash,
            "published": release.published.isoformat(),
            "note": release.note,
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )
    return f'{head[:-1]},"content":{release.content}}}'.encode()
