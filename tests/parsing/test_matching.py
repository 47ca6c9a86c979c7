"""Which message a frame is: exact id before PGN and source address before PGN, the bus's binding before everyone's,
earlier before later.
"""

from __future__ import annotations

from typing import Any

import pytest
from definition_samples import EXTENDED, content, definition_set, extractor, frames, group, message, rows, signal


def named(number: int, **columns: Any) -> dict[str, Any]:
    """A message whose only group has its number."""
    return message(group(number, signal()), id=number, name=f"M{number}", **columns)


def by_pgn(number: int, pgn: int, source_address: int | None = None) -> dict[str, Any]:
    where = {"can_id": pgn << 8 | 0xFE, "pgn": pgn, "source_address": source_address}
    return named(number, match="pgn", extended=True, j1939=True, **where)


def group_of(of: dict[str, Any], bus: int, can_id: int) -> int | None:
    found = rows(extractor(of).extract(frames((bus, can_id, bytes(8)))))
    return next((number for _, number in found), None)


def test_11_and_29_bit_ids_are_apart() -> None:
    of = content(definition_set(1, named(1, can_id=0x123), named(2, can_id=0x123, extended=True)))

    assert group_of(of, 0, 0x123) == 1
    assert group_of(of, 0, 0x123 | EXTENDED) == 2
    assert group_of(of, 0, 0x124) is None


@pytest.mark.parametrize(
    ("can_id", "expected"),
    [
        (0x0CF00400, 1),
        (0x18F00421, 1),  # other priority, other source address
        (0x00F004FF, 1),
        (0x0CF00500, None),  # PDU2: PS belongs to the PGN
        (0x18EA0021, 2),  # PDU1: PS is the destination
        (0x18EAFF21, 2),
        (0x19EAFF21, None),  # another data page
        (0x1AEAFF21, None),  # another extended data page
        (0x19F11223, 3),  # PGNs of 18 bits
        (0x18F11223, None),
    ],
)
def test_by_pgn_whatever_priority_source_and_destination(can_id: int, expected: int | None) -> None:
    of = content(definition_set(1, by_pgn(1, 0xF004), by_pgn(2, 0xEA00), by_pgn(3, 0x1F112)))

    assert group_of(of, 0, can_id | EXTENDED) == expected


def test_pgns_are_not_for_11_bit_ids() -> None:
    assert group_of(content(definition_set(1, by_pgn(1, 0))), 0, 0x23) is None


def test_an_exact_id_wins_over_a_pgn_even_where_it_is_bound_later_and_to_every_bus() -> None:
    exact = named(2, can_id=0x0CF00400, extended=True)
    sets = [definition_set(1, by_pgn(1, 0xF004)), definition_set(2, exact)]
    of = content(*sets, bindings=[(1, 0), (2, None)])

    assert group_of(of, 0, 0x0CF00400 | EXTENDED) == 2
    assert group_of(of, 0, 0x0CF00401 | EXTENDED) == 1


@pytest.mark.parametrize(
    ("can_id", "expected"),
    [
        (0x0CF00400, 1),
        (0x18F00400, 1),  # other priority
        (0x0CF00421, 2),
        (0x0CF00422, 3),  # neither: whoever sends it
        (0x0CF004FF, 3),
        (0x18EA0921, 4),  # PDU1: whatever the destination
        (0x18EAFF21, 4),
        (0x18EAFF22, None),
        (0x18EA21FF, None),  # not the destination
        (0x18F00500, None),
    ],
)
@pytest.mark.parametrize("exact", [[], [named(9, can_id=0x18FFFFFF, extended=True)]], ids=["by PGN", "also by id"])
def test_of_a_pgn_the_sender_decides(exact: list[dict[str, Any]], can_id: int, expected: int | None) -> None:
    senders = [by_pgn(3, 0xF004), by_pgn(1, 0xF004, 0), by_pgn(2, 0xF004, 0x21), by_pgn(4, 0xEA00, 0x21)]

    assert group_of(content(definition_set(1, *senders, *exact)), 0, can_id | EXTENDED) == expected


def test_an_exact_id_wins_over_a_sender_and_that_over_a_pgn_that_is_bound_to_the_bus() -> None:
    exact = named(2, can_id=0x0CF00400, extended=True)
    sets = [definition_set(1, by_pgn(1, 0xF004)), definition_set(2, exact, by_pgn(3, 0xF004, 0))]
    of = content(*sets, bindings=[(1, 0), (2, None)])

    assert group_of(of, 0, 0x0CF00400 | EXTENDED) == 2
    assert group_of(of, 0, 0x18F00400 | EXTENDED) == 3
    assert group_of(of, 0, 0x18F00401 | EXTENDED) == 1
    assert group_of(of, 5, 0x18F00401 | EXTENDED) is None


def test_a_sender_s_multiplexed_and_short_frames_are_read_as_any() -> None:
    page = message(
        group(1, signal("page")),
        group(2, signal("inner", 8), condition=[["page", [[1, 1]]]]),
        match="pgn", extended=True, can_id=0xF00405, pgn=0xF004, j1939=True, source_address=5,
    )  # fmt: skip
    extraction = extractor(content(definition_set(1, page))).extract(
        frames(
            (0, 0x0CF00405 | EXTENDED, "0107"),
            (0, 0x0CF00405 | EXTENDED, "02" + 7 * "00"),
            (0, 0x0CF00405 | EXTENDED, ""),
        )
    )

    assert rows(extraction) == {(0, 1): [(1.0, 0)], (0, 2): [(7.0, 0)], (2, 1): [(0.0, 6)]}
    assert extraction.unknown_page.tolist() == [2]
    assert extraction.short_frame.tolist() == [0, 2]


def test_a_binding_to_the_bus_wins_and_earlier_wins_within_a_rank() -> None:
    sets = [definition_set(number, named(number)) for number in (1, 2, 3, 4)]
    of = content(*sets, bindings=[(1, None), (2, None), (3, 5), (4, 5)])

    assert group_of(of, 0, 0x123) == 1
    assert group_of(of, 5, 0x123) == 3


def test_a_binding_to_a_bus_is_for_that_bus_only() -> None:
    of = content(definition_set(1, named(1)), bindings=[(1, 255)])

    assert group_of(of, 255, 0x123) == 1
    assert group_of(of, 254, 0x123) is None


def test_the_message_that_stands_first_in_a_set_wins() -> None:
    assert group_of(content(definition_set(1, named(1), named(2))), 0, 0x123) == 1


def test_every_bus_can_have_a_binding_of_its_own() -> None:
    sets = [definition_set(number + 1, named(number + 1)) for number in range(256)]
    of = content(*sets, bindings=[(number + 1, number) for number in range(256)])

    found = rows(extractor(of).extract(frames(*((bus, 0x123, bytes(8)) for bus in range(256)))))

    assert sorted(found) == [(bus, bus + 1) for bus in range(256)]


def test_many_ids_are_all_found() -> None:
    listed = [named(number + 1, can_id=number * 8, extended=True) for number in range(3000)]
    engine = extractor(content(definition_set(1, *listed)))

    found = rows(engine.extract(frames(*((0, number * 8 | EXTENDED, bytes(8)) for number in range(3000)))))

    assert sorted(found) == [(number, number + 1) for number in range(3000)]


@pytest.mark.parametrize(
    ("can_id", "j1939", "source"),
    [
        (0x0CF00421, True, 0x0321FF),  # PDU2: to everybody
        (0x18EA0921, True, 0x032109),  # PDU1: to 9
        (0x0CF00421, False, 0x03FEFF),  # not J1939: no addresses
    ],
)
def test_source_is_bus_and_addresses(can_id: int, j1939: bool, source: int) -> None:
    of = content(definition_set(1, named(1, can_id=can_id, extended=True, j1939=j1939)))

    (block,) = extractor(of).extract(frames((3, can_id | EXTENDED, bytes(8)))).blocks

    assert block.source.tolist() == [source]
