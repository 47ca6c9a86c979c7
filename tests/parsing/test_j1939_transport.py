"""Transport protocol: messages of several packets, and what is wrong with those that do not come through."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from j1939_senders import EXTENDED, START, Sent, Truth, brief, buses, columns, control, packet

from parsing.j1939 import Heard, J1939Listener, concerns, synthetic_id
from parsing.j1939.transport import MOST_SESSIONS

BAM_18 = bytes.fromhex("20 12 00 03 FF E3 FE 00")
RTS_9 = bytes.fromhex("10 09 00 02 FF 00 EF 00")


def hear(*sent: Sent) -> Heard:
    return J1939Listener().hear(*columns(sent))


def outcomes(heard: Heard) -> list[Truth]:
    return [brief(outcome) for outcome in (*heard.messages, *heard.faults)]


@settings(deadline=None, max_examples=200)
@given(buses())
def test_every_message_that_came_through_and_every_fault_and_no_other(case: tuple[list[Sent], list[Truth]]) -> None:
    sent, truths = case

    assert sorted(outcomes(hear(*sent)), key=repr) == truths


def test_a_message_of_1785_bytes() -> None:
    payload = bytes(range(255)) * 7
    head = control(0, 3, 255, bytes.fromhex("20 F9 06 FF FF E3 FE 00"))
    packets = [packet(0, 3, 255, bytes([n + 1]) + payload[7 * n : 7 * n + 7], START + n) for n in range(255)]

    (message,) = hear(head, *packets).messages

    assert message.payload == payload
    assert (message.index, message.ts) == (255, START + 254)


def test_packets_at_the_limits_of_time() -> None:
    def bam(gap: int) -> list[Sent]:
        return [
            control(0, 3, 255, BAM_18),
            *(packet(0, 3, 255, bytes([n]) + bytes(7), START + n * gap) for n in (1, 2, 3)),
        ]

    assert len(hear(*bam(750_000)).messages) == 1
    late = hear(*bam(750_001))
    assert late.messages == []
    assert [fault.reason for fault in late.faults] == ["timeout", *["no_session"] * 3]


def test_other_buses_do_not_show_how_late_it_is() -> None:
    """An envelope may hold ten seconds of one bus before the same ten seconds of another."""
    heard = hear(
        control(0, 3, 255, RTS_9.replace(b"\x10", b"\x20")),
        packet(0, 3, 255, bytes([1]) + bytes(7), START + 100_000),
        packet(1, 3, 255, bytes([1]) + bytes(7), START + 10_000_000),
        packet(0, 3, 255, bytes([2]) + bytes(7), START + 200_000),
    )

    assert [message.index for message in heard.messages] == [3]


def test_a_packet_that_was_buffered_is_not_mixed_into_a_newer_session() -> None:
    heard = hear(
        control(0, 3, 255, RTS_9.replace(b"\x10", b"\x20")),
        packet(0, 3, 255, bytes([1]) + bytes(7), START + 100_000),
        packet(0, 3, 255, bytes([2]) + bytes(7), START - 3_600_000_000),
    )

    assert heard.messages == []
    assert [fault.reason for fault in heard.faults] == ["timeout", "no_session"]


def test_the_tail_of_another_message_is_not_mixed_in() -> None:
    """The announcement and the first packet of the second message are lost, and so is the end of the first."""
    heard = hear(
        control(0, 3, 255, BAM_18),
        packet(0, 3, 255, b"\x01AAAAAAA"),
        packet(0, 3, 255, b"\x02AAAAAAA"),
        packet(0, 3, 255, b"\x02BBBBBBB"),
        packet(0, 3, 255, b"\x03BBBBBBB"),
    )

    assert heard.messages == []
    assert [(fault.index, fault.reason) for fault in heard.faults] == [(3, "lost_packet")]


def test_the_id_to_match_by() -> None:
    assert synthetic_id(0xFEE3, 3, 255) == EXTENDED | 0x18FEE303
    assert synthetic_id(0xFEE3, 3, 17) == EXTENDED | 0x18FEE303
    assert synthetic_id(0xEF00, 3, 17) == EXTENDED | 0x18EF1103
    assert synthetic_id(0x1FE00, 3, 255) == EXTENDED | 0x19FE0003


def test_a_message_of_a_connection_has_its_receiver_in_source_and_id() -> None:
    (message,) = hear(
        control(2, 3, 17, RTS_9), packet(2, 3, 17, b"\x01AAAAAAA"), packet(2, 3, 17, b"\x02BB\xff\xff\xff\xff\xff")
    ).messages

    assert message.payload == b"AAAAAAABB"
    assert message.source == 0x020311
    assert message.can_id == EXTENDED | 0x18EF1103


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (control(0, 3, 255, BAM_18[:7]), "bad_length"),
        (control(0, 3, 255, b""), "bad_length"),
        (control(0, 3, 255, bytes([99]) + BAM_18[1:]), "bad_control"),
        (control(0, 3, 4, BAM_18), "bad_address"),
        (control(0, 3, 255, RTS_9), "bad_address"),
        (packet(0, 3, 255, b""), "no_session"),
    ],
)
def test_a_frame_that_cannot_be(frame: Sent, reason: str) -> None:
    (fault,) = hear(frame).faults

    assert fault.reason == reason
    assert (fault.index, fault.ts, fault.bus, fault.source_address) == (0, START, 0, 3)


def test_a_last_packet_need_not_be_padded_but_must_hold_its_bytes() -> None:
    head = control(0, 3, 17, RTS_9)
    first = packet(0, 3, 17, b"\x01AAAAAAA")

    assert [m.payload for m in hear(head, first, packet(0, 3, 17, b"\x02BB")).messages] == [b"AAAAAAABB"]
    assert [f.reason for f in hear(head, first, packet(0, 3, 17, b"\x02B")).faults] == ["bad_length"]
    assert [f.reason for f in hear(head, packet(0, 3, 17, b"\x01AAAAAA")).faults] == ["bad_length"]


def whole(sender: int = 3) -> list[Sent]:
    return [control(0, sender, 255, BAM_18), *(packet(0, sender, 255, bytes([n]) + bytes(7)) for n in (1, 2, 3))]


def test_the_same_message_comes_again_and_again() -> None:
    assert [message.index for message in hear(*whole(), *whole()).messages] == [3, 7]


def test_the_same_message_comes_again_after_it_was_broken() -> None:
    first, second = whole(), whole()

    heard = hear(first[0], first[2], *second)

    assert [fault.reason for fault in heard.faults] == ["lost_packet"]
    assert [message.index for message in heard.messages] == [5]


def test_the_same_message_begins_again_before_it_is_complete() -> None:
    heard = hear(*whole()[:3], *whole())

    assert [(fault.index, fault.reason) for fault in heard.faults] == [(3, "replaced")]
    assert [message.index for message in heard.messages] == [6]


def test_a_connection_is_aborted_once_and_not_when_it_is_over() -> None:
    head, first, second = (
        control(0, 3, 17, RTS_9),
        packet(0, 3, 17, b"\x01AAAAAAA"),
        packet(0, 3, 17, b"\x02BBBBBBB"),
    )
    aborts = [control(0, *ends, bytes.fromhex("FF 03 FF FF FF 00 EF 00")) for ends in ((3, 17), (17, 3))]

    broken = hear(head, first, *aborts, second)
    assert [(fault.index, fault.detail) for fault in broken.faults] == [(2, "reason 3, by 3")]
    assert hear(head, first, second, *aborts).faults == []


def test_an_abort_closes_both_directions_of_its_message() -> None:
    heard = hear(
        control(0, 3, 17, RTS_9), control(0, 17, 3, RTS_9), control(0, 3, 17, bytes.fromhex("FF 03 FF FF FF 00 EF 00"))
    )

    assert [(fault.source_address, fault.destination_address, fault.reason) for fault in heard.faults] == [
        (3, 17, "aborted"),
        (17, 3, "aborted"),
    ]


def test_an_abort_of_another_message_closes_nothing() -> None:
    heard = hear(
        control(0, 3, 17, RTS_9),
        packet(0, 3, 17, b"\x01AAAAAAA"),
        control(0, 17, 3, bytes.fromhex("FF 01 FF FF FF E3 FE 00")),
        packet(0, 3, 17, b"\x02BBBBBBB"),
    )

    assert len(heard.messages) == 1
    assert heard.faults == []


def test_the_oldest_of_too_many_sessions_gives_way() -> None:
    heads = [control(0, sender, 255, BAM_18) for sender in range(MOST_SESSIONS + 1)]

    heard = hear(*heads, *(packet(0, 1, 255, bytes([n]) + bytes(7)) for n in (1, 2, 3)))

    assert [(fault.index, fault.source_address, fault.reason) for fault in heard.faults] == [
        (MOST_SESSIONS, 0, "replaced")
    ]
    assert [message.source_address for message in heard.messages] == [1]


def test_sessions_that_are_over_give_way_first() -> None:
    over = whole(200)
    heads = [control(0, sender, 255, BAM_18) for sender in range(MOST_SESSIONS)]

    assert hear(heads[0], *over, *heads[1:]).faults == []


def test_what_concerns_it() -> None:
    ids = {
        EXTENDED | 0x1CECFF03: True,
        EXTENDED | 0x00EB1103: True,
        EXTENDED | 0x18EEFF03: True,
        EXTENDED | 0x18FECA03: True,
        EXTENDED | 0x18FECB03: True,
        EXTENDED | 0x18FECC03: False,
        EXTENDED | 0x18EDFF03: False,
        EXTENDED | 0x19FECA03: False,  # data page 1
        EXTENDED | 0x1AECFF03: False,  # extended data page: ISO 15765 and others
        EXTENDED | 0x18CAFE03: False,
        EXTENDED | 0x4000_0000 | 0x18FECA03: False,
        EXTENDED | 0x2000_0000 | 0x18FECA03: False,
        0x18FECA03: False,
        0x7EC: False,
    }

    assert concerns(np.array(list(ids), np.uint32)).tolist() == list(ids.values())
