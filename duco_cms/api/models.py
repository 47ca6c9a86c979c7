"""Tokens for programs that use the Meta API in a user's name."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import models
from django.utils import timezone

PREFIX = "duco_"
_RANDOM_BYTES = 32
_LAST_USED_EVERY = timedelta(minutes=1)


class ApiToken(models.Model):
    """Only its hash is kept. It may do what its owner may, and of that only what is in `scopes`."""

    name = models.CharField(max_length=100, help_text="What it is for.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    scopes = models.ManyToManyField(Permission, help_text="What it may do, as far as its owner may.")
    made = models.DateTimeField(auto_now_add=True)
    expires = models.DateTimeField(help_text="From then on it is refused.")
    last_used = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["owner", "name"]
        verbose_name = "API token"

    def __str__(self) -> str:
        return f"{self.name} of {self.owner}"

    def give_secret(self) -> str:
        """A new one, in the place of what it had. It is told once: of what is kept it cannot be made."""
        secret = PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
        self.digest = digest_of(secret)
        return secret

    def has_scope(self, permission: str) -> bool:
        """`permission` is such as `definitions.view_release`."""
        return permission in self._scope_names

    def note_use(self) -> None:
        """To the minute: not every call writes."""
        now = timezone.now()
        if self.last_used is None or now - self.last_used >= _LAST_USED_EVERY:
            ApiToken.objects.filter(pk=self.pk).update(last_used=now)

    @property
    def _scope_names(self) -> frozenset[str]:
        pairs = self.scopes.values_list("content_type__app_label", "codename")
        return frozenset(f"{app}.{codename}" for app, codename in pairs)


def digest_of(secret: str) -> str:
    """The secret is 256 random bits, so it needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
