"""The life of trouble codes: when they became active, how often, and when they are told."""

from __future__ import annotations

from typing import Any

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsing.j1939 import Dtc, DtcList, Lamps, Occurrence
from parsing.j1939.lifecycle import MOST_CODES, MOST_SOURCES, Lifecycle
from parsing.j1939.occurrence import CLOCK_SET_BACK

SECOND = 1_000_000
START = 1_700_000_000 * SECOND
ENGINE = 0x0000FF
OIL, HEAT = Dtc(110, 3, 1, 0), Dtc(175, 0, 1, 0)


class Machine:
    """Hears lists at seconds after the start."""

    def __init__(self) -> None:
        self.life, self.index = Lifecycle(), -1

    def dm1(self, second: float, *dtcs: Dtc, **columns: Any) -> list[Occurrence]:
        return self._list(1, second, dtcs, **columns)

    def dm2(self, second: float, *dtcs: Dtc, **columns: Any) -> list[Occurrence]:
        return self._list(2, second, dtcs, **columns)

    def _list(
        self, dm: Any, second: float, dtcs: tuple[Dtc, ...], lamps: int = 0xFF40, fault: str = "", source: int = ENGINE
    ) -> list[Occurrence]:
        self.index += 1
        said = DtcList(dm, Lamps(lamps), dtcs, fault)
        return self.life.hear(self.index, START + int(second * SECOND), source, said)

    def report(self, second: float, dtc: Dtc, *, active: bool) -> list[Occurrence]:
        self.index += 1
        return self.life.report(self.index, START + int(second * SECOND), ENGINE, dtc, active)


@pytest.fixture
def machine() -> Machine:
    return Machine()


def at(second: float) -> int:
    return START + int(second * SECOND)


def test_all_that_is_known_of_an_occurrence(machine: Machine) -> None:
    (row,) = machine.dm1(0, OIL)
    common = {"source": ENGINE, "spn": 110, "fmi": 3, "cm": 0, "first_seen": at(0), "began": at(0), "occurrence": 1}

    assert row == Occurrence(
        index=0, ts=at(0), update=1, active=True, last_seen=at(0), ended=0, count=1, oc=1, lamps=0xFF40, **common
    )
    assert machine.dm1(1, OIL) == []
    (row,) = machine.dm1(2)
    assert row == Occurrence(
        index=2, ts=at(2), update=2, active=False, last_seen=at(1), ended=at(2), count=2, oc=1, lamps=0xFF40, **common
    )
    assert machine.dm1(3) == []


def test_active_again_is_another_occurrence_with_its_own_updates(machine: Machine) -> None:
    machine.dm1(0, OIL)
    machine.dm1(1)
    (row,) = machine.dm1(7, Dtc(110, 3, 2, 0))

    assert (row.occurrence, row.update, row.active, row.count, row.oc) == (2, 1, True, 1, 2)
    assert (row.first_seen, row.began, row.last_seen, row.ended) == (at(0), at(7), at(7), 0)


def test_each_dtc_of_a_list_has_its_own_life_and_so_has_each_source(machine: Machine) -> None:
    machine.dm1(0, OIL, HEAT)
    machine.dm1(0, OIL, source=0x0003FF)

    (row,) = machine.dm1(1, OIL)
    assert (row.spn, row.active) == (175, False)
    assert [row.source for row in machine.dm1(2)] == [ENGINE]
    assert [(row.source, row.spn) for row in machine.dm1(3, source=0x0003FF)] == [(0x0003FF, 110)]


def test_what_ends_at_once_is_told_in_order(machine: Machine) -> None:
    machine.dm1(0, *(Dtc(spn, 0, 0, 0) for spn in range(50, 0, -1)))

    assert [row.spn for row in machine.dm1(1)] == list(range(1, 51))


@pytest.mark.parametrize(
    ("dtc", "lamps"), [(Dtc(110, 3, 2, 0), 0xFF40), (Dtc(110, 3, 1, 1), 0xFF40), (Dtc(110, 3, 1, 0), 0xFF50)]
)
def test_a_change_of_count_method_or_lamps_is_told(machine: Machine, dtc: Dtc, lamps: int) -> None:
    machine.dm1(0, OIL)

    (row,) = machine.dm1(1, dtc, lamps=lamps)

    assert (row.oc, row.cm, row.lamps, row.update, row.occurrence) == (dtc.oc, dtc.cm, lamps, 2, 1)
    assert machine.dm1(2, dtc, lamps=lamps) == []


def test_it_is_told_again_after_a_minute_and_not_before(machine: Machine) -> None:
    told = [second for second in range(200) if machine.dm1(second, OIL)]

    assert told == [0, 60, 120, 180]


def test_a_minute_counts_from_the_last_row(machine: Machine) -> None:
    machine.dm1(0, OIL)
    machine.dm1(50, Dtc(110, 3, 2, 0))

    assert machine.dm1(109.9, Dtc(110, 3, 2, 0)) == []
    (row,) = machine.dm1(110, Dtc(110, 3, 2, 0))
    assert (row.update, row.count, row.last_seen) == (3, 4, at(110))


def test_a_damaged_list_ends_nothing(machine: Machine) -> None:
    machine.dm1(0, OIL)

    assert [row.spn for row in machine.dm1(1, HEAT, fault="3 bytes behind the last DTC")] == [175]
    assert [row.spn for row in machine.dm1(2)] == [110, 175]


def test_previously_active_lists_neither_end_nor_begin_anything(machine: Machine) -> None:
    machine.dm1(0, OIL)

    assert machine.dm2(1) == []
    assert machine.dm2(2, Dtc(110, 3, 9, 1)) == []
    (known,) = machine.dm2(3, HEAT, lamps=0xFF10)
    assert (known.active, known.occurrence, known.count, known.ended, known.lamps) == (False, 0, 1, 0, 0xFF10)
    assert machine.dm1(4, OIL) == []
    (ended,) = machine.dm1(5)
    assert (ended.count, ended.last_seen, ended.oc, ended.cm) == (3, at(4), 1, 0)
    (changed,) = machine.dm2(6, Dtc(110, 3, 9, 0), lamps=0)
    assert (changed.oc, changed.active, changed.ended, changed.lamps) == (9, False, at(5), 0xFF40)


def test_what_was_only_known_as_previously_active_becomes_active_for_the_first_time(machine: Machine) -> None:
    machine.dm2(0, OIL)

    (row,) = machine.dm1(5, OIL)

    assert (row.occurrence, row.update, row.first_seen, row.began) == (1, 1, at(0), at(5))


def test_late_lists_count_and_change_no_state(machine: Machine) -> None:
    machine.dm1(0, OIL)
    machine.dm1(10, OIL)

    assert machine.dm1(5) == []
    assert machine.dm1(4, Dtc(110, 3, 7, 0), lamps=0) == []
    assert machine.dm1(-5, OIL) == []
    (row,) = machine.dm1(11)
    assert (row.count, row.oc, row.lamps, row.first_seen, row.began, row.last_seen) == (
        3,  # at 0, 10 and 4; at -5 it had not begun
        1,
        0xFF40,
        at(-5),
        at(0),
        at(10),
    )
    assert machine.dm1(9, OIL) == []


def test_what_is_only_in_a_late_list_was_active_once(machine: Machine) -> None:
    machine.dm1(0)
    machine.dm1(100)

    (row,) = machine.dm1(50, OIL)

    assert (row.active, row.occurrence, row.began, row.last_seen, row.ended) == (False, 1, at(50), at(50), at(100))


def test_a_clock_that_was_far_ahead_and_is_set_does_not_stop_everything(machine: Machine) -> None:
    ahead = 40 * 86_400
    assert ahead * SECOND > CLOCK_SET_BACK
    machine.dm1(ahead, OIL)

    (row,) = machine.dm1(0, OIL)

    assert (row.active, row.last_seen, row.first_seen) == (True, at(0), at(0))
    assert [row.active for row in machine.dm1(1)] == [False]


def test_a_device_reports_single_dtcs(machine: Machine) -> None:
    (raised,) = machine.report(0, OIL, active=True)
    assert (raised.active, raised.occurrence, raised.lamps) == (True, 1, 0xFFFF)
    machine.report(0, HEAT, active=True)
    assert machine.report(1, OIL, active=True) == []
    (cleared,) = machine.report(2, OIL, active=False)
    assert (cleared.spn, cleared.active, cleared.ended) == (110, False, at(2))
    (never,) = machine.report(3, Dtc(1, 1, 1, 0), active=False)
    assert (never.active, never.occurrence) == (False, 0)


def test_a_report_says_nothing_of_lamps(machine: Machine) -> None:
    machine.dm1(0, OIL)

    assert machine.report(1, OIL, active=True) == []


def test_a_report_that_is_late_changes_no_state(machine: Machine) -> None:
    machine.report(0, OIL, active=True)
    machine.report(10, OIL, active=False)

    assert machine.report(5, OIL, active=True) == []
    machine.report(20, OIL, active=True)
    assert machine.report(15, OIL, active=False) == []
    machine.dm1(30, OIL, HEAT)
    assert machine.report(25, HEAT, active=False) == []
    assert [row.spn for row in machine.dm1(31)] == [110, 175]


def test_a_report_older_than_a_list_without_it_does_not_begin_anything(machine: Machine) -> None:
    machine.dm1(0, HEAT)
    machine.dm1(20)
    machine.dm1(30)

    (row,) = machine.report(25, OIL, active=True)
    assert (row.active, row.occurrence, row.ended) == (False, 1, at(30))
    assert machine.report(26, HEAT, active=True) == []
    assert machine.dm1(31) == []


def test_a_list_older_than_a_report_does_not_undo_it(machine: Machine) -> None:
    machine.report(10, OIL, active=True)

    assert machine.dm1(5) == []
    assert [row.active for row in machine.dm1(11)] == [False]


SMALL = st.builds(Dtc, st.integers(1, 3), st.integers(0, 1), st.integers(0, 1), st.just(0))
LISTS = st.lists(st.tuples(st.integers(0, 40), st.lists(SMALL, max_size=4)), max_size=40)


@given(LISTS)
def test_active_is_what_the_last_list_says_and_occurrences_are_its_rises(lists: list[tuple[int, list[Dtc]]]) -> None:
    machine, second = Machine(), 0
    before: set[tuple[int, int]] = set()
    rises: dict[tuple[int, int], int] = {}
    newest: dict[tuple[int, int], Occurrence] = {}
    for gap, dtcs in lists:
        second += gap
        listed = {(dtc.spn, dtc.fmi) for dtc in dtcs}
        for key in listed - before:
            rises[key] = rises.get(key, 0) + 1
        before = listed
        for row in machine.dm1(second, *dtcs):
            last = newest.get((row.spn, row.fmi))
            assert (row.occurrence, row.update) > ((last.occurrence, last.update) if last else (0, 0))
            newest[row.spn, row.fmi] = row
        assert {key for key, row in newest.items() if row.active} == listed
        assert {key: row.occurrence for key, row in newest.items()} == rises
        assert all(at(second) - row.ts < 60 * SECOND for row in newest.values() if row.active)


WORDS = st.lists(
    st.tuples(
        st.sampled_from(["dm1", "dm2", "on", "off"]),
        st.one_of(st.integers(0, 300), st.sampled_from([-1, 0, 40 * 86_400])),
        st.lists(SMALL, min_size=1, max_size=4),
        st.booleans(),
    ),
    max_size=30,
)


@settings(deadline=None)
@given(WORDS)
def test_kept_state_goes_on_as_if_it_had_not_been_kept(words: list[Any]) -> None:
    whole, kept = Machine(), Machine()
    for word, second, dtcs, restart in words:
        if restart:
            kept.life = Lifecycle.from_state(msgpack.unpackb(msgpack.packb(kept.life.to_state())))
        say = {
            "dm1": lambda one, second=second, dtcs=dtcs: one.dm1(second, *dtcs[1:]),
            "dm2": lambda one, second=second, dtcs=dtcs: one.dm2(second, *dtcs),
            "on": lambda one, second=second, dtcs=dtcs: one.report(second, dtcs[0], active=True),
            "off": lambda one, second=second, dtcs=dtcs: one.report(second, dtcs[0], active=False),
        }[word]
        assert say(kept) == say(whole)
    assert kept.life.to_state() == whole.life.to_state()


def test_of_too_many_codes_the_inactive_one_longest_unheard_of_gives_way(machine: Machine) -> None:
    machine.dm1(0, OIL)
    machine.dm2(1, HEAT, Dtc(1, 0, 0, 0))
    machine.dm2(2, HEAT)
    machine.dm2(3, *(Dtc(1000 + number, 0, 0, 0) for number in range(MOST_CODES - 2)))

    entries, _ = machine.life.to_state()
    assert len(entries) == MOST_CODES
    assert [row[1] for row in entries[:3]] == [110, 175, 1000]


def test_where_all_are_active_the_one_longest_unheard_of_gives_way(machine: Machine) -> None:
    for source in range(5):
        machine.dm1(source, *(Dtc(number, 0, 0, 0) for number in range(1, 446)), source=source << 8 | 255)

    entries, _ = machine.life.to_state()
    assert len(entries) == MOST_CODES
    assert entries[0][:2] == [255, 5 * 445 - MOST_CODES + 1]
    assert len(machine.dm1(10, source=255)) == MOST_CODES - 4 * 445


def test_of_too_many_sources_the_one_longest_unheard_of_gives_way(machine: Machine) -> None:
    for source in range(MOST_SOURCES):
        machine.dm1(source, source=source << 8 | 255)
    machine.dm1(MOST_SOURCES, source=255)
    machine.dm1(MOST_SOURCES, source=MOST_SOURCES << 8 | 255)

    _, heard = machine.life.to_state()
    assert len(heard) == MOST_SOURCES
    assert heard[0] == [2 << 8 | 255, at(2)]
    assert heard[-2:] == [[255, at(MOST_SOURCES)], [MOST_SOURCES << 8 | 255, at(MOST_SOURCES)]]
