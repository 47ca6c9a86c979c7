"""Nobody fills the disk with a request: over a socket, as Django's test client has no body of its own."""

import asyncio
import json

import pytest

from duco_cms.body_limit import BodyLimit

LIMIT = 100


async def application(scope, receive, send):
    """Reads as Django does: everything, before it answers; nothing more for who left."""
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        body += message.get("body", b"")
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"%d" % len(body)})


def ask(chunks, headers=(), path="/"):
    """The status, the body, and how many chunks were taken from the client."""
    waiting = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    waiting.append({"type": "http.request", "body": b"", "more_body": False})
    sent = []

    async def receive():
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "path": path, "headers": list(headers)}
    asyncio.run(BodyLimit(application, LIMIT)(scope, receive, send))
    start, body = sent
    return start["status"], body["body"], len(chunks) + 1 - len(waiting)


def test_what_fits_passes():
    assert ask([b"a" * 60, b"a" * 40], [(b"content-length", b"100")])[:2] == (200, b"100")


def test_what_says_that_it_is_larger_is_not_read():
    assert ask([b"a"] * 10, [(b"content-length", b"101")]) == (413, b"The body is too large.", 0)


@pytest.mark.parametrize("path", ["/meta/v1/sets", "/data/v1/machines"])
def test_the_apis_say_it_as_a_problem(path):
    status, body, _ = ask([b"a" * 50] * 3, path=path)
    problem = json.loads(body)
    assert (status, problem["status"], problem["code"]) == (413, 413, "too_large")


def test_what_turns_out_to_be_larger_is_cut_off():
    status, _, taken = ask([b"a" * 50] * 1000)
    assert (status, taken) == (413, 3)


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/admin/definitions/dbcfile/add/"])
def test_the_web_process_has_the_limit(path, db):
    from duco_cms.asgi import BODY_BYTES_MAXIMUM, application

    length = (b"content-length", b"%d" % (BODY_BYTES_MAXIMUM + 1))
    scope = {"type": "http", "method": "POST", "path": path, "headers": [length]}
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(application(scope, None, send))
    assert sent[0]["status"] == 413
