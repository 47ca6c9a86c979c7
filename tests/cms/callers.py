"""Who calls, in the tests of the CMS, and small things they need."""

import json

from django.conf import settings
from django.core.signing import TimestampSigner
from django.utils import timezone

from duco_cms.definitions.artefact import canonical_json, content_hash
from duco_cms.definitions.models import Release

WORKER = {"Authorization": f"Bearer {settings.META_API_TOKEN}"}


def on_behalf(user):
    token = TimestampSigner(salt=settings.ON_BEHALF_SALT).sign(str(user.pk))
    return {"Authorization": f"OnBehalf {token}"}


def make_release(number, content=None, **fields):
    canonical = canonical_json(content or {"enums": [], "sets": [], "models": []})
    return Release.objects.create(
        number=number,
        content=canonical,
        content_hash=content_hash(canonical),
        note=f"n{number}",
        published=timezone.now(),
        **fields,
    )


def body_of(response):
    return json.loads(response.content)
