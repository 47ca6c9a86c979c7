"""Multiplexors and their cases."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from parsing.bounds import MULTIPLEXOR_MAX_LENGTH
from parsing.checker.reporting import Reporter
from parsing.dbc.multiplexing import MOST_NESTED
from parsing.language import ast
from parsing.language.codes import DiagnosticCode
from parsing.language.diagnostics import Related
from parsing.language.types_of import Enums, NumberType


@dataclass(frozen=True, slots=True)
class MuxChecker:
    reporter: Reporter
    enums: Enums

    def check(
        self, members: Sequence[ast.Signal | ast.Mux | ast.DtcList], outer: Mapping[str, ast.Signal], depth: int = 1
    ) -> None:
        """The members of a message or case; `outer`: signals of what is around it."""
        here = {member.name.text: member for member in members if isinstance(member, ast.Signal)}
        for member in members:
            if isinstance(member, ast.Mux):
                self._mux(member, here, outer, depth)

    def _mux(self, mux: ast.Mux, here: Mapping[str, ast.Signal], outer: Mapping[str, ast.Signal], depth: int) -> None:
        type_ = self._multiplexor(mux, here, outer)
        if depth > MOST_NESTED:
            why = f"{depth} multiplexors stand in each other, at most {MOST_NESTED} are possible"
            self.reporter.report(
                DiagnosticCode.NESTED_TOO_DEEP, mux.multiplexor.span, why, "let one multiplexor tell more pages apart"
            )
            return
        if not mux.has_else:
            why = f"it is not said what becomes of a {mux.multiplexor.text} that no case has"
            help_ = "write as the last line of the mux:  else reject"
            self.reporter.report(DiagnosticCode.MISSING_ELSE, mux.multiplexor.span, why, help_)
        self._cases(mux, type_)
        for case in mux.cases:
            if not case.members:
                why = f"frames of this {mux.multiplexor.text} are known then, and have nothing of their own"
                help_ = "add a line:  signal name : u8 at byte 2   unless that is meant"
                self.reporter.report(DiagnosticCode.EMPTY_CASE, case.ranges[0].span, why, help_)
            self.check(case.members, {**outer, **here}, depth + 1)

    def _multiplexor(
        self, mux: ast.Mux, here: Mapping[str, ast.Signal], outer: Mapping[str, ast.Signal]
    ) -> NumberType | None:
        name = mux.multiplexor
        signal = here.get(name.text)
        if signal is None:
            why = f"there is no signal {name.text} here that could select a page"
            help_ = f"write before the mux:  signal {name.text} : u8 at byte 1"
            if name.text in outer:
                why = f"{name.text} stands outside of this case; a mux in a case is selected by a signal of that case"
                help_ = f"put all pages of {name.text} into the mux that it stands beside"
            self.reporter.report(DiagnosticCode.MULTIPLEXOR_MISSING, name.span, why, help_)
            return None
        known = self.enums.type_of(signal)
        if known is None:
            return None
        number = known.number
        if number.kind == "float" or number.length > MULTIPLEXOR_MAX_LENGTH:
            most = f"a multiplexor is an integer of at most {MULTIPLEXOR_MAX_LENGTH} bits"
            why = f"{name.text} is {signal.type.text}; {most}"
            self.reporter.report(DiagnosticCode.MULTIPLEXOR_TYPE, name.span, why, f"use:  signal {name.text} : u8 …")
            return None
        return number

    def _cases(self, mux: ast.Mux, type_: NumberType | None) -> None:
        taken: list[ast.RawInterval] = []
        for case in mux.cases:
            for each in case.ranges:
                at = bisect(taken, each)
                beside = [
                    one for one in taken[max(0, at - 1) : at + 1] if one.low <= each.high and each.low <= one.high
                ]
                self._case(each, beside, mux, type_)
                if not beside:
                    taken.insert(at, each)

    def _case(
        self, each: ast.RawInterval, beside: Sequence[ast.RawInterval], mux: ast.Mux, type_: NumberType | None
    ) -> None:
        """`beside`: cases before that have some of its numbers."""
        name = mux.multiplexor.text
        if each.low > each.high:
            why = f"{each.low} is more than {each.high}"
            self.reporter.report(DiagnosticCode.EMPTY_RANGE, each.span, why, "write the smaller end first")
            return
        if type_ is not None and not (type_.holds(each.low) and type_.holds(each.high)):
            why = f"{name} has {type_.length} bits and never is {each.high if type_.holds(each.low) else each.low}"
            help_ = f"give {name} more bits, or the case another number"
            self.reporter.report(DiagnosticCode.CASE_BEYOND_WIDTH, each.span, why, help_)
        for other in beside[:1]:
            low, high = max(each.low, other.low), min(each.high, other.high)
            shown = f"{low}" if low == high else f"{low} to {high}"
            related = (Related(self.reporter.file, other.span, "the other case"),)
            why = f"{name} {shown} has another case already; such a frame gives the signals of both"
            help_ = "give each case numbers of its own"
            self.reporter.report(DiagnosticCode.OVERLAPPING_CASES, each.span, why, help_, related)
