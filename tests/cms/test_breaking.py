"""Which changes break what reads values (`duco_cms.definitions.breaking`)."""

from copy import deepcopy

import pytest

from duco_cms.definitions.breaking import breaking_changes
from duco_cms.definitions.comparison import undone


def signal(slot, name, **fields):
    return {
        "slot": slot, "name": name, "start": 0, "length": 8, "byte_order": "little", "type": "unsigned", "scale": 1.0,
        "offset": 0.0, "minimum": None, "maximum": None, "unit": "rpm", "enum": None, **fields,
    }  # fmt: skip


def rule(number, kind, name, *inputs, **output):
    code = {"attributes": [], "constants": [], "code": [1], "conditions": [], "registers": 1, "memory": 0, "version": 1}
    given = {"group": 90, "unit": "rpm", "type": "number", "enum": None, **output} if kind == "derived" else None
    return {"id": number, "set": 1, "kind": kind, "name": name, "inputs": list(inputs), "output": given, **code}


OLD = {
    "enums": [{"id": 1, "name": "Mode", "values": [[0, "off"], [1, "on"]]}],
    "sets": [
        {"id": 1, "name": "engine", "messages": [
            {"id": 1, "name": "EEC1", "length": 8, "groups": [
                {"id": 10, "condition": [], "signals": [signal(0, "Speed"), signal(1, "Mode", enum=1, unit="")]},
            ]},
        ]},
    ],
    "models": [{"id": 1, "name": "EX", "sets": [{"set": 1, "bus": None}]}],
    "objects": [],
    "rules": [
        rule(5, "derived", "Smooth", {"group": 10, "slot": 0, "timeout": None}),
        rule(6, "check", "Overspeed", {"rule": 5}, {"group": 10, "slot": 0, "timeout": None}),
    ],
}  # fmt: skip


def changed(change):
    new = deepcopy(OLD)
    change(new)
    return new


def signals(content):
    return content["sets"][0]["messages"][0]["groups"][0]["signals"]


def test_a_removed_signal_breaks_and_says_who_read_it():
    (found,) = breaking_changes(OLD, changed(lambda new: signals(new).pop(0)))
    assert str(found) == "signal engine / EEC1.Speed: removed (read by derived signal Smooth, check Overspeed)"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda new: signals(new)[0].update(name="Rpm"), ["renamed to Rpm"]),
        (lambda new: signals(new)[0].update(unit="1/s"), ["unit rpm → 1/s"]),
        (lambda new: signals(new)[0].update(type="signed"), ["type unsigned → signed"]),
        (lambda new: signals(new)[1].update(enum=None), ["enum 1 → none"]),
        (lambda new: new["enums"][0].update(values=[[0, "off"], [1, "idle"]]), ["1 on → idle"]),
        (lambda new: new["enums"][0].update(values=[[0, "off"]]), ["1 on → nothing"]),
        (lambda new: new["sets"][0]["messages"][0].update(name="E1"), ["renamed to E1"]),
        (lambda new: new["sets"][0].update(name="motor"), ["renamed to motor"]),
        (lambda new: new["models"][0].update(sets=[]), ["a definition set is taken from it"]),
        (lambda new: new["rules"][0].update(name="Mean"), ["renamed to Mean"]),
        (lambda new: new["rules"][0]["output"].update(unit="1/s"), ["unit rpm → 1/s"]),
        (lambda new: new["rules"].pop(0), ["removed"]),
    ],
)
def test_what_changes_names_or_meaning_breaks(change, said):
    assert [found.why for found in breaking_changes(OLD, changed(change))] == said


@pytest.mark.parametrize(
    "change",
    [
        lambda new: signals(new)[0].update(scale=0.5, offset=3.0, minimum=0.0, start=8, length=16),
        lambda new: signals(new).append(signal(2, "New")),
        lambda new: new["enums"][0]["values"].append([2, "idle"]),
        lambda new: new["rules"].pop(1),
        lambda new: new["rules"][0].update(code=[2]),
        lambda new: new["models"][0]["sets"].append({"set": 2, "bus": 1}),
    ],
)
def test_what_mends_or_adds_does_not(change):
    assert breaking_changes(OLD, changed(change)) == []


def test_a_derived_signal_names_its_readers():
    (found,) = breaking_changes(OLD, changed(lambda new: new["rules"].pop(0)))
    assert found.readers == ("check Overspeed",)


def test_what_would_be_undone_is_what_changed_since_and_the_new_content_has_not():
    mended = changed(lambda new: signals(new)[0].update(scale=0.5))
    other = changed(lambda new: signals(new)[1].update(comment="c"))
    both = changed(lambda new: (signals(new)[0].update(scale=0.5), signals(new)[1].update(comment="c")))
    (lost,) = undone(OLD, mended, other)
    assert (lost.kind, lost.name, lost.detail) == ("changed", "engine / EEC1.Speed", "scale: 0.5 → 1.0")
    # it should be nothing where the new content has it too
    assert undone(OLD, mended, both) == []
    added = changed(lambda new: signals(new).append(signal(2, "New")))
    assert [(each.kind, each.name) for each in undone(OLD, added, other)] == [("removed", "engine / EEC1.New")]
