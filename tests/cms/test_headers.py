"""What browsers are told of pages."""

import pytest
from django.conf import settings
from django.test import override_settings


def directives(response):
    parts = (part.split() for part in response["Content-Security-Policy"].split(";"))
    return {name: set(values) for name, *values in parts}


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/no-such-page", "/meta/v1/releases/", "/data/v1/machines/"])
def test_our_own_pages_run_our_own_files_only(people, client, path):
    client.force_login(people["root"])
    response = client.get(path)
    policy = directives(response)
    assert policy["default-src"] == {"'none'"}
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == policy["form-action"] == {"'self'"}
    assert policy["base-uri"] == policy["frame-ancestors"] == {"'none'"}


@pytest.mark.parametrize("path", ["/admin/", "/meta/v1/docs"])
def test_pages_of_libraries_run_no_inline_script_either(people, client, path):
    client.force_login(people["root"])
    policy = directives(client.get(path))
    assert policy["default-src"] == {"'none'"}
    assert policy["style-src"] == {"'self'", "'unsafe-inline'"}
    assert policy["script-src"] == ({"'self'", "'unsafe-eval'"} if path == "/admin/" else {"'self'"})


def test_addresses_and_devices_stay_here(client, db):
    response = client.get("/sign-in/")
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(response["Permissions-Policy"].split(", "))


@override_settings(SESSION_COOKIE_SECURE=True)
def test_the_session_is_for_the_server_alone(people, client):
    client.post("/sign-in/", {"username": "alice", "password": "p"})
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["secure"], cookie["samesite"]) == (True, True, "Lax")
