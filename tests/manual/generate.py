"""docs/language.md from docs/language.in.md, the registry of functions and the golden diagnostics.

python -m tests.manual.generate
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from parsing.checker.functions import FUNCTIONS, Function
from parsing.language import limits
from parsing.language.codes import TITLES
from parsing.rules.compiled import MAX_CAPTURED, MAX_INSTRUCTIONS, MAX_MEMORY_WORDS

ROOT = Path(__file__).parents[2]
PROSE = ROOT / "docs" / "language.in.md"
PAGE = ROOT / "docs" / "language.md"
GOLDEN = [ROOT / "tests" / each for each in ("language/golden/syntax", "checker/golden", "proof/golden")]
NOTE = "<!-- Made from language.in.md by `make manual`. -->\n"
UNITS = {
    "length": "m mm cm km in ft mi",
    "area": "m^2 m² m2 ha",
    "volume": "L l m^3 m³ mL gal",
    "time": "s ms us min h d",
    "mass": "kg g t lb",
    "speed": "km/h kph m/s m/min mph knot",
    "acceleration": "m/s^2 m/s² G",
    "speed of rotation": "rpm 1/min U/min rev/min rev/s rad/s deg/s",
    "angle": "deg ° rad rev",
    "frequency": "Hz kHz 1/s",
    "force": "N kN",
    "torque, energy": "Nm N*m kNm J kJ kWh",
    "power": "kW W MW hp",
    "pressure": "bar mbar Pa kPa hPa MPa psi",
    "temperature": "degC °C C K degF °F",
    "volume flow": "L/min l/min L/h l/h m^3/h",
    "mass flow": "kg/h g/s t/h",
    "consumption": "g/kWh",
    "consumption of a distance": "L/100km",
    "density": "kg/m^3",
    "voltage": "V mV kV",
    "current": "A mA",
    "resistance": "ohm Ω kohm",
    "charge": "Ah",
    "ratio": "% ‰ ppm",
}
"""Quantities, and how what the language knows of them is written in the field; others are known, too."""

_HEAD = re.compile(r"^([EWH]\d{3}) ", re.MULTILINE)


def page() -> str:
    parts = {"functions": _functions(), "units": _units(), "limits": _limits(), "diagnostics": _diagnostics()}
    text = PROSE.read_text("utf-8")
    for name, part in parts.items():
        text = text.replace(f"{{{{{name}}}}}", part)
    return NOTE + text


def examples_of(text: str) -> list[str]:
    """The blocks that are definitions."""
    return re.findall(r"^```duco\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def golden_diagnostics() -> dict[str, str]:
    """One of each code, as it is shown."""
    found: dict[str, str] = {}
    for path in sorted(path for directory in GOLDEN for path in directory.glob("*.txt")):
        _, _, shown = path.read_text("utf-8").partition("\n" + "=" * 80 + "\n")
        starts = [*(match.start() for match in _HEAD.finditer(shown)), len(shown)]
        for start, end in pairwise(starts):
            found.setdefault(shown[start : start + 4], shown[start:end].rstrip())
    return found


def _functions() -> str:
    return "\n\n".join(_function(each) for each in FUNCTIONS)


def _function(each: Function) -> str:
    where = " Only in rules." if each.only_in_rules else ""
    lines = [f"### `{each.usage}`", f"{each.text} Gives {each.result}.{where}", ""]
    lines += [f"* `{one.name}`: {one.text}{' (may be left out)' if one.is_optional else ''}" for one in each.parameters]
    return "\n".join([*lines, "", f"```\n{each.example}\n```"])


def _units() -> str:
    rows = (f"| {what} | {', '.join(f'`{one}`' for one in units.split())} |" for what, units in UNITS.items())
    return "\n".join(["| | |", "|---|---|", *rows])


def _limits() -> str:
    rows = {
        "a text": f"{limits.MOST_CHARACTERS:,} characters, {limits.MOST_ITEMS:,} items",
        "a name": f"{limits.LONGEST_NAME} characters",
        "a text in quotes": f"{limits.LONGEST_TEXT:,} characters",
        "an expression": f"{limits.DEEPEST_EXPRESSION} levels, {limits.LARGEST_EXPRESSION:,} parts",
        "mux": f"{limits.DEEPEST_MUX} levels",
        "a rule": f"{MAX_INSTRUCTIONS - 1} instructions, {8 * MAX_MEMORY_WORDS:,} bytes of memory for each machine",
        "`capture`": f"{MAX_CAPTURED} values",
    }
    return "\n".join(["| | at most |", "|---|---|", *(f"| {what} | {most} |" for what, most in rows.items())])


def _diagnostics() -> str:
    return "\n\n".join(_with_examples(golden_diagnostics()))


def _with_examples(shown: dict[str, str]) -> Iterator[str]:
    for code, title in TITLES.items():
        example = f"\n```\n{shown[code.value]}\n```" if code.value in shown else ""
        yield f"### {code.value} {title}{example}"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
