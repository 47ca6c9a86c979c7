"""Anonymous callers get nothing anywhere: every route that there is, walked."""

import os
import re
import subprocess
import sys

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

# A path under each of these may be read by anybody; whoever adds one says why.
OPEN = {
    "sign-in/": "where one signs in",
    "sign-out/": "ends a session; without one there is nothing to end",
    "admin/logout/": "likewise",
    "admin/login/": "where staff sign in",
    "admin/jsi18n/": "Django's catalogue of texts for scripts; none of ours",
}
SAMPLES = {"int": "1", "str": "a", "slug": "stable", "path": "1", "uuid": "0" * 8 + "-0000-0000-0000-" + "0" * 12}
PARAMETER = re.compile(r"<(?:(\w+):)?\w+>")


def routes(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern)


def as_path(route):
    route = PARAMETER.sub(lambda match: SAMPLES[match.group(1) or "str"], route)
    route = re.sub(r"\(\?P<\w+>[^)]*\)", "a", route)
    return "/" + route.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\.", ".").lstrip("/")


ROUTES = sorted(set(routes(get_resolver().url_patterns)))


def test_the_walk_finds_what_there_is():
    assert {"meta/v1/fleet/directory", "admin/definitions/release/publish/", "", "sign-in/"} <= set(ROUTES)
    assert any(route.startswith("data/v1/") for route in ROUTES)


@pytest.mark.parametrize("method", ["get", "post", "head", "put", "delete", "options"])
def test_anonymous_callers_get_nothing(client, db, method):
    let_in = {}
    for route in ROUTES:
        if route in OPEN:
            continue
        response = getattr(client, method)(as_path(route))
        sent_away = response.status_code == 302 and re.match(r"/(sign-in|admin/login)/\?next=", response["Location"])
        # 405 says no more than which methods there are.
        if not sent_away and response.status_code not in {401, 403, 405}:
            let_in[f"{method} {as_path(route)}"] = response.status_code
    assert let_in == {}


def test_what_is_open_is_there():
    assert set(OPEN) <= set(ROUTES)


def test_each_role_serves_its_own_routes_only():
    from duco_cms.urls import ROUTES as BY_ROLE

    first = {role: {route.split("/")[0] for route in routes(patterns)} for role, patterns in BY_ROLE.items()}
    assert first["data"] == {"data"}
    assert first["meta"] == {"sign-in", "sign-out", "admin", "meta"}
    assert first["studio"].isdisjoint({"admin", "meta", "data"})
    assert first["all"] == first["meta"] | first["data"] | first["studio"]


@pytest.mark.parametrize(("role", "sockets"), [("data", 0), ("meta", 0), ("studio", 1), ("all", 1)])
def test_sockets_are_served_by_those_who_serve_pages(role, sockets):
    """The role is read once, when a process starts."""
    script = "from duco_cms.asgi import sockets; print(len(sockets))"
    environment = os.environ | {"DUCO_ROLE": role}
    assert subprocess.check_output([sys.executable, "-c", script], env=environment, text=True) == f"{sockets}\n"
