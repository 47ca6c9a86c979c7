"""Sets as engineers keep them: J1939 messages with units, numbers and comments, rules over them, samples and tests."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

SIGNALS_A_MESSAGE = 8
WIDE = 64
"""Signals of the first message of a set."""

FIRST_PGN = 0xF000
ADDED = (0, 1, 3, 4, 5)
"""Places of signals whose unit may be added."""

UNITS = ("rpm", "bar", "degC", "%", "kW", "V", "L/h", "km/h")
MESSAGES_A_SAMPLE = 20
RULES_A_TEST = 50


def set_text(number: int, signals: int, rules: int, seed: int = 2026) -> str:
    """Of rules, six in ten are derived signals, three checks, and one an event. Names have the set's number in them."""
    return "\n\n".join(_items(number, signals, rules, np.random.default_rng(seed + number))) + "\n"


def _items(number: int, signals: int, rules: int, rng: np.random.Generator) -> Iterator[str]:
    widths = [WIDE, *[SIGNALS_A_MESSAGE] * ((signals - WIDE) // SIGNALS_A_MESSAGE)]
    names = [[f"s{number}_{message}_{place}" for place in range(width)] for message, width in enumerate(widths)]
    pgn = FIRST_PGN + number * len(widths)
    yield f"enum Mode{number} : u2 {{\n  0 = off\n  1 = on\n  2 = failing\n  3 = unused\n}}"
    for message, those in enumerate(names):
        yield _message(f"M{number}_{message}", pgn + message, those)
    for rule in range(rules):
        place = int(rng.choice(ADDED))
        reads = [names[int(rng.integers(1, len(names)))][place] for _ in range(3)]
        yield _rule(f"{number}_{rule}", rule, reads, UNITS[place])
    for message in range(1, len(names), MESSAGES_A_SAMPLE):
        yield _sample(f"M{number}_{message}", names[message][0])
    for rule in range(0, rules, RULES_A_TEST):
        yield _sequence(f"d{number}_{rule}", names[1][0])


def _message(name: str, pgn: int, signals: list[str]) -> str:
    lines = [f'message {name} "Controller {name}" on j1939 pgn {pgn} {{', f"  length {len(signals)}", "  timeout 1s"]
    for place, signal in enumerate(signals):
        unit = UNITS[place % len(UNITS)]
        spn = pgn % FIRST_PGN * 100 + place
        lines.append(f"  signal {signal} : u8 at byte {place + 1} unit [{unit}] spn {spn}")
    return "\n".join([*lines, "}"])


def _rule(name: str, rule: int, reads: list[str], unit: str) -> str:
    a, b, c = reads
    match "dcddcdcedd"[rule % 10]:
        case "d":
            value = (f"{a} + {b} * 0.5", f"mean({a}, over: 5s)", f"{a} > 100 [{unit}] ? {b} : {c}")[rule % 3]
            return f"derived d{name} : f64 [{unit}] = {value}"
        case "c":
            lines = [
                f"  when {a} > 10 [{unit}] and {c} < 200 [{unit}] for 2s",
                f"  expect {b} < 240 [{unit}]",
                f'  else flag warning "{b} is too high"',
            ]
            return "\n".join([f'check c{name} "Check {rule}" {{', *lines, "}"])
        case _:
            lines = [
                f"  raise when {a} > 200 [{unit}] for 10s",
                f"  clear when {a} < 150 [{unit}] for 30s",
                "  severity warning",
                f"  capture {b}, {c}",
                "  cooldown 5min",
            ]
            return "\n".join([f'event e{name} "Event {rule}" {{', *lines, "}"])


def _sample(message: str, signal: str) -> str:
    lines = ['  bytes x"10 20 30 40 50 60 70 80"', f"  expect {{ {signal} = 16 [rpm] }}"]
    return "\n".join([f'golden "{message}" for {message} {{', *lines, "}"])


def _sequence(title: str, signal: str) -> str:
    lines = [f"  at 0s set {signal} = 12 [rpm]", f"  at 1s expect {signal} = 12 [rpm]"]
    return "\n".join([f'test "{title}" {{', *lines, "}"])
