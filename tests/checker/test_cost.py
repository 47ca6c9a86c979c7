"""What rules cost is foretold as it is generated, and bounded."""

from __future__ import annotations

import pytest

from parsing.checker.cost import cost_of
from parsing.checker.functions import EXAMPLE_MESSAGES, FUNCTIONS
from parsing.rules.generate import compile_program
from parsing.rules.opcodes import WORDS
from tests.checker.compiling import codes, compiled

RULES = "\n".join(
    [
        *(each.example for each in FUNCTIONS),
        "derived changed : f64 [bar] = pump_pressure store on_change",
        "event plain { raise when pump_pressure > 300 [bar] }",
        "event both { raise when pump_pressure > 300 [bar] for 5s clear when oil_temp < 50 [degC] }",
        "event lasting { raise when pump_pressure > 300 [bar] clear when pump_pressure < 200 [bar] for 5s }",
        "event silent { raise when pump_pressure absent for 5s for 3s capture oil_temp }",
        "check always { expect pump_pressure < 300 [bar] else flag error suspect pump_pressure drop pump_flow }",
        "check sometimes { when oil_temp is valid for 3s expect pump_flow in 1..500 [L/min] else flag error }",
    ]
)


def test_costs_are_those_of_the_code_that_is_generated():
    program = compiled(f"{EXAMPLE_MESSAGES}{RULES}\n").program
    assert len(program.rules) == len(FUNCTIONS) + 9
    for rule, made in zip(program.rules, compile_program(program, {each.id: 1 for each in program.rules}), strict=True):
        assert cost_of(rule) == (len(made.code) // WORDS, made.memory * 8), rule.name


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ("derived x : f64 [bar] = mean(pump_pressure, over: 1s)\n" * 1, None),
        (
            "".join(
                f"derived x{n} : f64 [bar] = "
                + " + ".join(f"mean(pump_pressure, over: {second}s)" for second in range(1, 11))
                + "\n"
                for n in range(270)
            ),
            "E112",
        ),
    ],
)
def test_a_megabyte_a_machine_is_the_most(rules: str, code: str | None):
    assert codes(compiled(EXAMPLE_MESSAGES + rules)) == ([code] if code else [])


def test_a_rule_reads_a_hundred_and_twenty_eight_signals_at_most():
    signals = "".join(f"    signal s{n} : u1 at bit {n}\n" for n in range(130))
    for count, expected in ((128, []), (130, ["E115"])):
        parts = [" + ".join(f"s{n}" for n in range(first, min(first + 10, count))) for first in range(0, count, 10)]
        rule = "derived x : f64 = " + " + ".join(f"({part})" for part in parts)
        text = f"message M on can 0x123 {{\n    timeout 1s\n    length 24\n{signals}}}\n{rule}\n"
        assert codes(compiled(text)) == expected
