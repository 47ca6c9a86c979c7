"""What is said to have been impossible never happens in random programs, and is said where it is plain."""

from __future__ import annotations

from random import Random

import pytest

from parsing.rules.compiled import RuleSource
from parsing.rules.possible import Known, Verdict, verdict
from parsing.rules.program import Attribute, Elapsed, Expr, IsQuality, Op, Program, Read, Unroll, Window
from tests.parsing.thorough import SEEDS
from tests.rules.cases import ATTRIBUTES, SLOTS, Envelope, make_envelopes, make_program
from tests.rules.harness import check, derived, event, op, signal
from tests.rules.streams import Told, compiled, interpret

VALID, BAD, NEVER = Known(came=True, valid=True), Known(came=True, valid=False), Known(came=False, valid=False)
X, Y = Read(0), Read(1)


def spoiled(random: Random, envelopes: list[Envelope]) -> dict[tuple[int, int], Known]:
    """Takes some groups out of the envelopes, and all valid values of some signals; says what is left of each."""
    missing = {group for group in SLOTS if random.random() < 0.3}
    never_valid = {(group, slot) for group, slots in SLOTS.items() for slot in range(slots) if random.random() < 0.4}
    rows = []
    for envelope in envelopes:
        envelope.rows[:] = [row for row in envelope.rows if row.group not in missing]
        rows += [row for row in envelope.rows if row.group in SLOTS]
    for row in rows:
        for slot in range(SLOTS[row.group]):
            if (row.group, slot) in never_valid:
                row.qualities[slot] = max(row.qualities[slot], 2)  # type: ignore[index]
    return {
        (group, slot): Known(
            any(row.group == group for row in rows),
            any(row.group == group and row.qualities[slot] < 2 for row in rows),
        )
        for group, slots in SLOTS.items()
        for slot in range(slots)
    }


def verdicts(
    program: Program, signals: dict[tuple[int, int], Known], attributes: dict[str, float]
) -> dict[int, Verdict]:
    found: dict[int, Verdict] = {}
    results: dict[int, Known] = {}
    for rule in compiled(program):
        inputs = [
            results[each.rule] if isinstance(each, RuleSource) else signals[each.group, each.slot]
            for each in rule.inputs
        ]
        one = found[rule.id] = verdict(rule, inputs, attributes)
        results[rule.id] = Known(one.evaluated, one.possible or rule.output is None)
    return found


def happened(program: Program, told: Told) -> tuple[set[int], set[int]]:
    """Rules that were evaluated, and those that had a valid result, as far as it shows."""
    rules = {100 + rule.id: rule.id for rule in program.rules}
    evaluated, valid = set[int](), set[int]()
    for (_, key), rows in told.items():
        if key == "findings":
            evaluated |= {row[0] for row in rows}
            valid |= {row[0] for row in rows}
        else:
            evaluated.add(rules[int(key)])
            valid |= {rules[int(key)] for row in rows if row[2] < 2}
    return evaluated, valid


def test_what_is_impossible_does_not_happen() -> None:
    impossible = 0
    for seed in range(SEEDS):
        random = Random(seed)  # noqa: S311 - repeatable
        program, envelopes = make_program(random), make_envelopes(random, 30, 1)
        attributes = {name: 12.5 for name in ATTRIBUTES if random.random() < 0.7}
        found = verdicts(program, spoiled(random, envelopes), attributes)
        evaluated, valid = happened(program, interpret(program, envelopes, [attributes], 0))
        assert {rule for rule in evaluated if not found[rule].evaluated} == set(), seed
        assert {rule for rule in valid if not found[rule].possible} == set(), seed
        impossible += sum(each.evaluated and not each.possible for each in found.values())
    assert impossible > SEEDS // 10


@pytest.mark.parametrize(
    ("value", "is_possible"),
    [
        (op(Op.ADD, X, Y), False),
        (op(Op.GREATER, X, Y), False),
        (op(Op.AND, X, Y), True),
        (op(Op.OR, Y, Y), False),
        (op(Op.COALESCE, Y, 1), True),
        (op(Op.SELECT, X, Y, 1), True),
        (op(Op.SELECT, Y, X, 1), False),
        (op(Op.AS_ERROR, X), False),
        (op(Op.ADD, X, Attribute(0)), True),
        (op(Op.ADD, X, Attribute(1)), False),
        (op(Op.ADD, X, IsQuality(Y, 1)), True),
        (op(Op.ADD, X, Elapsed(1)), True),
        (op(Op.ADD, X, Window(1, "mean", 5)), False),
        (Unroll(0, 16.0, None, Y), True),
        (Unroll(1, 16.0, None, X), False),
    ],
)
def test_what_decides(value: Expr, is_possible: bool) -> None:
    (rule,) = compiled(Program((derived(value, signal("x"), signal("y"), attributes=("power", "mass")),)))
    assert verdict(rule, [VALID, BAD], {"power"}).possible is is_possible


def test_a_check_needs_both_conditions_and_an_event_the_one_to_raise() -> None:
    inputs = signal("x"), signal("y")
    rules = compiled(Program((check(X, *inputs, when=Y), event(X, *inputs, clearing=Y), event(Y, *inputs, clearing=X))))
    assert [verdict(rule, [VALID, BAD], ()).possible for rule in rules] == [False, True, False]


def test_nothing_is_judged_of_what_never_comes() -> None:
    (rule,) = compiled(Program((event(IsQuality(Y, 1), signal("x"), signal("y"), capture=(0,)),)))
    assert verdict(rule, [VALID, NEVER], ()) == Verdict(evaluated=False, possible=False, lacking=(1,))
    assert verdict(rule, [VALID, BAD], ()) == Verdict(evaluated=True, possible=True, lacking=(1,))
    assert verdict(rule, [NEVER, VALID], ()) == Verdict(evaluated=True, possible=True, lacking=())
