"""HTTP to the Meta API, as workers speak it."""

import httpx
from django.conf import settings


def meta_client(url: str, token: str, seconds: float) -> httpx.Client:
    """For paths such as `/meta/v1/fleet/directory`."""
    return httpx.Client(
        base_url=url,
        headers={"Authorization": f"Bearer {token}"},
        timeout=seconds,
        limits=httpx.Limits(keepalive_expiry=settings.HTTP_KEEP_ALIVE_SECONDS),
    )


def says_none(response: httpx.Response, code: str = "no_release") -> bool:
    """Whether the Meta API says that there is none, and not somebody on the way that there is no such page."""
    if response.status_code != httpx.codes.NOT_FOUND or "json" not in response.headers.get("Content-Type", ""):
        return False
    try:
        document: object = response.json()
    except ValueError:
        return False
    return isinstance(document, dict) and document.get("code") == code
