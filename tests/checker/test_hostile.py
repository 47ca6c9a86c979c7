"""Texts that are made to be slow, or to break the checker, are refused soon."""

from __future__ import annotations

import time

import pytest

from parsing.checker.check import check
from parsing.checker.units import unit_of
from tests.checker.compiling import source

SECONDS = 5.0
"""Most take a tenth of that; a busy machine must not fail the test."""

MESSAGE = (
    "message M on can 0x123 {\n    timeout 1s\n"
    + "".join(f"    signal a{n} : u8 at byte {n + 1} [bar]\n" for n in range(8))
    + "}\n"
)


def _lines(pattern: str, count: int) -> str:
    return "".join(pattern.format(n=n, after=n + 1, again=(n + 1) % count, eighth=n % 8) + "\n" for n in range(count))


TEXTS = {
    "everything in a circle": MESSAGE + _lines("derived d{n} : f64 [bar] = d{again} + 1 [bar]", 2000),
    "circles within circles": MESSAGE
    + "".join(
        f"derived d{n} : f64 [bar] = {' + '.join(f'd{(n + step) % 300}' for step in range(1, 40))}\n"
        for n in range(300)
    ),
    "names that are not there": MESSAGE + _lines("derived d{n} : f64 [bar] = unknown_name_{n} + other_{n}", 3000),
    "units that are not there": MESSAGE + _lines("derived d{n} : f64 [u{n}^9*v{n}] = a0", 3000),
    "products of products": MESSAGE + _lines("derived d{n} : f64 [bar] = " + " * ".join(["a0"] * 45), 300),
    "consts in a row": _lines("const c{n} = c{after} + 1", 2000) + "const c2000 = 1\n",
    "checks that change a signal in a row": MESSAGE
    + _lines("check c{n} {{ expect a1 < 5 [bar] else flag warning replace a0 with a2 }}", 500)
    + "derived d : f64 [bar] = a0\n",
    "checks that change everything": MESSAGE
    + _lines("check c{n} {{ expect a{eighth} < 5 [bar] else flag warning replace a2 with a3 suspect a{eighth} }}", 300),
    "signals upon each other": "message M on can 0x123 {\n" + _lines("signal a{n} : u64 at bit 0", 3000) + "}\n",
    "cases without number": "message M on can 0x123 {\nsignal p : u32 at bit 0\nmux p {\n"
    + _lines("case {n}, 9{n} {{ signal a{n} : u8 at byte 5 }}", 3000)
    + "else reject\n}\n}\n",
    "the same again": MESSAGE * 500,
    "members without number": "enum E : u16 {\n" + _lines("{n} = m{n}", 20_000) + "}\n",
    "tests of nothing": MESSAGE + _lines('test "t{n}" {{ at 1s expect z{n} is raised }}', 2000),
}


@pytest.fixture(scope="module", autouse=True)
def _pint():
    unit_of("bar")


@pytest.mark.parametrize("name", TEXTS)
def test_it_ends_soon(name: str):
    given = source(TEXTS[name])
    began = time.process_time()
    check([given])
    assert time.process_time() - began < SECONDS


def test_ten_thousand_signals_and_a_thousand_rules_are_checked_in_a_moment():
    messages = "".join(
        f"message M{m} on can 0x18{m:04X}00 {{\n    length 24\n    timeout 1s\n"
        + "".join(f"    signal s{m}_{n} : u16 at byte {2 * n + 1} scale 0.1 [bar] range 0..450\n" for n in range(10))
        + "}\n"
        for m in range(1000)
    )
    rules = _lines("derived d{n} : f64 [bar] = s{n}_0 + s{n}_1 * 2 hold 2s", 400)
    rules += _lines("check c{n} {{ when s{n}_2 > 5 [bar] for 3s expect s{n}_3 < d{n} else flag error }}", 300)
    rules += _lines("event e{n} {{ raise when s{n}_4 > 300 [bar] clear when s{n}_4 < 200 [bar] capture d{n} }}", 300)
    given = source(messages + rules)
    began = time.process_time()
    checked = check([given])
    assert time.process_time() - began < SECONDS
    assert checked.diagnostics == ()
    assert len(checked.program.rules) == 1000
