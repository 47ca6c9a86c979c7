"""What was checked, as the content of a release."""

from __future__ import annotations

from dataclasses import replace

from parsing.checker.check import Checked
from parsing.definitions import Content
from parsing.rules.generate import compile_program
from parsing.rules.program import Rule, RuleInput


def content_with_rules(checked: Checked) -> Content:
    """The content with compiled rules. Raises ValueError for what no release can hold; what passed the checks can be
    held.
    """
    set_ids = {each.name: each.id for each in checked.content.sets}
    owners = {
        rule.id: set_ids[names.name] for names in checked.catalogue.sets for rule in names.rules.values()
    }  # fmt: skip
    for rule in checked.program.rules:
        owners.setdefault(rule.id, _owner_of_hidden(rule, owners))
    return replace(checked.content, rules=compile_program(checked.program, owners))


def _owner_of_hidden(rule: Rule, owners: dict[int, int]) -> int:
    """What a check makes of a signal belongs to the set of the check, which it reads."""
    return next((owners[each.rule] for each in rule.inputs if isinstance(each, RuleInput) and each.rule in owners), 0)
