"""Requests made of the OpenAPI document, valid ones and others; what is answered is held against it.

Every request meets the same data: what it changed is rolled back. `HYPOTHESIS_PROFILE=thorough` asks twelve
times as often, `DUCO_SEED` for other things than the last time.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import deepcopy
from functools import cache
from typing import Any

import hypothesis
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

IS_THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
EXAMPLES = 100 if IS_THOROUGH else 8
"""Of each route, valid requests and as many others."""

SEED = int(os.environ.get("DUCO_SEED", "0"))
# A status of 500 is documented nowhere.
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
WITH_BODY = 6
MOST_TURNS = 5
FIRST_REFUSAL = 300
SETTINGS = hypothesis.settings(
    deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)  # fmt: skip
Document = dict[str, Any]


@cache
def _made() -> Document:
    made: Document = SchemaGenerator().get_schema(request=None, public=True)
    return made


@cache
def _application() -> Any:
    return get_wsgi_application()


def document() -> Document:
    """The whole OpenAPI document; changing it changes nothing else."""
    return deepcopy(_made())


def operations(prefix: str) -> list[str]:
    """`GET /data/v1/machines/` and so on."""
    return [
        f"{method.upper()} {path}"
        for path, methods in _made()["paths"].items()
        if path.startswith(prefix)
        for method in methods
    ]


def hit(made: Document, operation: str, values: Mapping[str, Sequence[Any]]) -> None:
    """Give the parameters of these names, and the members of the body, one of these values where they are valid:
    so that requests find something.
    """
    method, path = operation.split(" ", 1)
    asked = made["paths"][path][method.lower()]
    for parameter in asked.get("parameters", ()):
        if parameter["name"] in values:
            parameter["schema"] = {"enum": list(values[parameter["name"]])}
    for each in asked.get("requestBody", {}).get("content", {}).values():
        body = each["schema"]
        if "$ref" in body:
            body = made["components"]["schemas"][body["$ref"].rsplit("/", 1)[1]]
        for name in values.keys() & body.get("properties", {}).keys():
            body["properties"][name] = {"enum": list(values[name])}


def takes_something(made: Document, operation: str) -> bool:
    """Otherwise no request is invalid."""
    method, path = operation.split(" ", 1)
    asked = made["paths"][path][method.lower()]
    return bool(asked.get("parameters") or asked.get("requestBody"))


def found_something(statuses: set[int]) -> bool:
    """Whether a request succeeded. Of a few requests none may, by chance: that is asked of the many."""
    return min(statuses) < FIRST_REFUSAL or not IS_THOROUGH


@contextmanager
def _kept_connection() -> Iterator[None]:
    """A served request ends with its connection closed where that is in a transaction: here it is the test's."""
    for each in (request_started, request_finished):
        each.disconnect(close_old_connections)
    try:
        yield
    finally:
        for each in (request_started, request_finished):
            each.connect(close_old_connections)


def ask(
    made: Document, operation: str, headers: Callable[[], Mapping[str, str]], bodies: Sequence[Any] = ()
) -> set[int]:  # fmt: skip
    """Send valid requests and others, and valid ones with each of the bodies; the statuses that came. Fails with the
    first answer that is not as documented.
    """
    schema = schemathesis.openapi.from_dict(made)
    schema.app = _application()
    found = schema.find_operation_by_label(operation)
    assert found is not None, operation
    statuses: set[int] = set()
    strategies = [(found.as_strategy(generation_mode=GenerationMode.POSITIVE), EXAMPLES)]
    if takes_something(made, operation):
        strategies.append((found.as_strategy(generation_mode=GenerationMode.NEGATIVE), EXAMPLES))
    strategies += [(found.as_strategy(body=body), WITH_BODY) for body in bodies]
    # Which examples come depends on more than the seed: where nothing was found, others are asked for.
    more = [(strategies[-1 if bodies else 0][0], EXAMPLES)] * MOST_TURNS
    for turn, (strategy, most) in enumerate([*strategies, *more]):
        if turn >= len(strategies) and min(statuses) < FIRST_REFUSAL:
            break

        @hypothesis.seed(SEED + turn)
        @hypothesis.settings(SETTINGS, max_examples=most)
        @given(strategy)
        def asked(case: schemathesis.Case) -> None:
            with transaction.atomic(), _kept_connection():
                statuses.add(case.call_and_validate(headers=dict(headers()), checks=CHECKS).status_code)
                transaction.set_rollback(True)

        asked()
    return statuses
