"""What the terminal of `make run` says when processes die and return."""

from pathlib import Path

from duco_cms.embedded.console import banner, changes
from duco_cms.embedded.layout import layout_at
from duco_cms.embedded.supervision import ProcessState

LAYOUT = layout_at(Path("/nowhere"))


def _state(state: str, pid: int) -> ProcessState:
    return ProcessState("kafka", state, pid, "")


def _said(before: ProcessState, now: ProcessState) -> list[str]:
    return changes({before.name: before}, [now], LAYOUT)


def test_nothing_is_said_while_nothing_happens() -> None:
    assert _said(_state("RUNNING", 7), _state("RUNNING", 7)) == []
    assert changes({}, [_state("RUNNING", 7)], LAYOUT) == []


def test_an_end_and_a_return_are_said_even_between_two_looks() -> None:
    assert _said(_state("RUNNING", 7), _state("BACKOFF", 0)) == [
        "kafka does not stay up; it is tried again, each time a second later. See /nowhere/log/kafka.log"
    ]
    assert _said(_state("RUNNING", 7), _state("EXITED", 0)) == ["kafka (process 7) ended; it is started again."]
    assert _said(_state("EXITED", 0), _state("STARTING", 8)) == ["kafka is back as process 8."]
    assert _said(_state("RUNNING", 7), _state("STARTING", 8)) == ["kafka (process 7) ended and is back as process 8."]


def test_the_banner_holds_what_a_person_needs(tmp_path: Path) -> None:
    (tmp_path / "admin-password.txt").write_text("s3cret\n")
    text = banner(layout_at(tmp_path), "http://127.0.0.1:8000", volatile=False)
    assert "FORGETS" in banner(layout_at(tmp_path), "http://127.0.0.1:8000", volatile=True)
    for expected in ("http://127.0.0.1:8000/", "admin / s3cret", "Ctrl-C", str(tmp_path / "log")):
        assert expected in text
