"""The one door: what fails is counted, by user name and address."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from django.utils import timezone

LIMIT = settings.AXES_FAILURE_LIMIT
LOCKED = "Too many failed attempts. You can sign in again 15 minutes after the last one."


def sign_in(name, password, *, address="192.0.2.1", path="/sign-in/", **fields):
    client = Client(REMOTE_ADDR=address)
    return client.post(path, {"username": name, "password": password, **fields})


def fail(name, times, **options):
    return [sign_in(name, "wrong", **options) for _ in range(times)]


def test_the_right_password_opens(people):
    response = sign_in("alice", "p", next="/machines/1/")
    assert (response.status_code, response["Location"]) == (302, "/machines/1/")


def test_failures_lock_a_name_for_an_address(people):
    failures = fail("alice", LIMIT)
    assert [each.status_code for each in failures] == [200] * (LIMIT - 1) + [429]
    right = sign_in("alice", "p")
    assert right.status_code == 429
    assert LOCKED in right.content.decode()
    assert "correct username" not in right.content.decode()


def test_nobody_locks_somebody_else_out(people):
    fail("alice", LIMIT)
    assert sign_in("alice", "p", address="192.0.2.2").status_code == 302
    assert sign_in("bob", "p").status_code == 302


def test_it_opens_again_when_the_time_is_over(people):
    fail("alice", LIMIT)
    # Trying meanwhile does not make it longer.
    sign_in("alice", "p")
    begun = timezone.now() - settings.AXES_COOLOFF_TIME
    AccessAttempt.objects.update(attempt_time=begun + timedelta(seconds=60))
    assert sign_in("alice", "p").status_code == 429
    AccessAttempt.objects.update(attempt_time=begun - timedelta(seconds=1))
    assert sign_in("alice", "p").status_code == 302


def test_signing_in_forgets_the_failures(people):
    for _ in range(3):
        fail("alice", LIMIT - 1)
        assert sign_in("alice", "p").status_code == 302


def test_another_browser_is_no_way_around(people):
    for number in range(LIMIT):
        Client(REMOTE_ADDR="192.0.2.1").post(
            "/sign-in/", {"username": "alice", "password": "wrong"}, headers={"User-Agent": str(number)}
        )
    assert sign_in("alice", "p").status_code == 429


def test_a_header_is_no_other_address(people):
    for number in range(LIMIT):
        forwarded = {"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": f"198.51.100.{number}"}
        Client(REMOTE_ADDR="192.0.2.1").post("/sign-in/", {"username": "alice", "password": "wrong"}, headers=forwarded)
    assert sign_in("alice", "p").status_code == 429


def test_the_record_of_failures_holds_no_password(people):
    sign_in("alice", "my-secret-password")
    stored = str(list(AccessAttempt.objects.values()))
    assert "192.0.2.1" in stored
    assert "my-secret-password" not in stored


@pytest.mark.parametrize("fields", [("a" * 10_000, "p"), ("a\0b", "p"), ("alice", "p" * 5000), ("", "")])
def test_what_is_typed_is_bounded(people, fields):
    response = sign_in(*fields)
    assert response.status_code == 200
    assert not AccessAttempt.objects.exists()


def test_the_admin_has_no_door_of_its_own(people, client):
    response = client.get("/admin/login/?next=/admin/fleet/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=/admin/fleet/")
    answer = client.post("/admin/login/", {"username": "root", "password": "p"})
    assert answer["Location"] == "/sign-in/?next=/admin/"
    assert "_auth_user_id" not in client.session


def test_who_is_no_staff_is_told_so_and_not_sent_in_circles(people, client):
    client.force_login(people["alice"])
    response = client.get("/admin/", follow=True)
    assert response.status_code == 403


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_leads_nowhere_else(people, address):
    assert sign_in("alice", "p", next=address)["Location"] == settings.LOGIN_REDIRECT_URL
    client = Client()
    client.force_login(people["alice"])
    assert client.get("/sign-in/", {"next": address})["Location"] == settings.LOGIN_REDIRECT_URL


@pytest.mark.parametrize("path", ["/sign-in/", "/sign-out/", "/admin/definitions/release/publish/"])
def test_other_pages_cannot_post(people, path):
    client = Client(enforce_csrf_checks=True)
    if path != "/sign-in/":
        client.force_login(people["root"])
    assert client.post(path, {"username": "root", "password": "p", "note": "x"}).status_code == 403
