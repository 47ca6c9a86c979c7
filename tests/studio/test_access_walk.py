"""Nobody learns that another organisation's machine exists: every route with a machine in it, walked."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, reverse

from distribution.api import unmodelled_live
from distribution.api.throttling import ExplainThrottle
from distribution.api.urls import urlpatterns as data_routes
from parsing.assemble import document_of
from studio.urls import urlpatterns as studio_routes
from tests.cms.callers import make_release
from tests.distribution.conftest import DAY, SECOND, START, SnapshotKeys, Store
from tests.distribution.furnished import UNREAD, Furnished, furnish
from tests.distribution.recorded import NOW
from tests.distribution.test_unmodelled import TEXT
from tests.pipeline.ruled import content_of
from tests.studio.conftest import Person, Site

pytestmark = [pytest.mark.redis, pytest.mark.clickhouse]

# Other bytes in each page.
CSRF_TOKEN = re.compile(rb'(?<=name="csrfmiddlewaretoken" value=")\w+')
METHODS = ("get", "head", "options", "post", "put", "delete")
SPAN = {"from": START - DAY, "to": START + DAY}
RECORDED = {"from": NOW - 60 * SECOND, "to": NOW + 60 * SECOND}
# What is told of all machines that a user may see, and how it is asked for.
LISTS = [
    ("data-machines", {}),
    ("data-findings", SPAN),
    ("data-findings", {**SPAN, "open": "true"}),
    *(("data-fleet-unmodelled", {**RECORDED, "kind": kind}) for kind in ("frames", "enum_values", "json_fields")),
    ("data-unmodelled-activity", {"id": UNREAD, **RECORDED}),
    ("machines", {}),
    ("studio-machines", {}),
]


def with_machine(patterns: list[URLPattern]) -> list[str]:
    return [str(each.name) for each in patterns if "machine" in each.pattern.converters]


ROUTES = [*with_machine(data_routes), *with_machine(studio_routes)]


@pytest.fixture
def live(site: Site, people: dict[str, Person], settings: Any) -> None:
    """A release by which something is not modelled, and a Meta API that gives it."""
    document = document_of(content_of(TEXT))
    document["models"][0]["id"] = people["alice"].machine.model_id
    make_release(1, document)
    unmodelled_live._kept.clear()  # the release of another test has its number
    settings.META_API_URL = site.url


@pytest.fixture
def furnished(
    site: Site, store: Store, snapshots: SnapshotKeys, bob: Person, group: int, monkeypatch: pytest.MonkeyPatch
) -> Furnished:
    monkeypatch.setattr(ExplainThrottle, "rate", "1000000/min")
    return furnish(store, snapshots, bob.machine.number, bob.machine.device, group)


def path_of(name: str, machine: int, found: Furnished) -> str:
    names = {"data-history": {"name": found.signal}, "studio-history": {"signal": found.signal}}
    return reverse(name, kwargs={"machine": machine, **names.get(name, {})})


def queries(found: Furnished) -> Iterator[dict[str, Any]]:
    """Nothing, what would find something, and what is refused."""
    yield {}
    yield {"group": found.group, "slot": 0, "ts": found.ts}
    yield {"from": found.begin, "to": found.end}
    yield {"from": 0, "open": "true", "limit": 1}
    yield {"limit": "x", "cursor": "x", "no_such": "1"}


def answer(person: Person, method: str, path: str, query: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
    """All that is told, but for when it was."""
    given = getattr(person.client, method)(path, query)
    headers = {name: value for name, value in given.headers.items() if name != "Date"}
    return given.status_code, headers, CSRF_TOKEN.sub(b"", given.content)


def unlike(number: int) -> int:
    """Of as many digits; no machine has it."""
    return number + 1 if number % 10 < 9 else number - 1


def test_the_walk_finds_what_there_is() -> None:
    assert {"data-machine", "data-frames", "data-explain", "studio-machine", "studio-explain"} <= set(ROUTES)
    assert {"machine", "machine-explain"} <= set(ROUTES)


@pytest.mark.parametrize("name", ROUTES)
def test_a_machine_of_others_is_as_one_that_is_not_there(
    alice: Person, bob: Person, furnished: Furnished, name: str
) -> None:
    assert alice.session
    theirs, nobodys = (path_of(name, each, furnished) for each in (bob.machine.number, unlike(bob.machine.number)))
    for query in queries(furnished):
        for method in METHODS:
            told = answer(alice, method, theirs, query)
            assert told == answer(alice, method, nobodys, query), (method, query)
            assert told[0] >= 400 or method == "options", (method, query)
    assert answer(alice, "get", theirs, {})[0] == 404
    assert any(answer(bob, "get", theirs, query)[0] == 200 for query in queries(furnished) if bob.session)


def test_every_list_is_in_the_walk() -> None:
    listed = {name for name, _ in LISTS}
    assert {str(each.name) for each in (*data_routes, *studio_routes)} == listed | set(ROUTES)


def test_lists_neither_name_nor_count_machines_of_others(
    live: None, alice: Person, bob: Person, store: Store, snapshots: SnapshotKeys, group: int
) -> None:
    assert alice.session
    furnish(store, snapshots, alice.machine.number, alice.machine.device, group)
    before = [answer(alice, "get", reverse(name), query) for name, query in LISTS]
    furnish(store, snapshots, bob.machine.number, bob.machine.device, group + 1)
    assert [answer(alice, "get", reverse(name), query) for name, query in LISTS] == before
    assert [status for status, _, _ in before] == [200] * len(LISTS), before
    assert bob.session
    for (name, query), (_, _, told) in zip(LISTS, before, strict=True):
        assert str(bob.machine.number).encode() not in told, name
        if str(alice.machine.number).encode() in told:
            assert str(bob.machine.number).encode() in answer(bob, "get", reverse(name), query)[2], name
    number = str(alice.machine.number).encode()
    assert sum(number in told for _, _, told in before) == len(LISTS) - 1, "the page names none"


def test_anothers_machine_cannot_be_asked_for_in_a_list(alice: Person, bob: Person, furnished: Furnished) -> None:
    assert alice.session
    path = reverse("data-unmodelled-activity")
    asked = [{"id": UNREAD, "machine": each} for each in (bob.machine.number, unlike(bob.machine.number))]
    theirs, nobodys = (answer(alice, "get", path, query) for query in asked)
    assert theirs == nobodys
    assert theirs[0] == 404
