"""What is said of a rule or value that is not as expected, as something that it reads was not there."""

from parsing.checker.check import check
from parsing.checker.sources import Source
from parsing.language.parser import parse
from parsing.proof.reasons import part_of
from tests.proof.test_proof import DEFINITIONS, helped, proved

RULES = """
derived held : f64 [rpm] = speed * 2 hold 3s
event doubled { raise when held > 4000 [rpm] for 1s capture pressure }
event fast_machine { raise when speed > machine.limit for 1s }
check sound { when pressure > 10 [bar] expect half > 0 [rpm] else flag error }
"""


def told(steps: str) -> str:
    return helped(f'{RULES}test "t" {{ {steps} }}')


def test_an_event_whose_signal_was_set_once() -> None:
    assert told("at 0s set speed = 2500 [rpm] at 6s expect fast is raised").splitlines() == [
        "speed is stale from 1 s on: its timeout is 1 s",
        "set it again in time:  every 500ms until 6s set …  or use `hold`",
    ]


def test_through_derived_signals_their_hold_counts() -> None:
    said = told("at 500ms set speed = 2500 [rpm] at 6s expect doubled is raised")
    assert said.startswith("speed is stale from 3.5 s on: its hold is 3 s\n")


def test_what_is_only_captured_decides_nothing() -> None:
    assert "pressure" not in told("at 0s set speed = 2500 [rpm] at 6s expect doubled is raised")


def test_a_check_of_several_signals_names_each_and_at_whatever_remove() -> None:
    said = told("at 0s set speed = 600 [rpm] at 2s expect sound is failed")
    assert said.splitlines()[:2] == ["pressure never came", "speed is stale from 1 s on: its timeout is 1 s"]


def test_a_value_that_is_too_old() -> None:
    said = told("at 0s set speed = 600 [rpm] at 2s expect half = 300 [rpm]")
    assert said.startswith("speed is stale from 1 s on: its timeout is 1 s\n")
    said = told("at 0s set speed = 600 [rpm] at 2s expect speed = 600 [rpm]")
    assert said.startswith("speed is stale from 1 s on: its timeout is 1 s\n")


def test_what_a_set_does_not_name_never_came() -> None:
    said = told("at 0s set speed = 600 [rpm] at 0s expect gear = forward")
    assert said.startswith("gear never came; a `set` gives what it names, and nothing else\n")


def test_a_signal_that_is_no_value() -> None:
    steps = "at 2s set speed is error at 2s expect"
    assert told(f"{steps} fast is raised") == "speed is error from 2 s on"
    assert told(f"{steps} half = 3 [rpm]") == "speed is error from 2 s on"
    assert told(f"{steps} speed = 3 [rpm]") == "if that is right, expect:  is error"


def test_an_attribute_that_the_test_does_not_give() -> None:
    steps = "every 500ms until 3s set speed = 2500 [rpm] at 3s expect fast_machine is raised"
    assert told(steps) == "machine.limit is unknown in this test; give it:  machine limit = …"
    assert proved(f'{RULES}test "t" {{ machine limit = 2000 [rpm] {steps} }}') == []


def test_where_all_was_there_it_is_the_condition() -> None:
    said = told("every 500ms until 6s set speed = 1900 [rpm] at 6s expect fast is raised")
    assert said.startswith("see whether its condition held for long enough")


def test_rules_that_are_not_expected_are_not_run_and_those_behind_are() -> None:
    rules = """
    check sane { expect speed < 3000 [rpm] else flag error replace speed with 100 [rpm] }
    derived shown : f64 [rpm] = speed * 1
    """
    steps = "at 0s set speed = 3500 [rpm] at 0s expect shown = 100 [rpm]"
    assert proved(f'{rules}test "t" {{ {steps} }}') == []
    text = DEFINITIONS + rules
    program = check([Source("set", parse(text, "set").document, text)]).program
    ids = {rule.name: rule.id for rule in program.rules}
    assert [rule.name for rule in part_of(program, [ids["shown"]]).rules] == ["sane", "speed after sane", "shown"]
