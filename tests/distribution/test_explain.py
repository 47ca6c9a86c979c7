"""Explanations: from a stored row back to the very bits that were sent, and honest about what is gone."""

import json
import math
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from distribution.api.throttling import ExplainThrottle
from distribution.explain import bits as places
from distribution.explain.rule_texts import Names, RuleWriter
from distribution.explain.rule_trees import tree_of
from ingest.decoding.records import RawRecord
from ingest.device.envelopes import object_envelope
from ingest.meta.catalogue import Catalogue
from parsing.assemble import document_of
from parsing.definitions import Signal
from parsing.rules.generate import compile_program
from parsing.rules.program import Derived, Program
from tests.cms.callers import make_release
from tests.distribution.conftest import SECOND, Person, Store
from tests.distribution.recorded import NOW, Recording
from tests.distribution.test_records import problem
from tests.pipeline.buses import Sent, frames_of, in_packets, records_of
from tests.pipeline.ruled import catalogue_of, content_of
from tests.rules.cases import make_program

BROADCAST = 0x00FEFF
TEXT = """
enum Gear : u4 {
    0 = neutral
    1 = first "First gear"
    14 = error
    15 = not_available
}
message Engine "The engine" on can 0x123 {
    length 8
    timeout 5s
    signal boost : u8 at byte 1 scale 0.5 offset -40 [kPa] range -40..60
    signal torque : i12 at bit 15 be scale 0.25 [N*m]
    signal gear : Gear at bit 36
    signal page : u8 at byte 8
    mux page {
        case 0 { signal low : u8 at byte 7 }
        case 2..7 "pumps" { signal pressure : u8 at byte 7 scale 2 [bar] }
        else reject
    }
}
message Counts on j1939 pgn 65312 {
    length 20
    signal first : u16 at byte 1
    signal hours : u32 at byte 15 scale 0.05 [h]
}
report Notes on vehicle_event {
    signal ts : u64 at $.ts [us]
    signal name : text at $.name
    signal level : f64 at $.deep.levels[1] scale 2 range 0..10
    signal note : text at $.note
}
derived pressed : f64 [kPa] = boost + machine.shift
derived change : f64 [kPa] = (pressed - prev(pressed)) * 2 range -10..10
"""


@pytest.fixture(autouse=True)
def meta_api(live_server: Any) -> Iterator[None]:
    with override_settings(META_API_URL=live_server.url):
        yield


pytestmark = [pytest.mark.clickhouse, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def released() -> Catalogue:
    """Under a number that no other test uses."""
    content = content_of(TEXT)
    number = uuid.uuid4().int % 2**31
    make_release(number, document_of(content))
    return catalogue_of(content, number, shift=3.0)


@pytest.fixture
def recording(store: Store, alice: Person) -> Recording:
    alice.machine.attributes = {"shift": 3.0}
    alice.machine.save()
    return Recording(store, alice.machine.number, alice.machine.device)


def engine(n: int, boost: int = 100, page: int = 2) -> Sent:
    """Torque is -100 N·m; the byte of the page's signal is 30."""
    torque = (-400 & 0xFFF) << 4
    return Sent(
        NOW + n * SECOND, 0, 0x123, bytes([boost, torque >> 8, torque & 0xFF, 0, 0x10, 0, 30, page])
    )  # fmt: skip


def of(catalogue: Catalogue, signal: str) -> dict[str, int]:
    """Group and slot of a signal by its name."""
    return next(
        {"group": number, "slot": each.slot}
        for number, place in catalogue.release.groups.items()
        for each in place.group.signals
        if each.name == signal
    )


def note(n: int, **more: Any) -> RawRecord:
    sent = object_envelope("vehicle_event", [{"ts": NOW + n * SECOND, "name": "n"} | more])
    headers = {
        **sent.application, "content-type": sent.content_type, "message-id": sent.message_id, "origin": f"hub/0/{n}",
    }  # fmt: skip
    return RawRecord(0, n, headers, sent.body, NOW)


Ask = Callable[..., dict[str, Any]]


@pytest.fixture
def ask(alice: Person, released: Catalogue) -> Ask:
    def asked(signal: str, n: float, **more: Any) -> dict[str, Any]:
        response = alice.get("explain", **of(released, signal), ts=NOW + int(n * SECOND), **more)
        assert response.status_code == 200, response.content
        told: dict[str, Any] = response.json()
        return told

    return asked


def add(recording: Recording, sent: list[Sent], size: int = 1) -> None:
    """Each envelope is received a second after the one before."""
    for number, record in enumerate(records_of(frames_of(sent), size)):
        recording.add([record], received=NOW + 3600 * SECOND // 2 + number * SECOND)


def marked(told: dict[str, Any]) -> list[str]:
    """Without their columns."""
    return [" ".join(line["text"].split()) for line in told["definition"]["lines"] if line["marked"]]


def test_a_plain_signal_from_its_row_to_the_hub(recording: Recording, released: Catalogue, ask: Ask) -> None:
    add(recording, [engine(n, 100 + n) for n in range(9)], 3)
    recording.decode(released)
    told = ask("boost", 4)
    assert (told["value"]["value"], told["value"]["quality"], told["value"]["reason"]) == (12.0, "ok", "")
    assert told["value"]["release"] == told["release"]["number"] == released.release.number
    assert told["release"]["note"] == f"n{released.release.number}"
    assert marked(told) == ["signal boost : u8 at byte 1 scale 0.5 offset -40 [kPa] range -40..60"]
    assert told["definition"]["lines"][0]["text"] == 'message Engine "The engine" on can 0x123 {'
    assert (told["definition"]["kind"], told["definition"]["unit"]) == ("plain", "kPa")
    bits = told["bits"]
    assert (bits["raw"], bits["raw_bits"], bits["scale"], bits["offset"]) == (104.0, "68", 0.5, -40.0)
    assert bits["bits"] == [7, 6, 5, 4, 3, 2, 1, 0]
    (frame,) = bits["frames"]
    assert (frame["id"], frame["data"], frame["bus"]) == ("123", bits["payload"], 0)
    assert (frame["partition"], frame["offset"], frame["index"]) == (recording.partition, 1, 1)
    envelope, record = told["envelope"], recording.records[1]
    assert (envelope["partition"], envelope["offset"], envelope["topic"]) == (
        recording.partition,
        1,
        settings.KAFKA_TOPIC_PREFIX + "raw",
    )
    assert envelope["hub"] == {"entity": "hub", "partition": 0, "offset": 1}
    assert (envelope["message_id"], envelope["size"]) == (record.headers["message-id"], len(record.body))
    assert (envelope["device"], envelope["kind"], envelope["frames"]) == (recording.device, "vehicle_can", 3)
    assert told["again"] == {"value": 12.0, "text": None, "quality": "ok", "agrees": True}
    assert told["gaps"] == []


def test_bits_of_big_endian_and_signed_ones(recording: Recording, released: Catalogue, ask: Ask) -> None:
    add(recording, [engine(0)])
    recording.decode(released)
    told = ask("torque", 0)
    assert told["value"]["value"] == -100.0
    assert told["bits"]["bits"] == [15, 14, 13, 12, 11, 10, 9, 8, 23, 22, 21, 20]
    assert (told["bits"]["raw"], told["bits"]["raw_bits"]) == (-400.0, "E70")


def test_a_number_of_an_enum_is_called_by_its_title(recording: Recording, released: Catalogue, ask: Ask) -> None:
    add(recording, [engine(0)])
    recording.decode(released)
    assert ask("gear", 0)["value"]["label"] == "First gear"


def test_a_page_is_told_with_what_chose_it(recording: Recording, released: Catalogue, ask: Ask) -> None:
    add(recording, [engine(0, page=5)])
    recording.decode(released)
    told = ask("pressure", 0)
    assert (told["value"]["value"], told["definition"]["kind"], told["definition"]["page"]) == (60.0, "page", "pumps")
    assert told["bits"]["multiplexors"] == [
        {"name": "page", "raw": 5, "label": "", "ranges": [[2, 7]], "bits": [63, 62, 61, 60, 59, 58, 57, 56]}
    ]
    shown = [line["text"] and line["text"].strip() for line in told["definition"]["lines"]]
    assert "mux page {" in shown
    assert 'case 2..7 "pumps" {' in shown
    assert "case 0 {" not in shown


@pytest.mark.parametrize(
    ("sent", "signal", "quality", "reason"),
    [
        (engine(0, 220), "boost", "out_of_range", "70 kPa is above the maximum, 60 kPa."),
        (Sent(NOW, 0, 0x123, bytes([100, 0])), "gear", "absent", "The payload has 2 bytes; the signal ends in byte 5."),
        (
            Sent(NOW, 0, 0x123, bytes([0, 0, 0, 0, 0xF0, 0, 0, 2])), "gear", "not_available",
            "Raw 0xF lies in 0xF, which the definition says is not available.",
        ),
    ],
)  # fmt: skip
def test_a_quality_is_told_with_its_reason(
    recording: Recording, released: Catalogue, ask: Ask, sent: Sent, signal: str, quality: str, reason: str
) -> None:
    add(recording, [sent])
    recording.decode(released)
    value = ask(signal, 0)["value"]
    assert (value["quality"], value["reason"]) == (quality, reason)


def test_frames_of_equal_time_are_told_apart(recording: Recording, released: Catalogue, ask: Ask) -> None:
    alike = [engine(0, boost) for boost in (80, 90, 100)]
    recording.add(list(records_of(frames_of(alike), 3)))
    recording.decode(released)
    for ordinal, raw in enumerate((80, 90, 100)):
        told = ask("boost", 0, ordinal=ordinal)
        assert (told["bits"]["raw"], told["bits"]["frames"][0]["index"]) == (raw, ordinal)
        assert told["again"]["agrees"]


def test_packets_are_all_there_with_those_that_carry_the_signal(
    recording: Recording, released: Catalogue, ask: Ask
) -> None:
    body = bytes(range(20))
    # Two envelopes, so that the session crosses them; and another sender's in between.
    packets = in_packets(NOW, 65312, body, sender=3)
    others = in_packets(NOW + 500, 65312, bytes(20), sender=4)
    add(recording, sorted([*packets, *others]), 5)
    recording.decode(released)
    told = ask("hours", 0.003)
    assert told["value"]["source_address"] == 3
    assert told["value"]["value"] == int.from_bytes(body[14:18], "little") * 0.05
    bits = told["bits"]
    assert (bits["transport"], bits["payload"]) == ("packets", body.hex().upper())
    assert [(each["role"], each["number"], each["used"]) for each in bits["frames"]] == [
        ("announcement", 0, False), ("packet", 1, False), ("packet", 2, False), ("packet", 3, True),
    ]  # fmt: skip
    assert [each["ts_us"] for each in bits["frames"]] == [each.ts for each in packets]
    assert len({each["offset"] for each in bits["frames"]}) == 2
    assert told["again"]["agrees"]


def test_envelopes_that_were_received_at_once_are_told_apart(
    recording: Recording, released: Catalogue, ask: Ask
) -> None:
    """Two of them, with the beginning of the message in between."""
    first, *packets = records_of(frames_of([engine(-1), *in_packets(NOW, 65312, bytes(range(20)))]), 1)
    recording.add([first], received=NOW)
    recording.add(packets[:-1], received=NOW - SECOND)
    recording.add(packets[-1:], received=NOW)
    recording.decode(released)
    told = ask("hours", 0.003)
    assert told["gaps"] == []
    assert len(told["bits"]["frames"]) == 4


def test_a_derived_signal_is_told_with_what_it_read(
    alice: Person, recording: Recording, released: Catalogue, ask: Ask
) -> None:
    add(recording, [engine(n, 100 + n * n) for n in range(9)])
    recording.decode(released)
    told = ask("change", 4)
    # 16 and 9 times 0.5, twice the difference.
    assert (told["value"]["value"], told["definition"]["kind"]) == (7.0, "derived")
    assert marked(told) == ["derived change : f64 [kPa] = (pressed - prev(pressed)) * 2 range -10..10"]
    rule = told["rule"]
    assert rule["text"] == "(pressed - prev(pressed)) * 2"
    (pressed,) = rule["inputs"]
    assert (pressed["name"], pressed["kind"], pressed["value"], pressed["unit"]) == ("pressed", "derived", 21.0, "kPa")
    assert [(part["text"], part["value"], part["depth"]) for part in rule["parts"]] == [
        ("(pressed - prev(pressed)) * 2", 7.0, 0), ("pressed - prev(pressed)", 3.5, 1), ("prev(pressed)", 17.5, 2),
    ]  # fmt: skip
    assert told["again"]["agrees"]
    # And from there to its own inputs, by what the answer names.
    (boost,) = follow(alice, pressed)["rule"]["inputs"]
    assert (boost["name"], boost["value"]) == ("Engine.boost", 18.0)
    assert follow(alice, boost)["bits"]["raw"] == 116.0


def follow(who: Person, rule_input: dict[str, Any]) -> dict[str, Any]:
    place = {name: rule_input[name] for name in ("group", "slot", "source", "ordinal")}
    response = who.get("explain", **place, ts=rule_input["ts_us"])
    assert response.status_code == 200, response.content
    told: dict[str, Any] = response.json()
    return told


def test_an_input_that_was_too_old_is_told_as_that(recording: Recording, released: Catalogue, ask: Ask) -> None:
    add(recording, [engine(0), *(Sent(NOW + n * SECOND, 0, 0x7FF, b"") for n in range(1, 9)), engine(9), engine(20)])
    recording.decode(released)
    told = ask("change", 9)
    assert [(each["quality"], each["ts_us"]) for each in told["rule"]["inputs"]] == [("ok", NOW + 9 * SECOND)]
    assert told["rule"]["since"].startswith(told["envelope"]["first_ts"][:10])


def test_an_object_is_told_with_the_place_in_it(recording: Recording, released: Catalogue, ask: Ask) -> None:
    recording.add([note(0, deep={"levels": [1, 4.5]}, note="é"), note(1, deep={"levels": [1, 7]})])
    recording.decode(released)
    told = ask("level", 1)
    assert (told["value"]["value"], told["value"]["quality"]) == (14.0, "out_of_range")
    assert told["value"]["reason"] == "14 is above the maximum, 10."
    assert (told["object"]["path"], told["object"]["raw"], told["object"]["scale"]) == ("$.deep.levels[1]", 7, 2.0)
    assert json.loads(told["object"]["document"])["deep"] == {"levels": [1, 7]}
    assert marked(told) == ["signal level : f64 at $.deep.levels[1] scale 2 range 0..10"]
    assert (told["definition"]["kind"], told["envelope"]["offset"]) == ("object", 1)


def test_a_text_is_told_as_it_stands(recording: Recording, released: Catalogue, ask: Ask) -> None:
    recording.add([note(0, note="é"), note(1)])
    recording.decode(released)
    told = ask("note", 0)
    assert (told["value"]["text"], told["value"]["value"], told["object"]["raw"]) == ("é", None, "é")
    assert told["again"] == {"value": None, "text": "é", "quality": "ok", "agrees": True}


def test_what_retention_has_taken_is_said_and_the_rest_told(
    recording: Recording, released: Catalogue, ask: Ask
) -> None:
    add(recording, [engine(n) for n in range(9)])
    recording.decode(released)
    recording.forget()
    told = ask("boost", 4)
    assert [gap["code"] for gap in told["gaps"]] == ["raw_gone"]
    assert (told["bits"], told["again"]) == (None, None)
    assert (told["value"]["value"], len(marked(told))) == (10.0, 1)
    assert (told["envelope"]["offset"], told["envelope"]["stored"], told["envelope"]["size"]) == (4, False, None)
    derived = ask("pressed", 4)
    assert [gap["code"] for gap in derived["gaps"]] == ["raw_gone", "not_rerun"]
    assert [(each["value"], each["rerun"]) for each in derived["rule"]["inputs"]] == [(10.0, False)]


def test_a_release_that_is_not_there_is_said_and_the_rest_told(
    recording: Recording, released: Catalogue, ask: Ask
) -> None:
    add(recording, [engine(n) for n in range(3)])
    recording.decode(replace(released, release=replace(released.release, number=released.release.number + 1)))
    told = ask("boost", 1)
    assert [gap["code"] for gap in told["gaps"]] == ["release_gone"]
    assert (told["release"], told["definition"], told["value"]["value"]) == (None, None, 10.0)
    assert told["envelope"]["offset"] == 1


def test_a_row_that_is_not_what_the_release_makes_is_said(recording: Recording, released: Catalogue, ask: Ask) -> None:
    (added,) = recording.add(list(records_of(frames_of([engine(0)]), 1)))
    recording.decode(released)
    place = of(released, "boost")
    width = released.release.groups[place["group"]].group.width
    row = (place["group"], BROADCAST & 0xFFFF, NOW, [99.0] * width, [0] * width)
    recording.store.machine = recording.machine
    recording.store.frames(row, release=released.release.number, received=added.received)
    told = ask("boost", 0)
    assert (told["value"]["value"], told["again"]["value"], told["again"]["agrees"]) == (99.0, 10.0, False)


def test_the_last_value_up_to_a_time(alice: Person, recording: Recording, released: Catalogue, ask: Ask) -> None:
    add(recording, [engine(n) for n in range(3)])
    recording.decode(released)
    assert ask("boost", 9, latest=1)["value"]["ts_us"] == NOW + 2 * SECOND
    assert ask("boost", 1.5, latest=1)["value"]["ts_us"] == NOW + SECOND
    missing = alice.get("explain", **of(released, "boost"), ts=NOW + SECOND + 1)
    assert problem(missing) == (404, "unknown_value")


def test_another_organisations_values_are_as_none(
    alice: Person, bob: Person, recording: Recording, released: Catalogue
) -> None:
    add(recording, [engine(0)])
    recording.decode(released)
    asked = {**of(released, "boost"), "ts": NOW}
    theirs = bob.browser.get(f"/data/v1/machines/{alice.machine.number}/explain", asked)
    missing = bob.browser.get("/data/v1/machines/2147483646/explain", asked)
    assert problem(theirs) == (404, "not_found")
    assert theirs.content == missing.content
    assert problem(bob.get("explain", **asked)) == (404, "unknown_value")
    assert alice.get("explain", **asked).status_code == 200


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"ts": NOW, "slot": 0}, "group"),
        ({"ts": NOW, "group": 0}, "slot"),
        ({"group": 0, "slot": 0}, "ts"),
        ({"group": -1, "slot": 0, "ts": NOW}, "group"),
        ({"group": 0, "slot": 2**16, "ts": NOW}, "slot"),
        ({"group": 0, "slot": 0, "ts": "yesterday"}, "ts"),
        ({"group": 0, "slot": 0, "ts": NOW, "source": 2**24}, "source"),
        ({"group": 0, "slot": 0, "ts": NOW, "ordinal": 256}, "ordinal"),
        ({"group": 0, "slot": 0, "ts": NOW, "latest": 2}, "latest"),
        ({"group": 0, "slot": 0, "ts": NOW, "signal": "x"}, "signal"),
    ],
)
def test_a_wrong_parameter_is_named(alice: Person, parameters: dict[str, Any], named: str) -> None:
    response = alice.get("explain", **parameters)
    assert problem(response) == (400, "invalid_parameter")
    assert named in json.loads(response.content)["detail"]


def test_explanations_are_bounded_in_number(
    alice: Person, bob: Person, database: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ExplainThrottle, "rate", "2/min")
    asked = {"group": 0, "slot": 0, "ts": NOW}
    found = [problem(alice.get("explain", **asked)) for _ in range(3)]
    assert found == [(404, "unknown_value")] * 2 + [(429, "throttled")]
    assert problem(bob.get("explain", **asked)) == (404, "unknown_value")


def test_the_answers_have_the_fields_that_the_document_says(
    recording: Recording, released: Catalogue, ask: Ask
) -> None:
    from distribution.api.serializers_explain import ExplanationSerializer

    add(recording, [engine(n) for n in range(9)])
    recording.add([note(0, deep={"levels": [1, 4.5]})])
    recording.decode(released)
    for signal in ("pressure", "pressed", "level"):
        hold(ExplanationSerializer(), ask(signal, 0), signal)


def hold(serializer: Any, told: Any, path: str) -> None:
    """Keys below keys, as far as the serializers go."""
    fields = serializer.get_fields()
    assert set(told) == set(fields), path
    for name, field in fields.items():
        inner = getattr(field, "child", field)
        if hasattr(inner, "get_fields"):
            for each in told[name] if isinstance(told[name], list) else [told[name]]:
                if each is not None:
                    hold(inner, each, f"{path}.{name}")


def test_rules_go_back_to_what_they_were_compiled_from() -> None:
    """Of random programs: compiled once more, the tree of a rule is the same rule."""
    random = Random(1)  # noqa: S311 - the same ones each time
    for _ in range(300):
        program = make_program(random)
        compiled = compile_program(program, dict.fromkeys((rule.id for rule in program.rules), 1))
        again = Program(tuple(map(tree_of, compiled)))
        assert compile_program(again, dict.fromkeys((rule.id for rule in program.rules), 1)) == compiled


RULES = """
message Engine on can 0x123 {
    timeout 5s
    signal level : u8 at byte 2
    signal count : u16 at byte 3
}
"""


@pytest.mark.parametrize(
    "line",
    [
        "derived x : f64 = Engine.level * 2 range 0..1000 store on_change",
        "derived x : f64 = Engine.level is valid ? mean(Engine.level, over: 5s) : -3 hold 2s",
        "derived x : f64 = unroll(Engine.count, modulus: 65536, max_step: 100)",
        "derived x : f64 = unroll(Engine.count, modulus: 65536)",
        "derived x : bool = Engine.level >= 3 and not Engine.level is not stale or Engine.count absent for 2s",
        "derived x : f64 = (Engine.level - prev(Engine.level)) / (1.5 + Engine.count) ?? 0",
    ],
)
def test_a_rule_is_written_as_it_was(line: str) -> None:
    """But for units, and what became of `bits`."""
    content = content_of(RULES + line.replace("modulus: 65536", "bits: 16"))
    (rule,) = map(tree_of, content.rules)
    names = {(1, slot): ("Engine", name) for slot, name in enumerate(("level", "count"))}
    assert isinstance(rule, Derived)
    assert RuleWriter(rule.inputs, rule.attributes, Names(names, {})).lines(rule) == [line]


def test_raw_numbers_of_floats() -> None:
    signal = Signal(0, "x", 0, 32, "little", "float", 1.0, 0.0, None, None, "", None, None, "none", "")
    bits = places.raw_bits(signal, bytes.fromhex("0000c03f"))
    assert bits is not None
    assert places.raw_number(signal, bits) == 1.5
    assert places.raw_bits(signal, b"\0\0\0") is None
    half = replace(signal, length=16)
    assert math.isnan(places.raw_number(half, 0x7E00))
