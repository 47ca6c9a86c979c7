"""The listener of a machine: what it gives does not depend on how the stream is cut."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise
from typing import Any

import msgpack
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from j1939_senders import EXTENDED, START, Sent, Truth, buses, columns, control, packet

from parsing.engine.frames import Frames
from parsing.j1939 import Dtc, Heard, J1939Listener, Reason, UnknownState
from parsing.j1939.listener import Diagnostic
from parsing.j1939.transport import MOST_SESSIONS

DM1 = EXTENDED | 0x18FECA00
CLAIM = EXTENDED | 0x18EEFF10
OIL = bytes.fromhex("40FF 6E000301 FFFF")


def listed(heard: Heard) -> dict[str, list[Any]]:
    return {column.name: getattr(heard, column.name) for column in fields(Heard)}


def in_pieces(sent: list[Sent], cuts: list[int]) -> dict[str, list[Any]]:
    """Heard piece by piece, with the state packed and unpacked between."""
    found: dict[str, list[Any]] = {column.name: [] for column in fields(Heard)}
    listener = J1939Listener()
    bounds = [0, *sorted(min(cut, len(sent)) for cut in cuts), len(sent)]
    for first, end in pairwise(bounds):
        listener = J1939Listener.unpack(msgpack.unpackb(msgpack.packb(listener.pack())))
        heard = listener.hear(*columns(sent[first:end]), first=first)
        for name, results in listed(heard).items():
            found[name] += results
    return found


CUTS = st.lists(st.integers(0, 400), max_size=6)
GARBAGE = st.builds(
    Sent,
    st.sampled_from([0, 1, 100_000, 1_000_000, 2_000_000, 70_000_000, 3_000_000_000_000]),
    st.integers(0, 1),
    st.builds(
        lambda group, sender: EXTENDED | group << 8 | sender,
        st.sampled_from([0x1CEC01, 0x1CECFF, 0x1CEB01, 0x1CEBFF, 0x18EEFF, 0x18FECA, 0x18FECB, 0x18F004]),
        st.sampled_from([1, 2, 254, 255]),
    ),
    st.one_of(
        st.builds(
            lambda head, rest: bytes(head + rest),
            st.lists(st.sampled_from([0, 1, 2, 9, 16, 17, 19, 32, 255]), max_size=8),
            st.sampled_from([[], [0, 0xEF, 0]]),
        ).map(lambda payload: payload[-8:]),
        st.sampled_from([bytes.fromhex("20090002FF00EF00"), bytes.fromhex("10090002FF00EF00"), OIL]),
    ),
)


@settings(deadline=None)
@given(buses(), CUTS)
def test_how_the_stream_is_cut_does_not_matter(case: tuple[list[Sent], list[Truth]], cuts: list[int]) -> None:
    sent, _ = case

    assert in_pieces(sent, cuts) == listed(J1939Listener().hear(*columns(sent)))


@settings(deadline=None)
@given(st.lists(GARBAGE, max_size=60), CUTS)
def test_garbage_does_not_raise_and_is_heard_alike_however_cut(sent: list[Sent], cuts: list[int]) -> None:
    assert in_pieces(sent, cuts) == listed(J1939Listener().hear(*columns(sent)))


def test_a_list_in_one_frame_and_one_in_several_are_told_alike() -> None:
    body = bytes.fromhex("40FF 6E000301 AF000002")
    listener = J1939Listener()
    heard = listener.hear(
        *columns(
            [
                Sent(START, 1, DM1, OIL),
                control(1, 0, 255, bytes.fromhex("20 0A 00 02 FF CA FE 00")),
                packet(1, 0, 255, b"\x01" + body[:7]),
                packet(1, 0, 255, b"\x02" + body[7:] + b"\xff" * 4, START + 9),
            ]
        )
    )

    single, several = heard.lists
    assert single == Diagnostic(0, START, 0x0100FF, single.said, OIL, "single")
    assert single.said.dtcs == (Dtc(110, 3, 1, 0),)
    assert several == Diagnostic(3, START + 9, 0x0100FF, several.said, body, "tp")
    assert several.said.dtcs == (Dtc(110, 3, 1, 0), Dtc(175, 0, 2, 0))
    assert [message.payload for message in heard.messages] == [body]
    assert [(row.index, row.source, row.spn) for row in heard.occurrences] == [(0, 0x0100FF, 110), (3, 0x0100FF, 175)]


def test_a_list_for_one_receiver_is_of_the_same_source() -> None:
    heard = J1939Listener().hear(
        *columns(
            [
                control(1, 0, 249, bytes.fromhex("10 0A 00 02 FF CB FE 00")),
                packet(1, 0, 249, bytes.fromhex("01 40FF 6E000301 AF")),
                packet(1, 0, 249, bytes.fromhex("02 000002 FFFFFFFF")),
            ]
        )
    )

    assert [(one.source, one.said.dm) for one in heard.lists] == [(0x0100FF, 2)]
    assert [row.active for row in heard.occurrences] == [False, False]


def test_a_damaged_list_and_damaged_claims_are_faults() -> None:
    heard = J1939Listener().hear(
        *columns(
            [
                Sent(START, 0, DM1, OIL[:4]),
                Sent(START, 0, CLAIM, bytes(7)),
                Sent(START, 0, CLAIM | 0xFF, bytes(8)),
            ]
        )
    )

    assert [(fault.index, fault.pgn, fault.reason) for fault in heard.faults] == [
        (0, 0xFECA, Reason.BAD_LENGTH),
        (1, 0xEE00, Reason.BAD_LENGTH),
        (2, 0xEE00, Reason.BAD_ADDRESS),
    ]
    assert len(heard.lists) == 1
    assert heard.claims == []


def test_claims_are_told_once_and_names_are_there_to_ask() -> None:
    listener = J1939Listener()
    heard = listener.hear(*columns([Sent(START + n, 0, CLAIM, (7).to_bytes(8, "little")) for n in range(3)]))

    assert [(claim.index, claim.source_address, claim.name) for claim in heard.claims] == [(0, 0x10, 7)]
    assert listener.names.name_at(0, 0x10) == 7


def test_only_the_frames_asked_for_are_heard_and_their_numbers_are_kept() -> None:
    ts, frames = columns([Sent(START, bus, DM1, OIL) for bus in range(4)])

    heard = J1939Listener().hear(ts, frames, rows=np.array([1, 3]), first=100)

    assert [(one.index, one.source >> 16) for one in heard.lists] == [(101, 1), (103, 3)]


def test_frames_that_do_not_concern_it_are_passed_over_also_where_asked_for() -> None:
    ts, frames = columns([Sent(START, 0, DM1 & ~EXTENDED, OIL), Sent(START, 0, DM1 | 0x4000_0000, OIL)])

    assert J1939Listener().hear(ts, frames, rows=np.array([0, 1])) == Heard()


def test_what_a_frame_claims_beyond_its_columns_is_not_there() -> None:
    frames = Frames(
        np.zeros(2, np.uint8), np.full(2, DM1, np.uint32), np.full(2, 64, np.uint16), np.tile(bytearray(OIL), (2, 1))
    )

    assert [one.payload for one in J1939Listener().hear(np.zeros(2, np.int64), frames).lists] == [OIL, OIL]


def test_a_report_is_part_of_the_same_life() -> None:
    listener = J1939Listener()
    listener.hear(*columns([Sent(START, 0, DM1, OIL)]))

    (row,) = listener.report(7, START + 5, 0x0000FF, Dtc(110, 3, 1, 0), active=False)

    assert (row.index, row.active, row.occurrence, row.update) == (7, False, 1, 2)


def full_state() -> dict[str, Any]:
    listener = J1939Listener()
    listener.hear(
        *columns(
            [
                Sent(START, 0, DM1, OIL),
                Sent(START, 0, CLAIM, bytes(8)),
                control(0, 0, 255, bytes.fromhex("20 0A 00 02 FF CA FE 00")),
                packet(0, 0, 255, b"\x01AAAAAAA"),
            ]
        )
    )
    state: dict[str, Any] = msgpack.unpackb(msgpack.packb(listener.pack()))
    return state


@pytest.mark.parametrize(
    "spoil",
    [
        lambda state: state.pop("names"),
        lambda state: state.update(version=2),
        lambda state: state.update(more=1),
        lambda state: state.update(transport={}),
        lambda state: state["transport"][0].append(1),
        lambda state: state["transport"][0][3].__setitem__(5, 9),
        lambda state: state["transport"][0][3][7].append([1]),
        lambda state: state["transport"][0][3][7].append([1, "text"]),
        lambda state: state.update(dtcs=[[]]),
        lambda state: state["dtcs"][0][0].__setitem__(0, "text"),
        lambda state: state["dtcs"][0][0][3].pop(),
        lambda state: state["dtcs"][1].append(5),
        lambda state: state["names"].append([1, 2]),
    ],
)
def test_state_of_another_shape_is_refused(spoil: Any) -> None:
    state = full_state()
    J1939Listener.unpack(state)
    spoil(state)

    with pytest.raises(UnknownState):
        J1939Listener.unpack(state)


@pytest.mark.parametrize("state", [None, 5, [], {}, b""])
def test_what_is_no_state_is_refused(state: Any) -> None:
    with pytest.raises(UnknownState):
        J1939Listener.unpack(state)


def test_state_stays_bounded_whatever_comes() -> None:
    listener = J1939Listener()
    sent = [
        control(bus, sender, receiver, bytes.fromhex("10 F9 06 FF FF 00 EF 00"))
        for bus in range(2)
        for sender in range(60)
        for receiver in range(3)
    ]
    listener.hear(*columns(sent))

    assert len(listener.pack()["transport"]) == MOST_SESSIONS
