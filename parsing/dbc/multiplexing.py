"""When a signal is in a frame: the chain of its multiplexors and the values that select it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsing.bounds import MULTIPLEXOR_MAX_LENGTH
from parsing.dbc.findings import FindingCode, Findings
from parsing.dbc.grammar import MARK
from parsing.dbc.signals import LeftOut, check_signal
from parsing.dbc.statements import Selection, SignalStatement
from parsing.dbc.text_statements import MULTIPLEXOR_LIMIT
from parsing.definitions import Condition, Range

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from parsing.dbc.statements import MessageStatement, Reference

MOST_NESTED = 16
"""Multiplexors within multiplexors; real files have up to 3."""


class Multiplexing:
    """Of one message. `signals` by name as written; `floats` are the names of those that are floats."""

    def __init__(
        self,
        message: MessageStatement,
        signals: Mapping[str, SignalStatement],
        floats: AbstractSet[str],
        selections: Mapping[Reference, Selection],
        findings: Findings,
    ) -> None:
        self._message = message
        self._signals = signals
        self._floats = floats
        self._selections = selections
        self._findings = findings
        self._marks = {name: _marked(signal.mark) for name, signal in signals.items() if signal.mark}
        self._multiplexors = [name for name, (_, multiplexor) in self._marks.items() if multiplexor]
        self._roots = [name for name in self._multiplexors if self._marks[name][0] is None]

    def condition(self, signal: SignalStatement) -> tuple[Condition, ...]:
        """The conditions under which the signal is there, outermost first; raises LeftOut."""
        chain: list[Condition] = []
        selection = self.selection(signal, note=True)
        while selection is not None:
            parent = self._parent(selection, chain)
            check_signal(parent, is_float=False)
            chain.insert(0, Condition(selection.multiplexor, selection.ranges))
            selection = self.selection(parent, note=False)
        return tuple(chain)

    def selection(self, signal: SignalStatement, *, note: bool) -> Selection | None:
        """What selects the signal: SG_MUL_VAL_, else the number in its mark; `note`: say what is doubtful in them."""
        if not signal.mark and not self._selections:
            return None
        number, _ = self._marks.get(signal.name, (None, False))
        extended = self._selections.get((self._message.id, signal.name))
        if note:
            self._compare(signal, number, extended)
        if extended is not None:
            return extended._replace(ranges=merge(extended.ranges))
        if number is None:
            return None
        ranges = (Range(number, number),)
        return Selection(self._assumed(signal, note=note), ranges, signal.line)

    def _assumed(self, signal: SignalStatement, *, note: bool) -> str:
        others = _others(self._multiplexors, signal.name)
        if len(others) == 1:
            return others[0]
        if not others:
            raise LeftOut(FindingCode.MULTIPLEXOR, "no signal of the message is its multiplexor")
        roots = _others(self._roots, signal.name)
        if len(roots) != 1:
            raise LeftOut(FindingCode.MULTIPLEXOR, f"which of {', '.join(others)} and others selects it is not said")
        if note:
            text = f"{signal.name} is taken to be selected by {roots[0]}"
            self._findings.add(signal.line, FindingCode.MULTIPLEXOR_ASSUMED, self._message.name, text)
        return roots[0]

    def _compare(self, signal: SignalStatement, number: int | None, extended: Selection | None) -> None:
        text = ""
        if signal.mark and self._marks[signal.name] == (None, False):
            text = f"{signal.name}: {signal.mark!r} is no mark of multiplexing and not regarded"
        elif extended and number is None:
            text = f"{signal.name} is not marked as multiplexed; selected as SG_MUL_VAL_ says"
        elif extended and number is not None and not any(low <= number <= high for low, high in extended.ranges):
            text = f"{signal.name}: SG_MUL_VAL_ does not have the value of its mark, {signal.mark}, and holds"
        if text:
            self._findings.add(signal.line, FindingCode.MULTIPLEXOR_MARK, self._message.name, text)

    def _parent(self, selection: Selection, chain: list[Condition]) -> SignalStatement:
        name = selection.multiplexor
        parent = self._signals.get(name)
        fault = None
        if parent is None:
            fault = f"its multiplexor {name} is not there"
        elif not selection.ranges:
            fault = f"no value of its multiplexor {name} selects it"
        elif any(condition.multiplexor == name for condition in chain):
            fault = f"its multiplexor {name} selects itself"
        elif len(chain) >= MOST_NESTED:
            fault = f"over {MOST_NESTED} multiplexors select it"
        elif name in self._floats or parent.length > MULTIPLEXOR_MAX_LENGTH:
            fault = f"its multiplexor {name} is not an integer of at most {MULTIPLEXOR_MAX_LENGTH} bits"
        if parent is None or fault:
            raise LeftOut(FindingCode.MULTIPLEXOR, fault or "")
        return parent


def _others(names: Sequence[str], name: str) -> list[str]:
    """Two of the names beside that one, or all if they are fewer."""
    return [other for other in names[:3] if other != name][:2]


def _marked(mark: str) -> tuple[int | None, bool]:
    """The multiplexor value in a mark, and whether the signal is a multiplexor: (None, False) is no mark."""
    found = MARK.fullmatch(mark)
    if found is None:
        return None, False
    number = int(found[1]) if found[1] else None
    return (None if number is not None and number >= MULTIPLEXOR_LIMIT else number), found[2] is not None


def in_order(conditions: Iterable[tuple[Condition, ...]]) -> list[tuple[Condition, ...]]:
    """None first, then by multiplexor and values as they come, with what is below a page right behind it."""
    ranks: dict[Hashable, int] = {}

    def rank(chain: tuple[Condition, ...]) -> list[int]:
        steps = [step for n in range(len(chain)) for step in ((chain[:n], chain[n].multiplexor), chain[: n + 1])]
        return [ranks.setdefault(step, len(ranks)) for step in steps]

    return sorted(conditions, key=rank)


def merge(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The same values as ascending ranges without gaps."""
    merged: list[Range] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1].high + 1:
            merged[-1] = Range(merged[-1].low, max(merged[-1].high, high))
        else:
            merged.append(Range(low, high))
    return tuple(merged)
