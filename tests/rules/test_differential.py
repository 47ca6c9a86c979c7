"""The kernels against the interpreter, to the bit, on random programs and streams: however the stream is cut into
batches, with memory taken to bytes and back between them, with batches undone, and under releases that change.

`HYPOTHESIS_PROFILE=thorough` tries 10,000 of them.
"""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, currently_in_test_context, given, note, settings
from hypothesis import strategies as st

from parsing.engine.rule_engine import RuleEngine
from parsing.rules.interpreter import Interpreter
from tests.parsing.thorough import EXAMPLES, SEEDS
from tests.rules.cases import ATTRIBUTES, STEP, Envelope, change_program, make_envelopes, make_program
from tests.rules.streams import Told, compiled, interpret, run_engine, tables_of, tell, tell_results

MANY = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
RANDOMS = st.randoms(use_true_random=False)
MACHINES = 3
LATENESSES = (0, STEP, 20 * STEP)

pytestmark = pytest.mark.timeout(7200)


def make_attributes(random: Random) -> list[dict[str, float]]:
    return [{name: 12.5 for name in ATTRIBUTES if random.random() < 0.7} for _ in range(MACHINES)]


def tell_hypothesis(text: str) -> None:
    if currently_in_test_context():
        note(text)


def batches_of(random: Random, envelopes: list[Envelope]) -> list[list[Envelope]]:
    batches: list[list[Envelope]] = [[]]
    for envelope in envelopes:
        if random.random() < 0.3:
            batches.append([])
        batches[-1].append(envelope)
    return batches


@MANY
@given(RANDOMS)
def test_kernels_give_what_the_interpreter_gives(random: Random) -> None:
    compare(random)


@MANY
@given(RANDOMS)
def test_what_a_release_leaves_alone_goes_on(random: Random) -> None:
    compare_releases(random)


def test_numbered_cases() -> None:
    """Hypothesis likes small cases; these are large."""
    for seed in range(SEEDS // 5):
        compare(Random(seed))  # noqa: S311 - repeatable
        compare_releases(Random(seed))  # noqa: S311 - repeatable


def compare(random: Random) -> None:
    """Kernels with interpreter."""
    program, lateness = make_program(random), random.choice(LATENESSES)
    attributes, envelopes = make_attributes(random), make_envelopes(random, random.randint(1, 40), MACHINES)
    tell_hypothesis(f"{program}\n{envelopes}\n{attributes} {lateness}")
    tables = tables_of(program)
    engine, told = RuleEngine(tables, lateness), Told()
    for machine in range(MACHINES):
        engine.machine(machine, attributes[machine])
    for batch in batches_of(random, envelopes):
        if random.random() < 0.2:
            engine.mark()
            for _ in range(random.randint(0, 2)):
                run_engine(engine, random.sample(envelopes, random.randint(0, len(envelopes))))
            engine.roll_back()
        tell(told, run_engine(engine, batch))
        if random.random() < 0.2:
            restored = RuleEngine(tables, lateness) if random.random() < 0.5 else engine
            for machine in range(MACHINES):
                restored.machine(machine, attributes[machine], engine.dump(machine))
            engine = restored
    tell(told, engine.finish())
    assert told == interpret(program, envelopes, attributes, lateness)


def compare_releases(random: Random) -> None:
    """The same, where another release follows on the first."""
    old, lateness = make_program(random), random.choice(LATENESSES)
    new = change_program(random, old)
    attributes, envelopes = make_attributes(random)[:1], make_envelopes(random, random.randint(2, 30), 1)
    cut = random.randrange(len(envelopes))
    tell_hypothesis(f"{old}\n{new}\n{envelopes}\n{cut} {attributes} {lateness}")
    engine, told = RuleEngine(tables_of(old), lateness), Told()
    engine.machine(0, attributes[0])
    tell(told, run_engine(engine, envelopes[:cut]))
    successor = RuleEngine(tables_of(new), lateness)
    successor.machine(0, attributes[0], engine.dump(0))
    tell(told, run_engine(successor, envelopes[cut:]))
    tell(told, successor.finish())
    hashes = {rule.id: rule.hash for rule in compiled(old)}
    unchanged = {rule.id for rule in compiled(new) if hashes.get(rule.id) == rule.hash}
    before, after, expected = (
        Interpreter(old, attributes[0], lateness),
        Interpreter(new, attributes[0], lateness),
        Told(),
    )
    for each in envelopes[:cut]:
        tell_results(expected, 0, before.take(each.rows, each.newest, each.received))
    after.go_on_from(before, unchanged)
    for each in envelopes[cut:]:
        tell_results(expected, 0, after.take(each.rows, each.newest, each.received))
    tell_results(expected, 0, after.finish())
    assert told == expected
