"""What comes true of samples and sequences, and what is said of those that do not."""

from pathlib import Path

import pytest

from parsing.checker.check import check
from parsing.checker.sources import Source
from parsing.language.diagnostics import Diagnostic
from parsing.language.parser import parse
from parsing.language.rendering import render
from parsing.proof.prove import prove

GOLDEN = Path(__file__).parent / "golden" / "E124_not_as_expected.txt"
DEFINITIONS = """
enum Gear : u2 { 0 = neutral 1 = forward 2 = error 3 = not_available }
message Engine on j1939 pgn 61444 sa 0x00 {
    length 8
    timeout 1s
    signal gear : Gear at bit 0
    signal speed : u16 at byte 4 scale 0.125 [rpm] range 0..8031.875 j1939_sentinels
}
message Paged on can 0x18FF5027 {
    length 8
    signal page : u8 at byte 1
    mux page {
        case 0 { signal pressure : u16 at byte 2 scale 0.1 [bar] }
        case 1 { signal level : u8 at byte 2 [%] }
        else reject
    }
}
message Faults on j1939 pgn 65300 {
    length 32
    dtc active from byte 3 max 7
}
derived half : f64 [rpm] = speed / 2
event fast { raise when speed > 2000 [rpm] for 2s clear when speed < 1500 [rpm] }
check pressure_there { when speed > 500 [rpm] expect pressure > 10 [bar] else flag error }
event silent { raise when speed absent for 3s }
"""


def failures_of(proof: str) -> list[Diagnostic]:
    text = DEFINITIONS + proof
    parsed = parse(text, "set")
    sources = [Source("set", parsed.document, text)]
    checked = check(sources)
    errors = [one for one in (*parsed.diagnostics, *checked.diagnostics) if one.is_error]
    assert not errors
    return [failure for outcome in prove(sources, checked) for failure in outcome.failures]


def proved(proof: str) -> list[str]:
    """What is said of what does not come true."""
    return [one.why for one in failures_of(proof)]


def helped(proof: str) -> str:
    """The advice of the one failure."""
    (failure,) = failures_of(proof)
    return failure.help


def golden(of: str, said: str, expect: str) -> list[str]:
    return proved(f'golden "sample" for {of} {{ bytes x"{said}" expect {{ {expect} }} }}')


def test_values_of_a_frame() -> None:
    idle = "01 00 00 9B 0F 00 00 00"
    assert golden("Engine", idle, "speed = 499.375 [rpm] gear = forward speed is ok speed is valid") == []
    assert golden("Engine", idle, "speed = 500 [rpm]") == ["it is 499.375 [rpm]"]
    assert golden("Engine", idle, "speed is stale") == ["it is ok (499.375 [rpm])"]


def test_values_that_are_none() -> None:
    booting = "FF FF FF FF FF FF FF FF"
    assert golden("Engine", booting, "speed is not_available gear is not_available") == []
    assert golden("Engine", "02 00 00 00 FE 00 00 00", "speed is error gear is error") == []
    assert golden("Engine", booting, "speed = 8031.875 [rpm]") == ["it is not_available (8191.875 [rpm])"]
    assert golden("Engine", "01 00 00", "speed is absent") == []


def test_a_frame_of_an_unknown_page_is_a_failure() -> None:
    assert golden("Paged", "00 0A 00", "pressure = 1 [bar] level is absent") == []
    assert golden("Paged", "07 0A 00", "page = 7") == [
        "a multiplexor is 7, which no case knows: the frame gives no values"
    ]


def test_a_frame_from_another_address_is_no_frame_of_the_message() -> None:
    failed = proved('golden "s" for Engine { bytes x"01 00 00 9B 0F 00 00 00" sa 0x21 expect { gear = forward } }')
    assert failed == ["Engine does not match the sample's frame"]


def test_trouble_codes() -> None:
    two = "04 FF 6E 00 03 01 BE 00 02 05"
    assert golden("Faults", two, 'active = "110/3 oc1, 190/2 oc5"') == []
    assert golden("Faults", two, 'active = "110/3"') == ['it is "110/3 oc1, 190/2 oc5"']


@pytest.mark.parametrize(
    ("expected", "failed"),
    [
        ("at 3s expect fast is raised", []),
        ("at 1s expect fast is cleared", []),
        ("at 1s expect fast is raised", ["it is cleared then"]),
        ("at 4s expect half = 1250 [rpm], half is valid", []),
        ("at 4s expect half = 1251 [rpm]", ["it is 1250 [rpm]"]),
        ("at 9s expect half is stale, speed is stale, silent is raised", []),
        ("at 9s expect half = 1250 [rpm]", ["it is stale (1250 [rpm])"]),
        ("at 6s expect silent is cleared", []),
    ],
)
def test_a_sequence(expected: str, failed: list[str]) -> None:
    assert proved(f'test "t" {{ every 500ms from 0s until 5s set speed = 2500 [rpm] {expected} }}') == failed


def test_steps_of_one_time_are_one_instant() -> None:
    steps = "at 0s set speed = 600 [rpm] at 0s set pressure = 5 [bar] at 0s expect pressure_there is failed"
    assert proved(f'test "t" {{ {steps} }}') == []
    mended = "at 500ms set pressure = 20 [bar] at 500ms expect pressure_there is passed"
    assert proved(f'test "t" {{ {steps} {mended} }}') == []


def test_frames_are_sent() -> None:
    sent = 'at 0s send Engine x"01 00 00 9B 0F 00 00 00" at 0s expect speed = 499.375 [rpm], gear = forward'
    assert proved(f'test "t" {{ {sent} }}') == []


def test_a_signal_can_be_set_to_a_state() -> None:
    assert proved('test "t" { at 0s set speed is error at 0s expect half is error, speed is error }') == []


def test_what_is_said_in_full() -> None:
    text, _, said = GOLDEN.read_text("utf-8").partition("=" * 80 + "\n")
    parsed = parse(text, "engine")
    source = Source("engine", parsed.document, text)
    failures = [one for outcome in prove([source], check([source])) for one in outcome.failures]
    assert "\n".join(render(one, text).rstrip() for one in failures) + "\n" == said


def test_a_gap_that_began_the_waiting_anew_is_named() -> None:
    steps = "every 1500ms from 0s until 6s set speed = 2500 [rpm] at 6s expect fast is raised"
    said = helped(f'test "t" {{ {steps} }}')
    assert said.splitlines()[:2] == [
        "the condition has held since 6 s; `for 2s` is full at 8 s",
        "speed was stale from 5.5 s to 6 s, and what `for` waits for begins anew then",
    ]
