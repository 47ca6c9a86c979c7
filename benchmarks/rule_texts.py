"""Much text: messages of eight signals each, and rules over them."""

from __future__ import annotations

import numpy as np

SIGNALS_A_MESSAGE = 8
FIRST_ID = 0x18000000


def text_of(signals: int, rules: int, seed: int = 2026) -> str:
    """Of rules, six in ten are derived signals, three checks, and one an event."""
    rng = np.random.default_rng(seed)
    messages = signals // SIGNALS_A_MESSAGE
    parts = [_message(number) for number in range(messages)]
    for number in range(rules):
        reads = [_name(int(rng.integers(messages)), int(rng.integers(SIGNALS_A_MESSAGE))) for _ in range(3)]
        write = [_derived, _check, _derived, _derived, _check, _derived, _event, _derived, _check, _derived][
            number % 10
        ]
        parts.append(write(number, *reads))
    return "\n".join(parts)


def _name(message: int, signal: int) -> str:
    return f"s{message}_{signal}"


def _message(number: int) -> str:
    lines = [f'message M{number} "Message {number}" on can 0x{FIRST_ID + number:08X} {{', "  length 8"]
    lines += [f"  signal {_name(number, place)} : u8 at byte {place + 1}" for place in range(SIGNALS_A_MESSAGE)]
    return "\n".join([*lines, "}"])


def _derived(number: int, a: str, b: str, c: str) -> str:
    values = f"{a} + {b} * 0.5", f"rate({a}) + {c}", f"{a} > 100 ? {b} : {c}", f"mean({a}, over: 5s) - ({b} ?? {c})"
    unit = " [1/s]" if number % 4 == 1 else ""
    value = f"rate({a})" if unit else values[number % 4]
    return f"derived d{number} : f64{unit} = {value}"


def _check(number: int, a: str, b: str, c: str) -> str:
    return (
        f'check c{number} "Check {number}" {{\n  when {a} > 10 and {c} < 200 for 2s\n  expect {b} < 240\n'
        f'  else flag warning "{b} is too high"\n}}'
    )


def _event(number: int, a: str, b: str, c: str) -> str:
    return (
        f'event e{number} "Event {number}" {{\n  raise when {a} > 200 for 10s\n  clear when {a} < 150 for 30s\n'
        f"  severity warning\n  capture {b}, {c}\n  cooldown 5min\n}}"
    )
