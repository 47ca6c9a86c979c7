"""What differs between two contents, in engineers' words: by id and slot, so a rename is a change and no loss."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from duco_cms.definitions.artefact import Content

Kind = Literal["added", "removed", "changed"]
What = Literal["enum", "set", "message", "signal", "model", "derived signal", "check", "event", "object"]
Key = tuple[What, int, int]

EMPTY: Content = {"enums": [], "sets": [], "models": [], "objects": [], "rules": []}

_CODE = ("inputs", "attributes", "constants", "code", "conditions", "registers", "memory", "version")


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was added, removed or changed; `detail` says how its fields differ."""

    kind: Kind
    what: What
    name: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of a content, with what it says of itself alone."""

    name: str
    fields: Mapping[str, Any]


def compare(old: Content, new: Content) -> list[Change]:
    """Changes from `old` to `new`, in the order of the contents."""
    before, after = dict(items(old)), dict(items(new))
    changes = [Change("removed", key[0], item.name) for key, item in before.items() if key not in after]
    for key, item in after.items():
        if key not in before:
            changes.append(Change("added", key[0], item.name))
        elif fields := _different(before[key], item):
            changes.append(Change("changed", key[0], item.name, _detail(before[key], item, fields)))
    return changes


def lines(changes: list[Change]) -> list[str]:
    """A line for each."""
    return [f"{each.kind} {each.what} {each.name}" + (f": {each.detail}" if each.detail else "") for each in changes]


def undone(base: Content, live: Content, new: Content) -> list[Change]:
    """What `new`, which was made from `base`, would take back of what has changed since from `base` to `live`: in what
    both have, field by field.
    """
    before, now, wanted = dict(items(base)), dict(items(live)), dict(items(new))
    changes = []
    for key, item in now.items():
        if before.get(key) == item:
            continue
        if key not in wanted:
            changes.append(Change("removed", key[0], item.name))
        elif fields := _moved(before.get(key), item, wanted[key]):
            changes.append(Change("changed", key[0], wanted[key].name, _detail(item, wanted[key], fields)))
    back = [key for key in wanted if key in before and key not in now]
    return changes + [Change("added", key[0], wanted[key].name) for key in back]


def _moved(before: Item | None, now: Item, wanted: Item) -> list[str]:
    fields = _different(now, wanted)
    return fields if before is None else [field for field in fields if field in _different(before, now)]


def summary(changes: list[Change]) -> list[str]:
    """Such as `["12 signals added", "1 message removed"]`."""
    counts = Counter((change.what, change.kind) for change in changes)
    return [f"{number} {what}{'' if number == 1 else 's'} {kind}" for (what, kind), number in counts.items()]


def items(content: Content) -> Iterator[tuple[Key, Item]]:
    """All that can be added, removed or changed, each with what it is in every content."""
    for enum in content["enums"]:
        yield ("enum", enum["id"], 0), _item(enum, enum["name"])
    for definition_set in content["sets"]:
        yield ("set", definition_set["id"], 0), _item(definition_set, definition_set["name"], "messages")
        for message in definition_set["messages"]:
            name = f"{definition_set['name']} / {message['name']}"
            yield ("message", message["id"], 0), _item(message, name, "groups")
            for group in message["groups"]:
                for signal in group["signals"]:
                    fields = {**signal, "condition": group["condition"]}
                    yield ("signal", group["id"], signal["slot"]), Item(f"{name}.{signal['name']}", fields)
    for model in content["models"]:
        yield ("model", model["id"], 0), _item(model, model["name"])
    # Contents of before have neither.
    for each in content.get("objects", []):
        yield from _object(each)
    for rule in content.get("rules", []):
        yield ("derived signal" if rule["kind"] == "derived" else rule["kind"], rule["id"], 0), _rule(rule)


def _object(record: Mapping[str, Any]) -> Iterator[tuple[Key, Item]]:
    yield ("object", record["id"], 0), _item(record, record["name"], "signals", "judgement")
    for signal in record["signals"]:
        yield ("signal", record["group"], signal["slot"]), _item(signal, f"{record['name']}.{signal['name']}")


def _rule(rule: Mapping[str, Any]) -> Item:
    """What it calculates is code, of which a person sees only that it is another."""
    said = {field: value for field, value in rule.items() if field not in (*_CODE, "output")}
    code = json.dumps([rule[field] for field in _CODE]).encode()
    logic = {"logic": hashlib.sha256(code).hexdigest()[:8]}
    return Item(rule["name"], {**said, **(rule["output"] or {}), **logic})


def _item(record: Mapping[str, Any], name: str, *children: str) -> Item:
    return Item(name, {field: value for field, value in record.items() if field not in children})


def _different(old: Item, new: Item) -> list[str]:
    """A field that the older release does not have was none."""
    return [field for field in new.fields if _said(old.fields.get(field)) != _said(new.fields[field])]


def _said(value: object) -> object:
    """Nothing said is nothing, however it is written."""
    return None if value in ("", []) else value


def _detail(old: Item, new: Item, fields: list[str]) -> str:
    return "; ".join(f"{field}: {_text(old.fields.get(field))} → {_text(new.fields[field])}" for field in fields)


def _text(value: object) -> str:
    text = "none" if _said(value) is None else str(value)
    return text if len(text) <= 80 else text[:79] + "…"  # noqa: PLR2004 - a line in a table
