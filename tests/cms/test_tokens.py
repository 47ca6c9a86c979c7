"""Tokens: programs do what their owners may, and of that what is in the tokens' scopes."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from duco_cms.api.models import ApiToken, digest_of
from tests.cms.callers import body_of
from tests.cms.publication import given_role, person

RELEASES = "/meta/v1/releases/"


def make_token(owner, *scopes, expires=timedelta(days=1)):
    token = ApiToken(name="script", owner=owner, expires=timezone.now() + expires)
    secret = token.give_secret()
    token.save()
    token.scopes.set(Permission.objects.filter(codename__in=scopes))
    return token, {"Authorization": f"Bearer {secret}"}


@pytest.fixture
def owner(db):
    return person("owner", "viewer", "editor")


def test_a_token_opens_what_its_scopes_and_its_owner_allow(client, releases, owner):
    _, headers = make_token(owner, "view_release", "publish_release")
    assert client.get(RELEASES, headers=headers).status_code == 200
    # it should refuse what is not in its scopes, and what its owner may not
    assert client.get("/meta/v1/submissions/", headers=headers).status_code == 403
    assert client.post(RELEASES, {}, content_type="application/json", headers=headers).status_code == 403
    given_role(owner)
    assert client.get(RELEASES, headers=headers).status_code == 403


def test_a_token_ends(client, releases, owner):
    token, headers = make_token(owner, "view_release", expires=timedelta(seconds=-1))
    refused = client.get(RELEASES, headers=headers)
    assert (refused.status_code, body_of(refused)["code"]) == (401, "authentication_failed")
    token, headers = make_token(owner, "view_release")
    assert client.get(RELEASES, headers={"Authorization": headers["Authorization"] + "x"}).status_code == 401
    owner.is_active = False
    owner.save()
    assert client.get(RELEASES, headers=headers).status_code == 401
    owner.is_active = True
    owner.save()
    assert client.get(RELEASES, headers=headers).status_code == 200
    token.delete()
    assert client.get(RELEASES, headers=headers).status_code == 401


def test_a_token_remembers_its_last_use_to_the_minute(client, releases, owner):
    token, headers = make_token(owner, "view_release")
    client.get(RELEASES, headers=headers)
    token.refresh_from_db()
    first = token.last_used
    assert first is not None
    client.get(RELEASES, headers=headers)
    token.refresh_from_db()
    assert token.last_used == first


def test_the_secret_is_shown_once_and_not_kept(client, db):
    admin = person("ada", "administrator")
    client.force_login(admin)
    scope = Permission.objects.get(codename="view_release")
    tomorrow = timezone.now() + timedelta(days=1)
    form = {"name": "nightly", "scopes": [scope.pk], "expires_0": tomorrow.date(), "expires_1": "12:00:00"}
    page = client.post("/admin/meta_api/apitoken/add/", form, follow=True).content.decode()
    token = ApiToken.objects.get()
    assert token.owner == admin
    secret = next(word for word in page.replace("<", " ").split() if word.startswith("duco_"))
    assert digest_of(secret) == token.digest
    assert secret not in client.get("/admin/meta_api/apitoken/").content.decode()
    # it should not be for others to see or to change
    client.force_login(person("bob", "administrator"))
    assert "nightly" not in client.get("/admin/meta_api/apitoken/").content.decode()
    assert client.post(f"/admin/meta_api/apitoken/{token.pk}/change/", form).status_code in {302, 403}
    token.refresh_from_db()
    assert token.owner == admin


def test_a_token_that_is_over_is_not_made(client, people):
    client.force_login(people["root"])
    form = {
        "name": "nightly",
        "owner": people["root"].pk,
        "scopes": [],
        "expires_0": "2020-01-01",
        "expires_1": "12:00:00",
    }
    assert "This time is over" in client.post("/admin/meta_api/apitoken/add/", form).content.decode()
    assert not ApiToken.objects.exists()
