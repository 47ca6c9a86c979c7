"""One text with every kind of definition, and the examples of the language's description."""

from __future__ import annotations

from pathlib import Path

import pytest

from parsing.checker.check import check
from parsing.rules.generate import compile_program
from parsing.rules.program import SignalInput
from tests.checker.compiling import FILE, codes, compiled, source

TEXT = (Path(__file__).parent / "machine.duco").read_text()


def test_it_is_checked_without_a_remark():
    assert codes(compiled(TEXT, attributes={"max_speed": "km/h"})) == []


def test_its_rules_compile_and_read_only_what_there_is():
    checked = compiled(TEXT, attributes={"max_speed": "km/h"})
    groups = {group.id for each in checked.content.sets for message in each.messages for group in message.groups}
    groups |= {each.group for each in checked.content.objects}
    seen: set[int] = set()
    for rule in checked.program.rules:
        for each in rule.inputs:
            assert each.group in groups if isinstance(each, SignalInput) else each.rule in seen
        seen.add(rule.id)
    made = compile_program(checked.program, {rule.id: 1 for rule in checked.program.rules})
    assert [rule.name for rule in made] == [rule.name for rule in checked.program.rules]
    own = [rule.output.group for rule in made if rule.output is not None and rule.output.group is not None]
    assert len(own) == len(set(own))
    assert groups.isdisjoint(own)


def test_the_content_has_the_judgements():
    checked = compiled(TEXT, attributes={"max_speed": "km/h"})
    gnss = next(each for each in checked.content.objects if each.name == "Gnss")
    assert [each.reason for each in gnss.judgement.suspicions] == [
        "null_island", "bad_clock", "speed_jump", "poor_fix",
    ]  # fmt: skip
    assert checked.judgements[FILE, "Gnss"].attributes == ("max_speed",)


def test_content_and_numbers_that_were_given_are_kept():
    class Numbers:
        def rule(self, set_name: str, rule: str) -> int:
            return 1000 + len(set_name + rule)

        def group(self, set_name: str, rule: str) -> int:
            return 2000 + len(set_name + rule)

    text = "message M on can 0x123 { timeout 1s signal a : u8 at byte 1 }\nderived twice : f64 = a * 2\n"
    given = compiled(text).content
    checked = check([source(text)], ids=Numbers(), content=given)
    assert checked.content == given
    assert [(rule.id, rule.group) for rule in checked.program.rules] == [(1012, 2012)]


@pytest.mark.parametrize("fault", ["derived x : f64 [kN] = fuel_rate\n", "message Engine2 on can 0x123 {\n}\n"])
def test_a_fault_leaves_the_rest_as_it_is(fault: str):
    whole = compiled(TEXT, attributes={"max_speed": "km/h"})
    checked = compiled(TEXT + fault, attributes={"max_speed": "km/h"})
    assert not checked.is_publishable
    assert [rule.name for rule in checked.program.rules] == [rule.name for rule in whole.program.rules]
