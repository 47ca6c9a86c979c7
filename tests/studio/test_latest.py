"""What waits for a socket is bounded, however much comes."""

from studio.live.latest import EVENTS_MAXIMUM, FINDINGS_MAXIMUM, ROWS_MAXIMUM, LatestValues
from studio.live.update import Row, Update


def update(*rows: Row, machine: int = 1, events: int = 0, findings: int = 0) -> Update:
    told = [tuple({"ts": n} for n in range(count)) for count in (events, findings)]
    return Update(machine, 1, 0, rows, None, *told)


def row(group: int, ts: int = 0, ordinal: int = 0) -> Row:
    return Row(group, 255, ts, ordinal, [float(ts)], [0])


def test_nothing_is_taken_of_a_machine_that_is_not_open() -> None:
    latest = LatestValues()
    latest.offer(update(row(1)))
    assert not latest.changed.is_set()
    assert latest.take() is None
    latest.open(1)
    assert latest.changed.is_set()
    assert [each["machine"] for each in latest.take()["machines"]] == [1]


def test_a_dropped_machine_leaves_nothing() -> None:
    latest = LatestValues()
    latest.open(1)
    latest.offer(update(row(1)))
    latest.drop(1)
    assert latest.take() is None


def test_rows_events_and_findings_beyond_the_bounds_are_counted() -> None:
    latest = LatestValues()
    latest.open(1)
    rows = (row(group) for group in range(ROWS_MAXIMUM + 3))
    latest.offer(update(*rows, events=EVENTS_MAXIMUM + 2, findings=FINDINGS_MAXIMUM - 1))
    latest.offer(update(row(0, ts=5), events=1, findings=5))
    message = latest.take()
    (machine,) = message["machines"]
    assert (len(machine["rows"]), len(machine["events"])) == (ROWS_MAXIMUM, EVENTS_MAXIMUM)
    assert [each["ts"] for each in machine["findings"][-2:]] == [FINDINGS_MAXIMUM - 2, 0]
    # One row was replaced; three rows, three events and four findings found no room.
    assert (message["coalesced"], message["lost"]) == (1, 10)
    assert latest.take() is None


def test_the_newest_row_stays() -> None:
    latest = LatestValues()
    latest.open(1)
    latest.offer(update(row(1, ts=5, ordinal=1)))
    latest.offer(update(row(1, ts=5, ordinal=0)))
    latest.offer(update(row(1, ts=4, ordinal=9)))
    assert latest.take()["machines"][0]["rows"] == [[1, 255, 5, 1, [5.0], [0]]]
