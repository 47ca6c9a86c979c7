"""The list of functions, which the manual is made from."""

from __future__ import annotations

import pytest

from parsing.checker.functions import EXAMPLE_MESSAGES, FUNCTIONS, Function
from tests.checker.compiling import codes, compiled


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.usage)
def test_each_example_compiles_without_a_remark(function: Function):
    assert codes(compiled(f"{EXAMPLE_MESSAGES}{function.example}\n")) == []
    assert f"{function.name}(" in function.example


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.usage)
def test_each_argument_that_is_wanted_is_missed(function: Function):
    text = f"{EXAMPLE_MESSAGES}derived x : f64 = {function.name}({'over: 10s' if 'over' in function.usage else ''})\n"
    assert "E045" in codes(compiled(text))


def test_functions_of_one_name_differ_in_what_is_named():
    shapes = [(each.name, tuple(one.name for one in each.parameters if one.is_named)) for each in FUNCTIONS]
    assert len(shapes) == len(set(shapes))
