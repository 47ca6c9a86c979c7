"""Releases are read whole or refused with the path to what is wrong."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from definition_samples import content, definition_set, group, message, signal

from parsing.release import InvalidRelease, content_hash, dump_release, load_release, parse_content

SET = definition_set(3, message(group(40, signal("EngineSpeed", 24, 16, slot=3, scale=0.125, enum=5))))
CONTENT = content(SET, enums=[{"id": 5, "name": "Mode", "values": [[0, "idle"]]}])


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
        ({"format": 3}, "format"),
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
    ],
)
def test_the_path_to_a_fault_of_meaning_is_told(wrong: dict[str, Any], path: str) -> None:
    if path != f"{MESSAGE}.groups[0].signals[0].enum":
        wrong = wrong | {"enums": [{"id": 5, "name": "Mode", "values": []}]}

    with pytest.raises(InvalidRelease) as refused:
        dump_release(number=1, content=wrong, published="now")

    assert refused.value.path == path
