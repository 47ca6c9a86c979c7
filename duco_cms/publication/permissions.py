"""What the steps of publication ask for, on pages and by the Meta API."""

from typing import Final

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from rest_framework.request import Request

SUBMIT: Final = "publication.add_submission"
REVIEW: Final = "publication.review_submission"
RELEASE: Final = "definitions.publish_release"


def user_of(request: HttpRequest | Request) -> User:
    """Who does it. Raises PermissionDenied where nobody is signed in, and for workers."""
    user: object = request.user
    if not isinstance(user, User):
        raise PermissionDenied
    return user
