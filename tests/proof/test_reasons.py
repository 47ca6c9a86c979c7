"""What is said of a rule or value that is not as expected, as something that it reads was not there."""

from parsing.checker.check import check
from parsing.checker.sources import Source
from parsing.language.parser import parse
from parsing.proof.reasons import part_of
from tests.proof.test_proof import DEFINITIONS, failures_of, helped, proved

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


CHOICE = """
message Mat on can 0x2A1 { timeout 2s
    signal front : u8 at byte 1
    signal rear : u8 at byte 2 na 0xFF
}
derived either : f64 = front ?? rear
event cold { raise when either < 80 for 5s cooldown 1min }
event lost { raise when front absent for 5s }
"""


def of_choice(steps: str) -> list[str]:
    return helped(f'{CHOICE}test "t" {{ {steps} }}').splitlines()


def test_what_waits_for_its_time_says_when_that_is() -> None:
    assert of_choice("every 1s until 8s set front = 70 at 4s expect cold is raised") == [
        "the condition has held since 0 s; `for 5s` is full at 5 s"
    ]
    assert of_choice("at 0s set front = 70 at 4500ms expect lost is raised") == [
        "front is absent since 0 s; `absent for 5s` is full at 5 s"
    ]


def test_an_absence_is_named_only_where_it_would_help() -> None:
    rules = """
    check there { expect not front absent for 5s else flag error }
    event here { raise when not front absent for 9s }
    event full { raise when not front absent for 9s and front > 90 }
    """

    def said(steps: str) -> list[str]:
        return helped(f'{CHOICE}{rules}test "t" {{ {steps} }}').splitlines()

    once = "at 2s set front = 70 at 6s expect"
    assert said(f"{once} there is failed") == ["front is absent since 2 s; `absent for 5s` is full at 7 s"]
    assert said(f"{once} here is cleared") == ["front is absent since 2 s; `absent for 9s` is full at 11 s"]
    assert "absent" not in said("every 1s until 6s set front = 70 at 6s expect full is raised")[0]


def test_an_event_in_its_cooldown() -> None:
    steps = "every 1s until 6s set front = 70 at 7s set front = 90 every 1s from 8s until 20s set front = 70"
    assert of_choice(f"{steps} at 20s expect cold is raised") == ["it is in cooldown until 67 s"]


def test_the_side_that_is_not_taken_is_named_only_where_it_counts() -> None:
    assert of_choice("at 0s set front = 70 at 3s expect either = 70") == [
        "front is stale from 2 s on: its timeout is 2 s",
        "rear never came; a `set` gives what it names, and nothing else",
        "set it again in time:  every 1s until 3s set …  or use `hold`",
    ]
    steps = "at 0s set front is error, rear = 70 at 1s set rear is error at 1s expect"
    assert of_choice(f"{steps} either = 70") == ["front is error from 0 s on", "rear is error from 1 s on"]
    steps = "every 1s until 3s set front = 90 every 1s until 9s set rear is error at 6s expect cold is raised"
    assert "rear is error from 0 s on" in of_choice(steps)


def test_of_two_qualities_the_worse_one_is_told() -> None:
    steps = "every 500ms until 1s set rear is not_available at 4s expect rear is stale"
    assert of_choice(steps) == ["rear is not_available from 0 s on, which is worse than stale, as it is from 3 s on"]


def test_of_a_check_the_condition_that_does_not_hold_hides_what_is_expected() -> None:
    rules = """
    check slow { when speed > 9 [rpm] for 2s expect pressure > 10 [bar] else flag error }
    """
    steps = "every 500ms until 3s set speed = 600 [rpm]"
    said = helped(f'{rules}test "t" {{ {steps} at 1s expect slow is failed }}')
    assert said == "the condition of `when` has held since 0 s; `for 2s` is full at 2 s"
    said = helped(f'{rules}test "t" {{ {steps} at 3s expect slow is failed }}')
    assert said.startswith("pressure never came")


def test_what_is_suspect_is_so_for_other_rules() -> None:
    rules = "check low { expect speed > 900 [rpm] else flag error suspect speed }"
    (failure,) = failures_of(f'{rules}test "t" {{ at 0s set speed = 600 [rpm] at 0s expect speed is suspect }}')
    assert failure.why == "it is ok (600 [rpm])"
    assert "expect it of a derived signal" in failure.help
