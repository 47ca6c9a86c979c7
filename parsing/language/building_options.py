"""What signals and derived signals are given behind their place or value."""

from __future__ import annotations

from typing import Any, cast

from parsing.language.ast import Interval, RawInterval, Span
from parsing.language.building_base import Clause, did_you_mean
from parsing.language.building_expressions import Expressions
from parsing.language.codes import DiagnosticCode
from parsing.language.expressions import Expression, Name, Unit

STORES = ("always", "on_change", "never")


class Options(Expressions):
    def options_of(self, options: list[Clause]) -> dict[str, Clause]:
        """Of a signal, by keyword."""
        given: list[Clause] = []
        for option in options:
            bounds = given[-1] if given and given[-1].keyword == "range" else None
            if option.keyword == "[" and bounds is not None and bounds.value.unit is None:
                given.pop()
                given.append(Clause("range", bounds.value._replace(unit=option.value), bounds.start, option.end))
            elif option.keyword == "[":
                given.append(option._replace(keyword="unit"))
            else:
                given.append(option)
        found = self.gather(given)
        store = found.pop("store", None)
        if store is not None:
            self.report(
                DiagnosticCode.MISPLACED_OPTION,
                store.span,
                "a message's values are stored whole, as they came; one signal cannot be left out",
                "remove it; only `derived` has `store`",
            )
        return found

    def scale(self, start: int, end: int, value: float) -> Clause:
        return Clause("scale", value, start, end)

    def offset(self, start: int, end: int, value: float) -> Clause:
        return Clause("offset", value, start, end)

    def unit(self, start: int, end: int, unit: Unit) -> Clause:
        return Clause("unit", unit, start, end)

    def bare_unit(self, start: int, end: int, unit: Unit) -> Clause:
        return Clause("[", unit, start, end)

    def range(self, start: int, end: int, low: float, high: float) -> Clause:
        return self.range_with_unit(start, end, low, high, None)

    def range_with_unit(self, start: int, end: int, low: float, high: float, unit: Unit | None) -> Clause:
        return Clause("range", Interval(low, high, unit, Span(start, end)), start, end)

    def not_available(self, start: int, end: int, interval: RawInterval) -> Clause:
        return Clause("na", interval, start, end)

    def error(self, start: int, end: int, interval: RawInterval) -> Clause:
        return Clause("error", interval, start, end)

    def j1939_sentinels(self, start: int, end: int) -> Clause:
        return Clause("j1939_sentinels", None, start, end)

    def spn(self, start: int, end: int, number: int) -> Clause:
        return Clause("spn", number, start, end)

    def store(self, start: int, end: int, name: Name) -> Clause:
        word = name.text
        if word not in STORES:
            self.report(
                DiagnosticCode.UNKNOWN_WORD, name.span, f"`{word}` is no way to store", did_you_mean(word, STORES)
            )
            word = "always"
        return Clause("store", cast("Any", word), start, end)

    def hold(self, start: int, end: int, value: int) -> Clause:
        return Clause("hold", value, start, end)

    def reset(self, start: int, end: int, condition: Expression) -> Clause:
        return Clause("reset", condition, start, end)
