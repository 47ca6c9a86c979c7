"""What no valid request holds is refused with a problem, wherever in a request of the Meta API it stands."""

# ruff: noqa: F811 - a fixture of another file is an argument here

import json
from urllib.parse import quote

import pytest
from django.db import transaction

from tests.cms.documented import document
from tests.cms.test_schemathesis import (
    OPERATIONS as ALL,
)
from tests.cms.test_schemathesis import (
    headers_of,
    sent_bodies,
    values_of,
    world,  # noqa: F401 - a fixture
)

# The document is made anew for each request, and knows nothing of what is stored.
OPERATIONS = [each for each in ALL if each != "GET /meta/v1/schema"]
# As they stand in JSON: some of it Python would not write.
HOSTILE = {
    "null": "null", "true": "true", "negative": "-1", "half": "0.5", "above_2_31": str(2**31), "above_2_63": str(2**63),
    "huge": "1" + "0" * 400, "endless_digits": "9" * 5_000, "infinite": "1e999", "nan": "NaN", "nan_text": '"NaN"',
    "text": '"x"', "empty": '""', "nul": '"\\u0000"', "nul_in_list": '["\\u0000"]', "half_a_pair": '"\\ud800"',
    "long": json.dumps("x" * 20_000), "list": "[1]", "object": '{"a": {"\\u0000": 1}}', "many": json.dumps([1] * 9_999),
    "deep": "[" * 5_000 + "]" * 5_000, "year_1": '"0001-01-01T00:00:00+14:00"', "last": '"9999-12-31T23:59:59-14:00"',
}  # fmt: skip
PARAMETERS = [
    "", "x", "-1", "0.5", "1e999", "NaN", "9" * 5_000, str(2**31), str(2**63), "\0", "\N{ARABIC-INDIC DIGIT ONE}", "²",
    "cD1hYmM=", "cD0lMDA=", "bz05OTk5OTk5OTk5", "cj0xJnA9MQ==", "0001-01-01T00:00:00+14:00", "%ff", "x" * 20_000,
]  # fmt: skip
"""With cursors of which base64 says `p=abc`, `p=%00`, `o=9999999999` and `r=1&p=1`."""

HEADERS = [
    {"If-Match": "x"}, {"If-Match": "*"}, {"If-Match": '"' + "x" * 5_000 + '"'}, {"If-Match": "\xff\x00"},
    {"If-None-Match": 'W/"x", *, "'}, {"Accept": "text/html"}, {"Accept": "\xff;q=x"}, {"Accept": "application/yaml"},
    {"Content-Type": "text/plain"}, {"Content-Type": "multipart/form-data"}, {"Content-Type": "application/xml"},
    {"Content-Type": "application/json; charset=utf-99"}, {"Content-Type": "\xff"},
]  # fmt: skip
MARK = "9b1d63c5"


def changed(body):
    """Bodies with one member, at any depth, that is the mark."""
    if isinstance(body, dict):
        for name, member in body.items():
            yield {**body, name: MARK}
            for each in changed(member):
                yield {**body, name: each}
        yield {**body, MARK: 1}
    elif isinstance(body, list):
        for at, member in enumerate(body):
            for each in (MARK, *changed(member)):
                yield [*body[:at], each, *body[at + 1 :]]
        yield [*body, MARK]


def hostile_bodies(body):
    """The hostile texts in place of all of it and of each of its members; where the name is the mark, one of names."""
    yield from ((name, text) for name, text in HOSTILE.items())
    for each in changed(body):
        written = json.dumps(each)
        for name, text in HOSTILE.items():
            if f'"{MARK}":' not in written or name in {"nul", "half_a_pair", "long"}:
                yield name, written.replace(f'"{MARK}"', text)


class Caller:
    """Sends, and notes what was neither done nor refused with a problem."""

    def __init__(self, client, world, operation):
        client.raise_request_exception = False
        self.client, self.world, self.operation = client, world, operation
        self.method, path = operation.split(" ", 1)
        values = values_of(world, operation)
        self.path = path.replace("{number}", str(values.get("number", [0])[0])).replace("{channel}", "stable")
        self.etag = values.get("If-Match", [""])[0]
        self.wrong, self.count = [], 0

    def send(self, what, path=None, body="", content_type="application/json", **headers):
        self.count += 1
        given = {**headers_of(self.world, self.operation), "If-Match": self.etag, **headers}
        raw = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
        with transaction.atomic():
            answer = self.client.generic(self.method, path or self.path, raw, content_type, headers=given)
            transaction.set_rollback(True)
        self.wrong += [] if is_fine(answer) else [(what, answer.status_code, answer.content[:200])]


def is_fine(answer):
    if answer.status_code < 400:
        return True
    if answer.status_code >= 500 and answer.status_code != 503:
        return False
    problem = json.loads(answer.content)
    return answer["Content-Type"] == "application/problem+json" and problem["status"] == answer.status_code


def asked_of(operation):
    method, path = operation.split(" ", 1)
    return document()["paths"][path][method.lower()]


@pytest.mark.parametrize("operation", [each for each in OPERATIONS if "requestBody" in asked_of(each)])
def test_no_body_breaks_a_route(client, world, operation):
    caller = Caller(client, world, operation)
    for body in sent_bodies(world, operation):
        if isinstance(body, str):
            for text in (b"\xff\xfe", b"\0", body.encode() + b"\0", b"x" * 3_000_000, "\u202e".encode(), b""):
                caller.send(text[:20], body=text, content_type="text/plain")
        else:
            for name, text in hostile_bodies(body):
                caller.send(f"{name}: {text[:300]}", body=text)
    for raw in (b"", b"\xff", b"{", b"[]", b"\xef\xbb\xbf{}", b'"x"', b"\0", b'{"a": 1, "a": 2}'):
        caller.send(raw, body=raw)
    assert caller.wrong == []
    assert caller.count > 5


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_parameter_or_header_breaks_a_route(client, world, operation):
    caller = Caller(client, world, operation)
    names = [each["name"] for each in asked_of(operation).get("parameters", ()) if each["in"] == "query"]
    for name in (*names, "unknown"):
        for value in PARAMETERS:
            written = value if value == "%ff" else quote(value)
            caller.send((name, value[:40]), f"{caller.path}?{name}={written}", "{}")
    for headers in HEADERS:
        content_type = headers.get("Content-Type", "application/json")
        more = {name: value for name, value in headers.items() if name != "Content-Type"}
        caller.send(headers, body="{}", content_type=content_type, **more)
    for number in ("0", str(2**31), str(2**63), "9" * 400, "-1", "x", "%00", "²"):
        raw = operation.split(" ", 1)[1].replace("{number}", number).replace("{channel}", number)
        caller.send(number, raw, "{}")
    assert caller.wrong == []


@pytest.mark.parametrize("operation", OPERATIONS)
def test_parameters_that_a_route_does_not_know_are_refused(client, world, operation):
    caller = Caller(client, world, operation)
    answer = client.generic(caller.method, f"{caller.path}?sate=open", headers=headers_of(world, operation))
    assert answer.status_code == 400, answer.content
    assert "sate" in answer.json()["detail"]
