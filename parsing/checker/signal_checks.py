"""One signal of a message or object by itself: type, numbers, range, sentinels."""

from __future__ import annotations

import math
from dataclasses import dataclass

from parsing.checker.intervals import Interval
from parsing.checker.nearest import did_you_mean
from parsing.checker.quantities import is_a
from parsing.checker.reporting import Reporter
from parsing.checker.scope import Scope
from parsing.checker.signal_facts import raw_limits
from parsing.checker.signal_ranges import check_range
from parsing.checker.sources import limits_in
from parsing.checker.symbols import OwnerSymbol
from parsing.checker.unit_words import UNITS
from parsing.checker.units import BARE, unit_of
from parsing.checker.values import number_text
from parsing.definitions import Signal
from parsing.language import ast
from parsing.language.codes import DiagnosticCode
from parsing.language.expressions import Name
from parsing.language.types_of import Enums, NumberType, number_type

_TYPES = "u1 to u64, i2 to i64, f16, f32, f64, bool, or an enum"
_OBJECT_TYPES = f"{_TYPES}, text or bytes"

OTHER_TYPES = {
    "float": "f32", "double": "f64", "real": "f64", "number": "f64", "int": "i32", "integer": "i32", "uint": "u32",
    "byte": "u8", "word": "u16", "dword": "u32", "boolean": "bool", "bit": "bool", "string": "text", "str": "text",
    "uint8": "u8", "uint16": "u16", "uint32": "u32", "uint64": "u64", "int8": "i8", "int16": "i16", "int32": "i32",
    "int64": "i64", "float32": "f32", "float64": "f64", "unsigned": "u8", "signed": "i8",
    "s8": "i8", "s16": "i16", "s32": "i32", "s64": "i64", "sint": "i16",
}  # fmt: skip
"""What types are called elsewhere."""


@dataclass(frozen=True, slots=True)
class SignalChecker:
    """Of one message or definition of objects; `owner` has the records."""

    reporter: Reporter
    scope: Scope
    enums: Enums
    owner: OwnerSymbol | None

    def check(self, signal: ast.Signal) -> None:
        type_ = self._type(signal)
        if not (math.isfinite(signal.scale) and math.isfinite(signal.offset)):
            self._report(DiagnosticCode.SCALE, signal, "scale", "scale and offset have to be finite numbers")
            return
        if signal.scale == 0:
            why = f"every value is the offset, {number_text(signal.offset)}"
            self._report(
                DiagnosticCode.ZERO_SCALE, signal, "scale", why, "use the scale of the specification, such as 0.1"
            )
        self._unit_of_enum(signal)
        self._unit_nobody_knows(signal)
        limits = self._range(signal)
        self._sentinel_widths(signal, type_)
        record = self._record(signal)
        if record is not None and record.type != "float":
            if limits is not None and signal.range is not None and record.scale != 0:
                check_range(signal, signal.range.span, record, limits, self.reporter)
            self._members(signal, record)

    def _record(self, signal: ast.Signal) -> Signal | None:
        symbol = self.owner.signals.get(signal.name.text) if self.owner else None
        record = symbol.record if symbol is not None else None
        return record if isinstance(record, Signal) else None

    def _report(self, code: DiagnosticCode, signal: ast.Signal, option: str, why: str, help_: str = "") -> None:
        self.reporter.report(code, signal.options.get(option, signal.name.span), why, help_)

    def _type(self, signal: ast.Signal) -> NumberType | None:
        name = signal.type.text
        is_message = self.owner is None or self.owner.is_message
        if signal.enum is not None and signal.enum.text not in self.enums:
            self._unknown_enum(signal.enum)
        known = self.enums.type_of(signal)
        if known is not None:
            return known.number
        if name in ("text", "bytes"):
            if is_message:
                why = f"{name} is no number, and a frame's signals are numbers"
                self.reporter.report(DiagnosticCode.SIGNAL_TYPE, signal.type.span, why, f"a signal is {_TYPES}")
            return None
        if name in self.enums:
            why = f"{name} does not say how many bits it has"
            help_ = f"use:  enum {name} : u8 {{ … }}   or here:  u8 enum {name}"
            self.reporter.report(DiagnosticCode.ENUM_TYPE, signal.type.span, why, help_)
        elif number_type(name) is None:
            self._unknown_type(signal, is_message=is_message)
        return None

    def _unknown_enum(self, name: Name) -> None:
        elsewhere = [each.set_name for each in self.scope.enums(name.text)]
        help_ = did_you_mean(self.scope.nearest(name.text, self.scope.enum_names()))
        if elsewhere:
            help_ = f"set {elsewhere[0]} has one; copy it into this text"
        self.reporter.report(DiagnosticCode.UNKNOWN_TYPE, name.span, f"no enum is named {name.text}", help_)

    def _unknown_type(self, signal: ast.Signal, *, is_message: bool) -> None:
        name = signal.type.text
        elsewhere = [each.set_name for each in self.scope.enums(name)]
        near = self.scope.nearest(name, self.scope.own_enum_names())
        help_ = did_you_mean([OTHER_TYPES[name.lower()]] if name.lower() in OTHER_TYPES else near)
        if elsewhere:
            help_ = f"set {elsewhere[0]} has an enum of that name; copy it into this text"
        help_ = help_ or f"a signal is {_TYPES if is_message else _OBJECT_TYPES}"
        self.reporter.report(DiagnosticCode.UNKNOWN_TYPE, signal.type.span, f"no type or enum is named {name}", help_)

    def _range(self, signal: ast.Signal) -> Interval | None:
        """Its range, in its unit."""
        limits = signal.range
        if limits is None:
            return None
        unit = unit_of(signal.unit.text) if signal.unit else BARE
        found = limits_in(limits, unit)
        if found is None and limits.unit is not None:
            why = f"the range is in [{limits.unit.text}], {signal.name.text} is {is_a(unit)}"
            help_ = "give the range in the unit of the signal"
            self.reporter.report(DiagnosticCode.UNIT_MISMATCH, limits.unit.span, why, help_)
            return None
        if found is None or not found[0] <= found[1]:
            why = f"{number_text(limits.low)} is more than {number_text(limits.high)}"
            self.reporter.report(DiagnosticCode.EMPTY_RANGE, limits.span, why, "write the smaller end first")
            return None
        return Interval(*found)

    def _unit_of_enum(self, signal: ast.Signal) -> None:
        enum = signal.enum.text if signal.enum is not None else signal.type.text
        if signal.unit is None or enum not in self.enums:
            return
        why = f"{signal.name.text} has members of {enum}, which are names; rules take no notice of its unit"
        help_ = "leave it out; a number that has a unit is of a type such as u8"
        self.reporter.report(DiagnosticCode.UNIT_OF_ENUM, signal.unit.span, why, help_)

    def _unit_nobody_knows(self, signal: ast.Signal) -> None:
        """Files are full of units of their own; said is what is a slip of the pen."""
        if signal.unit is None or unit_of(signal.unit.text).known:
            return
        near = self.scope.nearest(signal.unit.text, UNITS)
        if near:
            why = f"[{signal.unit.text}] is in no table of units, so it fits nothing but itself"
            help_ = did_you_mean([f"[{each}]" for each in near])
            self.reporter.report(DiagnosticCode.UNKNOWN_UNIT, signal.unit.span, why, help_)

    def _sentinel_widths(self, signal: ast.Signal, type_: NumberType | None) -> None:
        for option, given in (("na", signal.not_available), ("error", signal.error)):
            if given is None or type_ is None:
                continue
            why = ""
            if type_.kind == "float":
                why = f"{type_.text} has no raw numbers; not a number is `error` by itself"
            elif given.low > given.high:
                why = f"{given.low:#x} is more than {given.high:#x}"
            elif not (type_.holds(given.low) and type_.holds(given.high)):
                low, high = _limits_of(type_)
                why = f"{type_.text} holds raw numbers from {low} to {high:,} ({high:#x})"
            if why:
                code = DiagnosticCode.SENTINEL_BEYOND_WIDTH
                self.reporter.report(code, given.span, why, f"`{option}` takes raw numbers that the signal can have")

    def _members(self, signal: ast.Signal, record: Signal) -> None:
        symbol = self.owner.signals[signal.name.text].enum if self.owner else None
        if symbol is None:
            return
        low, high = raw_limits(record)
        if low <= symbol.numbers.low and symbol.numbers.high <= high:
            return
        members = [(number, name) for name, those in symbol.members.items() for number in those]
        beyond = [(number, name) for number, name in members if not low <= number <= high]
        if beyond:
            number, name = beyond[0]
            more = f" and {len(beyond) - 1} more" if len(beyond) > 1 else ""
            why = f"{symbol.name} has {name} = {number}{more}; {record.length} bits hold {low} to {high}"
            span = signal.enum.span if signal.enum is not None else signal.type.span
            self.reporter.report(
                DiagnosticCode.MEMBER_BEYOND_WIDTH, span, why, "give the signal more bits, or the enum other numbers"
            )


def _limits_of(type_: NumberType) -> tuple[int, int]:
    if type_.kind == "signed":
        return -(1 << (type_.length - 1)), (1 << (type_.length - 1)) - 1
    return 0, (1 << type_.length) - 1
