"""A draft on recorded envelopes, against what is live: what it changes, and nothing else."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pyarrow as pa
import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import override_settings

from distribution.backtest.comparing import Comparison, SignalCounts
from distribution.backtest.report import as_text
from distribution.backtest.run import Run
from distribution.queries.raw import RawReader
from distribution.schema import raw_data_cache_store
from distribution.writers.raw_store import ENVELOPE
from duco_cms.definitions.artefact import canonical_json, content_hash
from duco_cms.fleet.models import Machine, MachineModel, Organisation
from duco_cms.publication.models import Submission
from ingest.decoding.records import RawRecord
from parsing.assemble import document_of
from tests.cms.callers import make_release
from tests.distribution.conftest import Store
from tests.pipeline.buses import Sent, frames_of, records_of
from tests.pipeline.ruled import DEVICE, catalogue_of, content_of, groups_of

SECOND = 1_000_000
# The raw store forgets what is old.
T0 = (int(time.time()) - 3600) * SECOND
TEXT = """
message Engine on can 0x123 {
    timeout 5s
    signal temperature : u8 at byte 1 scale SCALE range 0..MOST
    signal level : u8 at byte 2
}
derived twice : f64 = temperature * 2
event hot { raise when temperature > LIMIT for 2s }
"""


def text(scale: float = 1, most: int = 255, limit: int = 200, more: str = "") -> str:
    return TEXT.replace("SCALE", str(scale)).replace("MOST", str(most)).replace("LIMIT", str(limit)) + more


def stream(count: int = 30) -> list[RawRecord]:
    """A frame a second, of temperatures 0, 10, 20 …, each in an envelope of its own, received as it was sent."""
    sent = [Sent(T0 + n * SECOND, 0, 0x123, bytes([n * 10 % 256, n])) for n in range(count)]
    return [
        RawRecord(0, number, record.headers | {"device": DEVICE}, record.body, T0 + number * SECOND)
        for number, record in enumerate(records_of(frames_of(sent), 1))
    ]


def compare(before: str, after: str, begin: int = T0) -> tuple[Comparison, dict[str, int]]:
    contents = content_of(before), content_of(after)
    runs = [Run(catalogue_of(content, number)) for number, content in enumerate(contents, start=1)]
    comparison, records = Comparison(), stream()
    for start in range(0, len(records), 7):
        old, new = (run.take(records[start : start + 7]) for run in runs)
        comparison.add(old, new, begin)
    return comparison, groups_of(contents[0])


def changed(comparison: Comparison) -> dict[Any, SignalCounts]:
    return {place: counts for place, counts in comparison.signals.items() if counts.is_changed}


def test_the_same_changes_nothing() -> None:
    comparison, _ = compare(text(), text())
    assert changed(comparison) == {}
    assert sum(each.both for each in comparison.signals.values()) > 80
    assert not comparison.findings_before + comparison.findings_after


def test_a_scale_changes_the_signal_and_what_is_made_of_it() -> None:
    comparison, groups = compare(text(), text(scale=2))
    found = changed(comparison)
    (message,) = {group for group, _ in found} - {groups["twice"]}
    assert set(found) == {(message, 0), (groups["twice"], 0)}
    # Of 0 twice as much is 0: once in 30 values.
    assert found[message, 0] == SignalCounts(both=30, values=29, qualities=found[message, 0].qualities, greatest=250.0)
    # Twice as much is soon out of range, so that nothing is known to be hot for long enough.
    assert (comparison.findings_before.total(), comparison.findings_after.total()) == (2, 0)


def test_a_range_changes_qualities_alone() -> None:
    comparison, groups = compare(text(), text(most=100, limit=90))
    temperatures = next(counts for place, counts in changed(comparison).items() if place[0] != groups["twice"])
    assert (temperatures.values, temperatures.qualities) == (0, sum(n * 10 % 256 > 100 for n in range(30)))
    assert sum((comparison.findings_before + comparison.findings_after).values()) > 0


def test_what_was_received_before_is_decoded_and_not_compared() -> None:
    comparison, _ = compare(text(), text(scale=2), begin=T0 + 20 * SECOND)
    assert comparison.envelopes == 10
    assert max(counts.both for counts in comparison.signals.values()) == 10


def test_what_only_one_has_is_counted_on_its_side() -> None:
    added = "derived thrice : f64 = temperature * 3\n"
    comparison, _ = compare(text(), text(more=added))
    (counts,) = changed(comparison).values()
    assert (counts.only_before, counts.both) == (0, 0)
    assert counts.only_after > 20
    back, _ = compare(text(more=added), text())
    (counts,) = changed(back).values()
    assert (counts.only_before > 20, counts.only_after) == (True, 0)


def test_it_is_told_in_words() -> None:
    catalogues = [catalogue_of(content_of(text(scale=scale)), number) for number, scale in ((1, 1), (2, 2))]
    comparison = compare(text(), text(scale=2))[0]
    lines = list(as_text(comparison, *catalogues))
    assert "  Engine.temperature: 29 values change (96.7%), by 250 at most" in [line.split(", 1")[0] for line in lines]
    assert any(line.startswith("  event hot: ") for line in lines)


@pytest.fixture
def recorded(store: Store) -> Iterator[list[RawRecord]]:
    """The stream in the raw store, as its writer puts it there; the table is other tests' too, and empty before."""
    records = stream()
    rows = [
        {
            "partition": each.partition, "offset": each.offset, "origin": each.origin,
            "message_id": each.headers["message-id"], "device": DEVICE, "kind": each.headers["kind"],
            "content_type": each.headers["content-type"],
            "content_encoding": "", "realtime": 0, "enqueued": None, "received": each.received, "properties": [],
            "body": each.body,
        }
        for each in records
    ]  # fmt: skip
    table = pa.Table.from_pylist(rows, ENVELOPE)
    store.client.insert_arrow(raw_data_cache_store("envelope"), table)
    yield records
    store.client.command(f"TRUNCATE TABLE {raw_data_cache_store('envelope')}")


@pytest.mark.clickhouse
def test_envelopes_come_back_as_they_were(recorded: list[RawRecord], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("distribution.queries.raw._PAGE_LEAST", 8)
    monkeypatch.setattr("distribution.queries.raw._PAGE_MOST", 8)
    pages = list(RawReader(DEVICE).between(T0 + 2 * SECOND, T0 + 28 * SECOND))
    assert [len(page) for page in pages] == [8, 8, 8, 2]
    for was, is_now in zip(recorded[2:28], [each for page in pages for each in page], strict=True):
        assert (was.body, was.offset, was.received) == (is_now.body, is_now.offset, is_now.received)
        assert was.headers.items() - is_now.headers.items() <= {("realtime", "0")}


@pytest.mark.clickhouse
@pytest.mark.django_db(transaction=True)
def test_a_submission_is_held_against_the_live_release(recorded: list[RawRecord], live_server: Any) -> None:
    live, draft = (
        document_of(content_of(text(scale=scale, more=f"derived low : bool = level < {limit} store on_change")))
        for scale, limit in ((1, 300), (2, 0))
    )
    make_release(1, live)
    author = get_user_model().objects.create_user("author")
    canonical = canonical_json(draft)
    frozen = Submission.objects.create(
        content=canonical, content_hash=content_hash(canonical), note="twice as much", author=author
    )
    model = MachineModel.objects.create(id=2, name="EX-1")
    owner = Organisation.objects.create(name="Owner")
    Machine.objects.create(device=DEVICE, name="One", model=model, organisation=owner)

    def backtest(*arguments: str, first: int = 0) -> str:
        out = StringIO()
        begin, end = (datetime.fromtimestamp(T0 // SECOND + after, UTC).isoformat() for after in (first, 1800))
        span = ["--from", begin, "--to", end]
        with override_settings(META_API_URL=live_server.url):
            call_command("backtest", *arguments, *span, stdout=out)
        return out.getvalue()

    told = json.loads(backtest(DEVICE, "--submission", str(frozen.number), "--format", "json"))
    assert (told["envelopes"], told["signals"][0]["signal"], told["signals"][0]["values"]) == (
        30, "Engine.temperature", 29,
    )  # fmt: skip
    assert "nothing changes" in backtest(DEVICE, "--release", "1")
    later = json.loads(backtest(DEVICE, "--submission", str(frozen.number), "--format", "json", first=10))
    low = next(each for each in later["signals"] if each["signal"] == "low")
    assert (low["both"], low["values"]) == (1, 1), "it changed before, and by neither content since"
    for arguments, says in (
        ((DEVICE, "--submission", "999"), "there is no submission 999"),
        (("stranger", "--release", "1"), "no machine has the device id stranger"),
    ):
        with pytest.raises(CommandError, match=says):
            backtest(*arguments)
