"""The live release in the Data API: asked for by its ETag, loaded once."""

import threading
from types import MappingProxyType
from typing import Final

import httpx
from rest_framework import status
from rest_framework.exceptions import APIException

from distribution.meta import meta
from ingest.meta.catalogue import Catalogue
from ingest.meta.client import says_none
from parsing.release import InvalidRelease, load_release

_PATH: Final = "/meta/v1/channels/stable/release"


class MetaUnavailableError(APIException):
    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "meta_unavailable"
    default_detail = "The Meta API does not give the live release. Try again later."


_lock = threading.Lock()
_kept: dict[str, tuple[str, Catalogue]] = {}
"""Under the one key of the path: its ETag, and what it is of."""


def live_catalogue() -> Catalogue | None:
    """What all machines are decoded with, without machines; None: nothing is published. Raises MetaUnavailableError."""
    with _lock:
        kept = _kept.get(_PATH)
    try:
        with meta() as client:
            response = client.get(_PATH, headers={"If-None-Match": kept[0]} if kept else {})
    except httpx.HTTPError:
        raise MetaUnavailableError from None
    if kept and response.status_code == httpx.codes.NOT_MODIFIED:
        return kept[1]
    if says_none(response):
        return None
    if response.status_code != httpx.codes.OK:
        raise MetaUnavailableError
    try:
        catalogue = Catalogue(load_release(response.content), MappingProxyType({}))
    except InvalidRelease:
        raise MetaUnavailableError from None
    with _lock:
        _kept[_PATH] = response.headers.get("ETag", ""), catalogue
    return catalogue
