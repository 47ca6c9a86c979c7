"""The pages as the server makes them."""

import re

import pytest
from django.test import Client, override_settings

from tests.cms.test_headers import directives
from tests.studio.conftest import Person, Site

pytestmark = [pytest.mark.redis, pytest.mark.clickhouse]


def test_anonymous_visitors_are_sent_to_sign_in(client: Client, db: None) -> None:
    for path in ("/", "/machines/1/"):
        response = client.get(path)
        assert (response.status_code, response["Location"]) == (302, f"/sign-in/?next={path}")


def test_another_organisations_machine_is_a_page_that_is_not_there(site: Site, alice: Person, bob: Person) -> None:
    missing = alice.get("/machines/2147483647/")
    other = alice.get(f"/machines/{bob.machine.number}/")
    assert (missing.status_code, other.status_code) == (404, 404)
    assert missing.content == other.content
    assert alice.get(f"/machines/{alice.machine.number}/").status_code == 200


def test_pages_hold_no_script_or_style_of_their_own(site: Site, alice: Person) -> None:
    pages = [alice.get("/"), alice.get(f"/machines/{alice.machine.number}/")]
    for page in pages:
        assert directives(page)["script-src"] == {"'self'"}
        assert page["Cache-Control"] == "no-store"
    for page in [*pages, Client().get("/sign-in/")]:
        text = page.content.decode()
        # Data is allowed, code is not.
        scripts = re.findall(r"<script\b([^>]*)>", text)
        assert all("src=" in script or 'type="application/json"' in script for script in scripts)
        assert not re.search(r"<style|\sstyle=|\son\w+=", text)


def test_a_volatile_broker_is_said_on_every_page(site: Site, alice: Person) -> None:
    paths = ["/", f"/machines/{alice.machine.number}/", "/machines/2147483647/"]
    assert not any(b"Volatile broker" in alice.get(path).content for path in paths)
    with override_settings(DUCO_VOLATILE_BROKER=True):
        assert all(b"Volatile broker" in alice.get(path).content for path in paths)
        assert b"Volatile broker" in Client().get("/sign-in/").content


def test_signing_out_takes_a_post(alice: Person) -> None:
    assert alice.get("/sign-out/").status_code == 405
    assert alice.client.post("/sign-out/").status_code == 302
    assert alice.client.get("/").status_code == 302
