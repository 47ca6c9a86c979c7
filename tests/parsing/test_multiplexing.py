"""Pages, nested pages, and the counting of what no definition knows."""

from __future__ import annotations

from typing import Any

from definition_samples import EXTENDED, content, definition_set, extractor, frames, group, message, rows, signal

from parsing.engine import Extraction, Extractor, Frames

# page 1: x; pages 2 to 7: y, and on page 3 also z; page 4 holds another multiplexor, `inner`, with pages of its own.
PAGED = message(
    group(1, signal("page", 0, 8), signal("always", 56, 8, slot=1)),
    group(2, signal("x", 8, 8), condition=[["page", [[1, 1]]]]),
    group(3, signal("y", 8, 8), condition=[["page", [[2, 7]]]]),
    group(4, signal("z", 16, 8), condition=[["page", [[3, 3]]]]),
    group(5, signal("inner", 16, 8), condition=[["page", [[4, 4]]]]),
    group(6, signal("deep", 24, 8), condition=[["page", [[4, 4]]], ["inner", [[0, 0], [9, 10]]]]),
)


def extract(data: str, of: dict[str, Any] = PAGED, enums: list[Any] | None = None) -> Extraction:
    engine = extractor(content(definition_set(1, of), enums=enums or []))
    return engine.extract(frames((0, 0x123, data)))


def groups(extraction: Extraction) -> list[int]:
    return [block.group for block in extraction.blocks]


def unknown(extraction: Extraction) -> list[tuple[int, int, int, int]]:
    found = extraction.unmodelled
    return list(zip(found.bus.tolist(), found.can_id.tolist(), found.page.tolist(), found.count.tolist(), strict=True))


def test_a_page_gives_its_row_beside_the_unconditional_one() -> None:
    found = extract("0105000000000063")

    assert rows(found) == {(0, 1): [(1.0, 0), (99.0, 0)], (0, 2): [(5.0, 0)]}
    assert unknown(found) == []


def test_ranges_may_overlap() -> None:
    assert groups(extract("0200000000000000")) == [1, 3]
    assert groups(extract("0300000000000000")) == [1, 3, 4]
    assert groups(extract("0700000000000000")) == [1, 3]


def test_nested_pages() -> None:
    assert groups(extract("0400000000000000")) == [1, 3, 5, 6]
    assert groups(extract("0400090000000000")) == [1, 3, 5, 6]
    assert groups(extract("04000A0000000000")) == [1, 3, 5, 6]


def test_a_value_that_no_page_knows_gives_no_rows_at_all() -> None:
    for data, page in (
        ("0000000000000000", 0),
        ("0800000000000000", 8),
        ("0400080000000000", 8),
        ("04000B0000000000", 11),
    ):
        found = extract(data)
        assert groups(found) == [], data
        assert unknown(found) == [(0, 0x123, page, 1)], data


def test_a_short_frame_keeps_what_stands_before_its_end() -> None:
    assert groups(extract("")) == [1]
    assert groups(extract("01")) == [1, 2]
    # The inner multiplexor is not there, so its pages are not.
    assert groups(extract("0400")) == [1, 3, 5]


def test_the_enum_of_a_multiplexor_names_known_pages() -> None:
    of = message(
        group(1, signal("page", 0, 8, enum=5)),
        group(2, signal("x", 8, 8), condition=[["page", [[1, 1]]]]),
    )
    enums = [{"id": 5, "name": "Page", "values": [[1, "one"], [9, "nothing yet"]]}]

    assert groups(extract("0100000000000000", of, enums)) == [1, 2]
    assert groups(extract("0900000000000000", of, enums)) == [1]
    assert groups(extract("0800000000000000", of, enums)) == []


def test_two_multiplexors_side_by_side() -> None:
    of = message(
        group(1, signal("p", 0, 8), signal("q", 8, 8, slot=1)),
        group(2, signal("x", 16, 8), condition=[["p", [[1, 1]]]]),
        group(3, signal("y", 24, 8), condition=[["q", [[1, 1]]]]),
    )

    assert groups(extract("0101000000000000", of)) == [1, 2, 3]
    assert groups(extract("0102000000000000", of)) == []
    assert unknown(extract("0301000000000000", of)) == [(0, 0x123, 3, 1)]


def test_signed_and_big_endian_multiplexors() -> None:
    of = message(
        group(1, signal("page", 3, 12, byte_order="big", type="signed")),
        group(2, signal("x", 16, 8), condition=[["page", [[-2, -1]]]]),
    )

    assert groups(extract("0FFF000000000000", of)) == [1, 2]
    assert groups(extract("0FFE000000000000", of)) == [1, 2]
    assert unknown(extract("0FFD000000000000", of)) == [(0, 0x123, 0xFFD, 1)]


def test_a_group_without_signals_makes_its_page_known_and_has_no_rows() -> None:
    of = message(group(1, signal("page", 0, 8)), group(2, condition=[["page", [[1, 1]]]]))

    assert groups(extract("0100000000000000", of)) == [1]


def test_unknown_frames_are_summed_up_with_their_first_and_last() -> None:
    engine = extractor(content(definition_set(1, PAGED)))

    found = engine.extract(
        frames(
            (0, 0x7FF, ""),
            (0, 0x123, "09"),
            (1, 0x7FF, ""),
            (0, 0x7FF | EXTENDED, ""),
            (0, 0x123, "01"),
            (0, 0x123, "0A"),
            (0, 0x7FF, ""),
            (0, 0x123, "09"),
        )
    ).unmodelled

    listed = [column.tolist() for column in (found.bus, found.can_id, found.page, found.count, found.first, found.last)]
    assert list(zip(*listed, strict=True)) == [
        (0, 0x7FF, -1, 2, 0, 6),
        (0, 0x123, 9, 2, 1, 7),
        (1, 0x7FF, -1, 1, 2, 2),
        (0, 0x7FF | EXTENDED, -1, 1, 3, 3),
        (0, 0x123, 10, 1, 5, 5),
    ]
    assert found.frames == 7


def test_many_unknown_ids_are_all_counted() -> None:
    engine = extractor(content(definition_set(1, PAGED)))

    found = engine.extract(frames(*((row % 7, row % 1000 | EXTENDED, "") for row in range(20_000)))).unmodelled

    assert len(found) == 7000
    assert found.frames == 20_000


def test_every_unknown_page_is_counted_apart() -> None:
    engine = extractor(content(definition_set(1, PAGED)))

    found = engine.extract(frames(*((0, 0x123, bytes([page])) for _ in range(2) for page in range(8, 256)))).unmodelled

    assert found.page.tolist() == list(range(8, 256))
    assert found.count.tolist() == [2] * 248


def test_remote_and_error_frames_are_counted_and_give_no_rows() -> None:
    engine = extractor(content(definition_set(1, PAGED)))

    found = engine.extract(frames((0, 0x123 | 0x4000_0000, ""), (0, 0x2000_0004, bytes(8)), (0, 0x123, "01")))

    assert found.other_frames == 2
    assert len(found.unmodelled) == 0
    assert sorted(rows(found)) == [(2, 1), (2, 2)]


def test_no_frames_and_no_definitions() -> None:
    empty: Frames = frames()
    engine: Extractor = extractor(content())

    assert engine.extract(empty).blocks == []
    assert engine.extract(frames((0, 0x123, bytes(8)))).unmodelled.frames == 1
