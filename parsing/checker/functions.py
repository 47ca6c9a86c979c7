"""The functions of the language: the checker and the manual both go by this list."""

from __future__ import annotations

from dataclasses import dataclass

from parsing.checker.function_calls import Bound, Evaluate, ResultOf
from parsing.checker.functions_of_memory import elapsed, previous, rate, unroll, windowed
from parsing.checker.functions_of_values import (
    absolute,
    clamp,
    extreme,
    haversine,
    nearest_whole,
    sign,
    square_root,
)
from parsing.rules.program import Op

__all__ = ["FUNCTIONS", "Bound", "Evaluate", "Function", "Parameter"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """`is_named`: only by its name (`over: 10s`). `is_repeated`: two or more of it."""

    name: str
    text: str
    is_named: bool = False
    is_optional: bool = False
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """`example` is a line of a text that compiles beside `EXAMPLE_MESSAGES`; `result` says what comes out and how its
    unit follows. `only_in_rules`: it remembers, so objects cannot be judged by it.
    """

    name: str
    parameters: tuple[Parameter, ...]
    result: str
    text: str
    example: str
    result_of: ResultOf
    only_in_rules: bool = False

    @property
    def usage(self) -> str:
        """`rate(x)`, `min(x, over: …)`."""
        parts = []
        for each in self.parameters:
            part = f"{each.name}: …" if each.is_named else f"{each.name}, …" if each.is_repeated else each.name
            parts.append(f"[{part}]" if each.is_optional else part)
        return f"{self.name}({', '.join(parts)})"


EXAMPLE_MESSAGES = """
message Hydraulics on can 0x18FF5027 {
    timeout 1s
    signal pump_pressure : u16 at byte 1 scale 0.1 [bar] range 0..450
    signal pump_flow : u16 at byte 3 scale 0.1 [L/min] range 0..600
    signal oil_temp : u8 at byte 5 offset -40 [degC]
    signal swing_raw : u16 at byte 6
    signal ecu_id : u8 at byte 8
}
message Place on can 0x18FEF31C {
    timeout 1s
    signal lat : i32 at byte 1 scale 1e-7 [deg] range -90..90
    signal lon : i32 at byte 5 scale 1e-7 [deg] range -180..180
}
"""
"""What the examples read."""

_VALUE = Parameter("x", "a number")
_SIGNAL = Parameter("x", "a signal or derived signal, by its name alone")
_MANY = Parameter("x", "numbers of one dimension", is_repeated=True)
_OVER = Parameter("over", "a duration", is_named=True)

FUNCTIONS: tuple[Function, ...] = (
    Function(
        "abs", (_VALUE,), "a number in x's unit", "Without its sign.",
        "derived flow_error : f64 [L/min] = abs(pump_flow - 300 [L/min])", absolute,
    ),
    Function(
        "min", (_MANY,), "a number in the unit of the first", "The smallest.",
        "derived limited : f64 [bar] = min(pump_pressure, 400 [bar])", extreme(Op.LEAST),
    ),
    Function(
        "max", (_MANY,), "a number in the unit of the first", "The largest.",
        "derived at_least : f64 [bar] = max(pump_pressure, 5 [bar])", extreme(Op.GREATEST),
    ),
    Function(
        "clamp", (_VALUE, Parameter("low", "the least"), Parameter("high", "the most")), "a number in x's unit",
        "x, but no less than low and no more than high.",
        "derived clamped : f64 [bar] = clamp(pump_pressure, 0 [bar], 400 [bar])", clamp,
    ),
    Function(
        "floor", (_VALUE,), "a whole number in x's unit", "The next whole number below, in x's unit.",
        "derived whole_bars : i64 [bar] = floor(pump_pressure)", nearest_whole(Op.FLOOR),
    ),
    Function(
        "ceil", (_VALUE,), "a whole number in x's unit", "The next whole number above, in x's unit.",
        "derived full_bars : i64 [bar] = ceil(pump_pressure)", nearest_whole(Op.CEILING),
    ),
    Function(
        "round", (_VALUE,), "a whole number in x's unit", "The nearest whole number, in x's unit; halves go up.",
        "derived bars : i64 [bar] = round(pump_pressure)", nearest_whole(Op.ROUND),
    ),
    Function(
        "sqrt", (_VALUE,), "a number in the root of x's unit", "The square root; of a negative number quality `error`.",
        "derived middle : f64 [bar] = sqrt(pump_pressure * 100 [bar])", square_root,
    ),
    Function(
        "sign", (_VALUE,), "-1, 0 or 1", "Whether x is negative, zero or positive.",
        "derived direction : i8 = sign(pump_flow - 300 [L/min])", sign,
    ),
    Function(
        "haversine",
        (Parameter("lat1", "in [deg]"), Parameter("lon1", "in [deg]"), Parameter("lat2", "in [deg]", is_optional=True),
         Parameter("lon2", "in [deg]", is_optional=True)),
        "a number in [m]",
        "The distance of two places along a sphere. In definitions of positions: haversine(prev, this).",
        "derived from_yard : f64 [m] = haversine(lat, lon, 48.1 [deg], 11.5 [deg])", haversine,
    ),
    Function(
        "prev", (_SIGNAL,), "as x", "The sample before the newest; absent before the second.",
        "derived pressure_step : f64 [bar] = pump_pressure - prev(pump_pressure)", previous,
    ),
    Function(
        "elapsed", (_SIGNAL,), "a number in [s]", "How long ago x came last.",
        "derived age : f64 [s] = elapsed(pump_pressure)", elapsed,
    ),
    Function(
        "rate", (_SIGNAL,), "a number in x's unit per second", "How quickly x changes, by its last two valid samples.",
        "derived pressure_rate : f64 [bar/s] = rate(pump_pressure)", rate, only_in_rules=True,
    ),
    Function(
        "mean", (_SIGNAL, _OVER), "a number in x's unit", "The mean of the valid samples of that time.",
        "derived smooth_pressure : f64 [bar] = mean(pump_pressure, over: 10s)", windowed("mean"), only_in_rules=True,
    ),
    Function(
        "min", (_SIGNAL, _OVER), "a number in x's unit", "The smallest valid sample of that time.",
        "derived lowest_pressure : f64 [bar] = min(pump_pressure, over: 10s)", windowed("min"), only_in_rules=True,
    ),
    Function(
        "max", (_SIGNAL, _OVER), "a number in x's unit", "The largest valid sample of that time.",
        "derived highest_pressure : f64 [bar] = max(pump_pressure, over: 10s)", windowed("max"), only_in_rules=True,
    ),
    Function(
        "unroll",
        (
            _SIGNAL,
            Parameter("bits", "after so many bits the counter begins at 0 again", is_named=True),
            Parameter("max_step", "a larger step is no step but a reset", is_named=True, is_optional=True),
            Parameter("reset", "a condition: this step is not counted", is_named=True, is_optional=True),
        ),
        "a number in x's unit", "A counter that does not run over.",
        "derived swings : i64 = unroll(swing_raw, bits: 16, max_step: 500, reset: ecu_id != prev(ecu_id))", unroll,
        only_in_rules=True,
    ),
)  # fmt: skip
