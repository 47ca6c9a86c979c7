"""What the checker says of a rule's values holds for every value that comes out."""

from __future__ import annotations

import math

from hypothesis import event, given, settings
from hypothesis import strategies as st

from parsing.quality import Quality
from parsing.rules.interpreter_results import DerivedRow
from parsing.rules.program import SignalInput
from tests.checker.compiling import rules_of, run

MESSAGE = """
message Numbers on can 0x18FF5027 {
    timeout 10s
    signal a : u8 at byte 1
    signal b : i8 at byte 2 scale 0.5 range -50..50
    signal c : u16 at byte 3 scale 0.1 offset -100
    signal d : f32 at byte 5
    signal e : u8 at byte 9 range 5..9
    signal t : bool at bit 72
}
"""
SLOTS = {"a": 0, "b": 1, "c": 2, "d": 3, "e": 4, "t": 5}
LIMITS = {"a": (0.0, 255.0), "b": (-50.0, 50.0), "c": (-100.0, 6453.5), "e": (5.0, 9.0), "t": (0.0, 1.0)}

NUMBERS = st.sampled_from(["0", "1", "2.5", "-3", "1000000", "0.001", "a", "b", "c", "d", "e"])


def _numbers(inner: st.SearchStrategy[str], truths: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.tuples(inner, st.sampled_from(["+", "-", "*", "??"]), inner).map(
        lambda of: f"({of[0]} {of[1]} {of[2]})"
    )
    divided = st.tuples(inner, st.sampled_from(["/", "%"]), st.sampled_from(["a", "b", "e", "2.5", "-3"])).map(
        lambda of: f"({of[0]} {of[1]} {of[2]})"
    )
    named = st.tuples(st.sampled_from(["abs", "floor", "ceil", "round", "sign"]), inner).map(
        lambda of: f"{of[0]}({of[1]})"
    )
    extreme = st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda of: f"{of[0]}({of[1]}, {of[2]})")
    clamped = inner.map(lambda of: f"clamp({of}, -10, 100)")
    remembered = st.tuples(
        st.sampled_from(["prev({})", "mean({}, over: 5s)", "max({}, over: 5s)"]), st.sampled_from("abce")
    )
    conditional = st.tuples(truths, inner, inner).map(lambda of: f"({of[0]} ? {of[1]} : {of[2]})")
    return st.one_of(
        binary, divided, named, extreme, clamped, conditional, remembered.map(lambda of: of[0].format(of[1])),
        inner.map(lambda of: f"(-{of})"), inner.map(lambda of: f"sqrt(abs({of}))"),
    )  # fmt: skip


TRUTHS = st.sampled_from(
    ["t", "a > 5", "b < c", "d >= 0", "e == 7", "not t", "a in 3..100", "b is valid", "t and a > b"]
)
EXPRESSIONS = st.recursive(NUMBERS, lambda inner: _numbers(inner, TRUTHS), max_leaves=6)


def samples() -> st.SearchStrategy[dict[str, float]]:
    bounded = {name: st.floats(*limits, allow_nan=False) for name, limits in LIMITS.items() if name != "t"}
    return st.fixed_dictionaries(
        {**bounded, "d": st.floats(width=32, allow_nan=False, allow_infinity=False), "t": st.sampled_from([0.0, 1.0])}
    )


@given(EXPRESSIONS, st.lists(samples(), min_size=1, max_size=3))
@settings(deadline=None, max_examples=300)
def test_no_valid_value_is_outside_of_what_was_foreseen(expression: str, instants: list[dict[str, float]]):
    text = f"{MESSAGE}derived result : f64 = {expression}\nderived seen : f64 = result + a\n"
    try:
        program, rules = rules_of(text)
    except AssertionError:
        event("refused")
        return  # such as a division by what is always 0
    group = next(each.group for rule in program.rules for each in rule.inputs if isinstance(each, SignalInput))
    rows = run(program, [{(group, SLOTS[name]): value for name, value in of.items()} for of in instants])
    known = {rule.group: rule.interval for rule in rules.values()}
    for row in rows:
        assert isinstance(row, DerivedRow)
        if row.quality <= Quality.SUSPECT:
            assert math.isfinite(row.value)
            assert known[row.group].holds(row.value), (expression, row.value, known[row.group])
