"""What a condition tells of values holds of all that come where it holds, or where it fails."""

from __future__ import annotations

from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from parsing.quality import Quality
from parsing.rules.interpreter_results import DerivedRow
from parsing.rules.program import Program, SignalInput
from tests.checker.compiling import codes, compiled, rules_of, run

MESSAGE = """
message Numbers on can 0x18FF5027 {
    timeout 10s
    signal a : u8 at byte 1
    signal b : i8 at byte 2 scale 0.5 range -50..50
    signal d : f32 at byte 3
    signal e : u8 at byte 7 range 5..9
    signal t : bool at byte 8.1
    signal never : u8 at byte 9 range 7..7
}
"""
SLOTS = {"a": 0, "b": 1, "d": 2, "e": 3, "t": 4, "never": 5}
EDGES = [0.0, 5.0, 5.5, 7.0, -3.0, 9.0]
"""What conditions compare with, and what is beside it."""

SUBJECTS = ["a", "b", "d", "e", "(a - b)", "(e - 7)", "abs(b)", "(b ?? 1)", "mean(a, over: 5s)"]
OPERATORS = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
LIMITS = st.sampled_from(["0", "5", "7", "-3"])


def comparisons(subject: str) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(st.just(subject), OPERATORS, LIMITS).map(" ".join),
        st.tuples(LIMITS, OPERATORS, st.just(subject)).map(" ".join),
        st.sampled_from([f"{subject} in 5..9", f"{subject} in -3..7"]),
    )


def conditions(subject: str) -> st.SearchStrategy[str]:
    """Most of them about the subject."""
    others = st.sampled_from(["t", "b < d", "b is valid", "a > 5", "not t"])
    return st.recursive(
        st.one_of(comparisons(subject), comparisons(subject), others),
        lambda inner: st.one_of(
            inner.map(lambda of: f"not ({of})"),
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda of: f"({' '.join(of)})"),
            st.tuples(inner, inner, inner).map(lambda of: f"({of[0]} ? {of[1]} : {of[2]})"),
        ),
        max_leaves=4,
    )


@st.composite
def instants(draw: st.DrawFn) -> list[dict[str, tuple[float, int]]]:
    """Values as they come, most of them `ok`; `never` is never there."""
    drawn = {
        "a": st.sampled_from([each for each in EDGES if each >= 0]) | st.floats(0, 255),
        "b": st.sampled_from(EDGES) | st.floats(-50, 50),
        "d": st.sampled_from(EDGES) | st.floats(width=32, allow_nan=False, allow_infinity=False),
        "e": st.sampled_from([5.0, 5.5, 7.0, 9.0]) | st.floats(5, 9),
        "t": st.sampled_from([0.0, 1.0]),
    }
    qualities = st.sampled_from([Quality.OK, Quality.OK, Quality.OK, Quality.SUSPECT, Quality.ERROR])
    of_one = {name: st.tuples(values, qualities.map(int)) for name, values in drawn.items()}
    one = st.fixed_dictionaries({**of_one, "never": st.just((0.0, int(Quality.ABSENT)))})
    return draw(st.lists(one, min_size=1, max_size=3))


SUBJECT_AND_CONDITION = st.sampled_from(SUBJECTS).flatmap(lambda of: st.tuples(st.just(of), conditions(of)))


def still(**values: float) -> dict[str, tuple[float, int]]:
    return {name: (values.get(name, 5.0), int(Quality.OK)) for name in SLOTS} | {"never": (0.0, int(Quality.ABSENT))}


@given(SUBJECT_AND_CONDITION, st.sampled_from(["{0}", "({0} + 1)", "({0} > 5 ? 3 : 4)"]), st.booleans(), instants())
@settings(deadline=None, max_examples=300)
@example(("a", "a > 6"), "mean({0}, over: 5s)", True, [still(a=0.0), still(a=100.0)])
@example(("a", "a > 6"), "prev({0})", True, [still(a=0.0), still(a=100.0)])
@example(("a", "a > 5"), "{0}", True, [still(a=5.5)])
@example(("b", "b > 5 or b < -3"), "{0}", True, [still(b=-5.0)])
def test_no_value_is_outside_of_what_its_condition_leaves_of_it(
    about: tuple[str, str], arm: str, holds: bool, instants: list[dict[str, tuple[float, int]]]
):
    """The other arm is never valid, so that what is foreseen is of this one, and 7."""
    subject, condition = about
    program, rules = rules_of(f"{MESSAGE}derived result : f64 = {_chosen(condition, arm.format(subject), holds)}\n")
    for row in _ran(program, instants):
        if row.quality <= Quality.SUSPECT:
            event("valid")
            assert rules["result"].interval.holds(row.value)


@given(SUBJECT_AND_CONDITION, st.sampled_from(["then", "else", "and", "or"]), instants())
@settings(deadline=None, max_examples=300)
@example(("d", "d != 5"), "then", [still(d=0.0)])
@example(("b", "b > 0 or b > -3"), "then", [still(b=0.0)])
@example(("a", "a > 0"), "or", [still(a=0.0)])
def test_where_nothing_is_said_of_a_division_none_is_by_zero(
    about: tuple[str, str], place: str, instants: list[dict[str, tuple[float, int]]]
):
    """Of what is valid: 0 / x has quality `error` where x is 0, and nowhere else."""
    subject, condition = about
    text = f"derived result : f64 = {_chosen(condition, f'0 / {subject}', place == 'then')}\n"
    if place in ("and", "or"):
        text = f"derived result : bool = {condition} {place} 0 / {subject} == 0\n"
    checked = compiled(MESSAGE + text)
    if {"H401", "E050"} & set(codes(checked)):
        event("may be by zero")
        return
    sound = [{name: (value, 0) for name, (value, _) in of.items()} | {"never": of["never"]} for of in instants]
    for row in _ran(checked.program, sound):
        assert row.quality != Quality.ERROR


def _chosen(condition: str, arm: str, holds: bool) -> str:
    return f"{condition} ? {arm} : never" if holds else f"{condition} ? never : {arm}"


def _ran(program: Program, instants: list[dict[str, tuple[float, int]]]) -> list[DerivedRow]:
    group = next(each.group for rule in program.rules for each in rule.inputs if isinstance(each, SignalInput))
    rows = run(program, [{(group, SLOTS[name]): value for name, value in of.items()} for of in instants])
    return [row for row in rows if isinstance(row, DerivedRow)]
