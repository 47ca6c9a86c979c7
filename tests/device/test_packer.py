"""Frames into envelopes and back: nothing lost, nothing of one time torn apart, no limit exceeded."""

from itertools import pairwise
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.device.campaign import numbered_envelopes
from ingest.device.envelopes import (
    DeviceEnvelope,
    can_envelope,
    new_message_id,
    numbered_message_id,
    object_envelope,
    raw_envelope,
)
from ingest.device.packer import Limits, Packer, frames_from_rows
from ingest.envelope import ClientRaw, LogObject, OpenedCan, OpenedObjects, open_envelope
from ingest.envelope.candump import Row
from ingest.frames import CanFrames

from .bodies import T0

ROWS = st.lists(
    st.tuples(
        st.integers(0, 5),  # µs after the frame before
        st.sampled_from([0, 1, 255]),
        st.sampled_from([0x98F00400, 0x123, 0x60000001]),
        st.binary(max_size=8) | st.binary(min_size=8, max_size=8) | st.binary(min_size=64, max_size=64),
    ),
    min_size=1,
    max_size=80,
)


def with_times(rows: list[Row]) -> list[Row]:
    ts = T0 + np.cumsum([row[0] for row in rows])
    return [(int(t), *row[1:]) for t, row in zip(ts, rows, strict=True)]


def opened(envelope: DeviceEnvelope) -> object:
    headers = envelope.application | {"content-type": envelope.content_type}
    if envelope.content_encoding:
        headers["content-encoding"] = envelope.content_encoding
    return open_envelope(headers, envelope.body)


def rows_of(frames: CanFrames) -> list[Row]:
    payloads = [bytes(d[:n]) for d, n in zip(frames.data, frames.length, strict=True)]
    return list(zip(frames.ts.tolist(), frames.bus.tolist(), frames.can_id.tolist(), payloads, strict=True))


@settings(max_examples=200)
@given(
    rows=ROWS,
    limit=st.integers(1, 20),
    span=st.integers(0, 40),
    cuts=st.sets(st.integers(1, 79)),
    compress=st.booleans(),
)
def test_frames_come_out_as_they_went_in(
    rows: list[Row], limit: int, span: int, cuts: set[int], compress: bool
) -> None:
    rows = with_times(rows)
    packer, envelopes = Packer(Limits(frames=limit, span=span)), []
    edges = [0, *sorted(c for c in cuts if c < len(rows)), len(rows)]
    for start, end in pairwise(edges):
        envelopes += packer.add(frames_from_rows(rows[start:end]))
    envelopes += packer.flush()
    assert packer.flush() == []
    read = []
    for frames in envelopes:
        envelope = opened(can_envelope(frames, compress=compress))
        assert isinstance(envelope, OpenedCan)
        read.append(rows_of(envelope.frames))
        times = [row[0] for row in read[-1]]
        # it should hold to the limits wherever the envelope has more than one time
        assert len(set(times)) == 1 or (len(times) <= limit and max(times) - min(times) <= span)
    # it should keep each bus's order, and every frame
    assert sorted(row for envelope in read for row in envelope) == sorted(rows)
    for bus in (0, 1, 255):
        assert [r for envelope in read for r in envelope if r[1] == bus] == [r for r in rows if r[1] == bus]
    # it should never split equal times
    times_of = [{row[0] for row in envelope} for envelope in read]
    assert sum(map(len, times_of)) == len({row[0] for row in rows})


def test_envelopes_are_no_smaller_than_the_limits_make_them() -> None:
    rows = [(T0 + i, 1, 0x123, b"") for i in range(100)]
    packer = Packer(Limits(frames=40))
    assert [len(f) for f in packer.add(frames_from_rows(rows))] == [40, 40]
    assert [len(f) for f in packer.flush()] == [20]


def test_bytes_are_a_limit_too() -> None:
    rows = [(T0 + i, 1, 0x123, bytes(64)) for i in range(100)]
    packer = Packer(Limits(sent_bytes=730))
    sizes = [len(can_envelope(f).body) for f in packer.add(frames_from_rows(rows)) + packer.flush()]
    assert len(sizes) == 10
    assert max(sizes) < 730 + 100


def test_an_envelope_of_one_time_may_exceed_the_limits_but_not_the_contract() -> None:
    packer = Packer(Limits(frames=10))
    rows = [(T0, 1, 0x123, b"12345678")] * 10_000
    assert packer.add(frames_from_rows(rows)) == []
    (frames,) = packer.flush()
    assert isinstance(opened(can_envelope(frames)), OpenedCan)
    with pytest.raises(ValueError, match="20000 frames of one time"):
        packer.add(frames_from_rows(rows * 2))


def test_times_that_go_back_are_refused() -> None:
    packer = Packer()
    packer.add(frames_from_rows([(T0, 1, 0x123, b"")]))
    with pytest.raises(ValueError, match="go back"):
        packer.add(frames_from_rows([(T0 - 1, 1, 0x123, b"")]))


def test_objects_and_raw_data() -> None:
    several = opened(object_envelope("vehicle_log", [{"ts": T0, "message": "a"}, {"ts": T0, "message": "b"}]))
    assert isinstance(several, OpenedObjects)
    assert several.objects == tuple(LogObject(T0, m, "", "info", "", "{}") for m in "ab")
    assert len(opened(object_envelope("vehicle_log", [{"ts": T0, "message": "a"}])).objects) == 1  # type: ignore[attr-defined]
    assert opened(raw_envelope(b"\0")) == ClientRaw()


def test_message_ids_are_uuid_7_in_lower_case() -> None:
    numbered = [numbered_message_id(5, n) for n in range(1000)]
    assert len({*numbered, *(numbered_message_id(6, n) for n in range(1000))}) == 2000
    assert numbered == sorted(numbered) == [numbered_message_id(5, n) for n in range(1000)]
    for text in (*numbered[:10], new_message_id()):
        assert UUID(text).version == 7
        assert UUID(text).variant == "specified in RFC 4122"
        assert str(UUID(text)) == text


def test_a_campaign_is_the_same_for_the_same_seed() -> None:
    def frames(device: str, number: int) -> CanFrames:
        return frames_from_rows([(T0 + number, 1, 0x123, device.encode())])

    first = list(numbered_envelopes(1, ["a", "b"], range(10), frames))
    assert first == list(numbered_envelopes(1, ["a", "b"], range(10), frames))
    assert first[3:5] == list(numbered_envelopes(1, ["a", "b"], range(3, 5), frames))
    assert [item.device for item in first] == ["a", "b"] * 5
    assert len({item.envelope.message_id for item in first}) == 10
