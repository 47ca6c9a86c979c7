"""The Meta API that the settings name."""

import httpx
from django.conf import settings

from ingest.meta.client import meta_client

META_SECONDS = 30.0


def meta() -> httpx.Client:
    return meta_client(settings.META_API_URL, settings.META_API_TOKEN, META_SECONDS)
