"""Releases are read whole or refused with the path to what is wrong."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from typing import Any

import pytest
from definition_samples import content, definition_set, group, message, signal

from parsing.release import InvalidRelease, content_hash, dump_release, load_release, parse_content
from parsing.rules.generate import compile_program
from parsing.rules.program import Constant, Derived, Program, Read, SignalInput

SET = definition_set(3, message(group(40, signal("EngineSpeed", 24, 16, slot=3, scale=0.125, enum=5))))
CONTENT = content(SET, enums=[{"id": 5, "name": "Mode", "values": [[0, "idle"]]}])


LAT = {
    "slot": 0, "name": "lat", "type": "float", "length": 64, "path": ["gnss", 0, "lat"], "scale": 1.0, "offset": 0.0,
    "minimum": -90.0, "maximum": 90.0, "unit": "deg", "enum": None, "comment": "north",
}  # fmt: skip
NOTE = LAT | {"slot": 1, "name": "note", "type": "text", "length": 0}
GNSS = {
    "id": 1, "set": 3, "kind": "position", "name": "Gnss", "title": "", "each": None, "group": 60,
    "signals": [LAT, NOTE], "severity": None, "comment": "",
    "judgement": {
        "inputs": [0],
        "attributes": [],
        "suspicions": [["null_island", [["read", 0, 0], ["constant", 0, 0], ["operation", 20, 2]]]],
    },
}  # fmt: skip


def rule(number: int, *inputs: dict[str, Any], **columns: Any) -> dict[str, Any]:
    """A derived signal that is its first input, or 0."""
    program = Derived(
        id=number,
        name=f"rule {number}",
        inputs=tuple(SignalInput(each["group"], each["slot"], None) for each in inputs),
        attributes=(),
        value=Read(0) if inputs else Constant(0.0),
        hold=None,
        minimum=0.0,
        maximum=9.0,
        store="always",
        group=number,
        unit="rpm",
        type="number",
        enum=None,
        comment="why",
    )
    (compiled,) = compile_program(Program((program,)), {number: 3})
    return json.loads(json.dumps(asdict(compiled))) | columns


SPEED = {"group": 40, "slot": 3}


def artefact(of: dict[str, Any], **changes: Any) -> bytes:
    return json.dumps(json.loads(dump_release(number=17, content=of, published="now", note="n")) | changes).encode()


def test_what_is_dumped_loads() -> None:
    release = load_release(dump_release(number=17, content=CONTENT, published="2026-01-02T03:04:05Z", note="why"))

    assert (release.number, release.note, release.published) == (17, "why", "2026-01-02T03:04:05Z")
    assert release.content_hash == content_hash(CONTENT)
    assert [model.name for model in release.models] == ["model"]
    assert release.groups[40].message.name == "M"
    assert release.groups[40].definition_set.id == 3
    assert release.signals(40)[3].scale == 0.125
    assert release.enum(5).values == ((0, "idle"),)
    assert release.content == parse_content(CONTENT)


def test_hash_does_not_depend_on_the_order_of_keys_but_on_all_else() -> None:
    turned = {name: CONTENT[name] for name in reversed(CONTENT)}

    assert content_hash(turned) == content_hash(CONTENT)
    assert content_hash(CONTENT | {"enums": []}) != content_hash(CONTENT)
    # The documented way, for those who check it with other tools.
    assert content_hash({"b": 1.5, "a": "ü"}) == ("sha256:" + hashlib.sha256('{"a":"ü","b":1.5}'.encode()).hexdigest())


def test_changed_content_is_refused() -> None:
    changed = json.loads(json.dumps(CONTENT))
    changed["sets"][0]["messages"][0]["name"] = "Other"

    with pytest.raises(InvalidRelease, match=r"^content_hash: "):
        load_release(artefact(CONTENT, content=changed))


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"format": 1}, "format"),
        ({"format": 4}, "format"),
        ({"number": 0}, "number"),
        ({"number": "17"}, "number"),
        ({"surprise": 1}, "surprise"),
        ({"content": {"sets": [], "models": []}}, "content.enums"),
    ],
)
def test_the_path_to_a_fault_of_shape_is_told(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidRelease) as refused:
        load_release(artefact(CONTENT, **changes))

    assert refused.value.path == path


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"format": 1}', b"[" * 100_000])
def test_anything_else_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidRelease):
        load_release(body)


def test_derived_signals_and_objects_have_places_too() -> None:
    whole = CONTENT | {"objects": [GNSS], "rules": [rule(50, SPEED), rule(51, {"group": 60, "slot": 0})]}

    release = load_release(artefact(whole))

    places = {
        number: (place.kind, place.definition_set.name, place.message.name) for number, place in release.groups.items()
    }
    assert places == {
        40: ("message", "set 3", "M"),
        50: ("derived", "set 3", "derived"),
        51: ("derived", "set 3", "derived"),
        60: ("object", "set 3", "Gnss"),
    }
    derived, lat, note = release.signals(50)[0], *release.signals(60).values()
    assert (derived.name, derived.unit, derived.minimum, derived.maximum) == ("rule 50", "rpm", 0.0, 9.0)
    assert (lat.name, lat.unit, lat.comment, note.name) == ("lat", "deg", "north", "note")


@pytest.mark.parametrize(
    ("objects", "rules", "path"),
    [
        ([GNSS, GNSS], [], "content.objects[1].group"),
        ([GNSS, GNSS | {"group": 61}], [], "content.objects[1].id"),
        ([GNSS | {"set": 9}], [], "content.objects[0].set"),
        ([GNSS | {"group": 40}], [], "content.objects[0].group"),
        ([GNSS | {"signals": [LAT, NOTE | {"slot": 0}]}], [], "content.objects[0].signals[1]"),
        ([GNSS | {"signals": [LAT | {"length": 8}]}], [], "content.objects[0].signals[0]"),
        ([GNSS | {"signals": [LAT | {"enum": 9}]}], [], "content.objects[0].signals[0]"),
        ([GNSS | {"signals": [LAT | {"minimum": 91.0}]}], [], "content.objects[0].signals[0]"),
        ([GNSS | {"judgement": GNSS["judgement"] | {"inputs": [1]}}], [], "content.objects[0].judgement.inputs[0]"),
        ([GNSS | {"judgement": GNSS["judgement"] | {"inputs": []}}], [], "content.objects[0].judgement"),
        ([GNSS | {"severity": ["lat", []]}], [], "content.objects[0].severity.signal"),
        ([GNSS], [rule(60)], "content.rules[0].output.group"),
        ([], [rule(50), rule(50)], "content.rules[1].output.group"),
        ([], [rule(50, SPEED | {"slot": 9})], "content.rules[0].inputs[0]"),
        ([], [rule(50, {"group": 60, "slot": 0})], "content.rules[0].inputs[0]"),
        ([GNSS], [rule(50, {"group": 60, "slot": 1})], "content.rules[0].inputs[0]"),
        ([], [rule(50) | {"set": 9}], "content.rules[0].set"),
        ([], [rule(50) | {"code": [1]}], "content.rules[0].code"),
    ],
)
def test_the_path_to_a_fault_of_an_object_or_rule_is_told(
    objects: list[dict[str, Any]], rules: list[dict[str, Any]], path: str
) -> None:
    with pytest.raises(InvalidRelease) as refused:
        parse_content(CONTENT | {"objects": objects, "rules": rules})

    assert refused.value.path == path


def test_format_2_had_sentinels_in_j1939_messages_alone_and_knew_nothing_of_what_came_later() -> None:
    groups = [group(number, signal(sentinels="j1939")) for number in (1, 2)]
    messages = [message(groups[0], can_id=1), message(groups[1], can_id=2, id=2, name="N", extended=True, j1939=True)]
    of = content(definition_set(3, *messages))

    sentinels = {
        number: [load_release(artefact(of, format=number)).signals(each)[0].sentinels for each in (1, 2)]
        for number in (2, 3)
    }

    assert sentinels == {2: ["none", "j1939"], 3: ["j1939", "j1939"]}


def in_message(*groups: dict[str, Any], **columns: Any) -> dict[str, Any]:
    return content(definition_set(3, message(*groups, **columns)))


PAGED = group(1, signal("page", 0, 8))
MESSAGE = "content.sets[0].messages[0]"


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        (content(SET, SET), "content.sets"),
        (content(SET), f"{MESSAGE}.groups[0].signals[0].enum"),
        (in_message(PAGED, PAGED), f"{MESSAGE}.groups"),
        (in_message(PAGED, group(1, signal())), f"{MESSAGE}.groups[1].id"),
        (in_message(group(1, signal(), signal("t"))), f"{MESSAGE}.groups[0].signals"),
        (in_message(group(1, signal(start=14_273, length=8))), f"{MESSAGE}.groups[0].signals[0].length"),
        (
            in_message(group(1, signal(start=14_272, length=9, byte_order="big"))),
            f"{MESSAGE}.groups[0].signals[0].length",
        ),
        (in_message(group(1, signal(length=24, type="float"))), f"{MESSAGE}.groups[0].signals[0].length"),
        (in_message(group(1, signal(length=65))), f"{MESSAGE}.groups[0].signals[0].length"),
        (in_message(group(1, signal(minimum=2.0, maximum=1.0))), f"{MESSAGE}.groups[0].signals[0].minimum"),
        (in_message(can_id=0x800), f"{MESSAGE}.can_id"),
        (in_message(j1939=True), f"{MESSAGE}.extended"),
        (in_message(match="pgn", extended=True), f"{MESSAGE}.pgn"),
        (in_message(match="pgn", extended=True, pgn=0xEA01), f"{MESSAGE}.pgn"),
        (in_message(PAGED, group(2, condition=[["pages", [[1, 1]]]])), f"{MESSAGE}.groups[1].condition[0]"),
        (in_message(PAGED, group(2, condition=[["page", []]])), f"{MESSAGE}.groups[1].condition[0]"),
        (in_message(PAGED, group(2, condition=[["page", [[2, 1]]]])), f"{MESSAGE}.groups[1].condition[0]"),
        (
            in_message(group(1, signal("page", length=32, type="float")), group(2, condition=[["page", [[2, 3]]]])),
            f"{MESSAGE}.groups[1].condition[0]",
        ),
        (
            in_message(
                PAGED,
                group(2, signal("inner", 8), condition=[["page", [[1, 1]]]]),
                group(3, condition=[["page", [[2, 2]]], ["inner", [[1, 1]]]]),
            ),
            f"{MESSAGE}.groups[2].condition[1]",
        ),
        (content(SET, bindings=[(9, None)]), "content.models[0].sets[0].set"),
        (in_message(extended=True, source_address=1), f"{MESSAGE}.source_address"),
        (in_message(group(1, signal(not_available=[0, 256]))), f"{MESSAGE}.groups[0].signals[0].not_available"),
        (in_message(group(1, signal(error=[2, 1]))), f"{MESSAGE}.groups[0].signals[0].error"),
        (in_message(group(1, signal(type="signed", error=[0, 128]))), f"{MESSAGE}.groups[0].signals[0].error"),
        (in_message(group(1, signal(length=32, type="float", error=[0, 1]))), f"{MESSAGE}.groups[0].signals[0].error"),
    ],
)
def test_the_path_to_a_fault_of_meaning_is_told(wrong: dict[str, Any], path: str) -> None:
    if path != f"{MESSAGE}.groups[0].signals[0].enum":
        wrong = wrong | {"enums": [{"id": 5, "name": "Mode", "values": []}]}

    with pytest.raises(InvalidRelease) as refused:
        dump_release(number=1, content=wrong, published="now")

    assert refused.value.path == path
