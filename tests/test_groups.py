"""Tests of one group have one worker: two whole systems at a time would want the same port."""

import os

import pytest


@pytest.mark.xdist_group("nobody")
def test_the_scheduler_sees_groups(request: pytest.FixtureRequest) -> None:
    """What it goes by is the end of the name."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        pytest.skip("the tests run in one process")
    assert request.node.nodeid.endswith("@nobody")
