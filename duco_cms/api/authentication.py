"""Who calls the APIs: a user by session, a user on whose behalf Studio asks, a program with a token, or a worker."""

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.signing import BadSignature, TimestampSigner
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from duco_cms.api.models import PREFIX, ApiToken, digest_of

ON_BEHALF_SECONDS = 60


class Worker:
    """The caller that holds META_API_TOKEN: a process, no user; it has no rights but to read the Meta API."""

    is_authenticated = True
    is_active = True
    is_staff = False
    pk = None


def _credentials(request: Request, scheme: str) -> str | None:
    """What follows `scheme` in the Authorization header; None where another scheme or none is used."""
    parts = get_authorization_header(request).split(maxsplit=1)
    if not parts or parts[0].lower() != scheme.lower().encode():
        return None
    try:
        return parts[1].decode("ascii") if len(parts) > 1 else ""
    except UnicodeDecodeError:
        return ""


class OnBehalfAuthentication(BaseAuthentication):
    """`Authorization: OnBehalf <signed user id>`, signed with ON_BEHALF_SALT and good for 60 seconds."""

    scheme = "OnBehalf"

    def authenticate(self, request: Request) -> tuple[AbstractBaseUser, None] | None:
        token = _credentials(request, self.scheme)
        if token is None:
            return None
        try:
            user_id = int(TimestampSigner(salt=settings.ON_BEHALF_SALT).unsign(token, max_age=ON_BEHALF_SECONDS))
        except (BadSignature, ValueError):
            raise AuthenticationFailed("The signature is wrong or older than 60 seconds.") from None
        user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
        if user is None:
            raise AuthenticationFailed("The user does not exist or is not active.")
        return user, None

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - the signature is DRF's
        return self.scheme


class WorkerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <META_API_TOKEN>`."""

    def authenticate(self, request: Request) -> tuple[Worker, None] | None:
        token = _credentials(request, "Bearer")
        if token is None or token.startswith(PREFIX):
            return None
        if not constant_time_compare(token, settings.META_API_TOKEN):
            raise AuthenticationFailed("The token is not the workers' token.")
        return Worker(), None

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - the signature is DRF's
        return "Bearer"


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer <secret of an ApiToken>`: a program in the name of the token's owner."""

    def authenticate(self, request: Request) -> tuple[AbstractBaseUser, ApiToken] | None:
        secret = _credentials(request, "Bearer")
        if secret is None or not secret.startswith(PREFIX):
            return None
        tokens = ApiToken.objects.select_related("owner").filter(expires__gt=timezone.now(), owner__is_active=True)
        token = tokens.filter(digest=digest_of(secret)).first()
        if token is None:
            raise AuthenticationFailed("There is no such token, or it has expired.")
        token.note_use()
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - the signature is DRF's
        return "Bearer"
