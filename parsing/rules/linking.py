"""Rules for the machines of one model: numbered, in order, with a place for everything that they remember."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from parsing.rules.compiled import CompiledRule, RuleSource, SignalSource
from parsing.rules.layout import (
    GROUP,
    INFINITE,
    INITIAL,
    INSTRUCTION,
    LONG_AGO,
    NEVER,
    NONE,
    RULE,
    STEADY_CELL,
    UNKNOWN_CELL,
    Cell,
    Flag,
    Header,
    InputKind,
)
from parsing.rules.opcodes import SHAPES, WAKES, WORDS, Extra, Kind, Opcode
from parsing.rules.timing import AT_ONCE
from parsing.rules.verification import memory_of

WORD_BITS = 64
"""Of a word of `RuleTables.bits`."""


@dataclass(frozen=True, slots=True)
class RuleTables:
    """What kernels read of a model's rules; the records are described in `parsing.rules.layout`.

    `rules` RULE[r], `code` INSTRUCTION[], `lists` u32[], `durations` i64[], `groups` GROUP[g], `bits` u64[],
    `wake_bits` u32[w] (where in `bits` the rules begin that are evaluated with each that wakes), `ids` u32[r],
    `registers` f64[]. `block` i64[] is the memory of a machine that is new, its wake times from `wakes` on.

    `group_ids` by group, `signals` by cell, `attributes` by cell behind those, `linked` by rule, and `outputs` the rule
    of each derived signal whose rows are stored.
    """

    rules: np.ndarray
    code: np.ndarray
    lists: np.ndarray
    durations: np.ndarray
    groups: np.ndarray
    bits: np.ndarray
    wake_bits: np.ndarray
    ids: np.ndarray
    registers: np.ndarray
    block: np.ndarray
    wakes: int
    group_ids: tuple[int, ...]
    signals: tuple[SignalSource, ...]
    attributes: tuple[str, ...]
    linked: tuple[CompiledRule, ...]
    outputs: tuple[int, ...]

    @property
    def attribute_cell(self) -> int:
        """Where the attributes' cells begin."""
        return Header.WORDS + Cell.WORDS * len(self.signals)

    @property
    def given(self) -> np.ndarray:
        """i64[]: where in a machine's block the rules that store on change remember whether they gave a row."""
        is_on_change = (self.rules["flags"] & Flag.ON_CHANGE) != 0
        ends = np.append(self.rules["code"][1:], len(self.code))[is_on_change].astype(np.int64)
        places: np.ndarray = self.rules["memory"][is_on_change] + self.code["x"][ends - 1].astype(np.int64)
        return places

    @property
    def captures(self) -> int:
        """The most that one instant captures."""
        return sum(len(rule.capture) for rule in self.linked)


def link(rules: Sequence[CompiledRule], available: Collection[int]) -> RuleTables:
    """Of `rules`, each behind those that it reads, those whose inputs come from groups that are `available`; the rules
    must have passed `verify_all`.
    """
    linked = tuple(_usable(rules, available))
    signals = sorted(
        {each for rule in linked for each in rule.inputs if isinstance(each, SignalSource)},
        key=lambda each: (each.group, each.slot, each.timeout or INFINITE),
    )
    attributes = tuple(sorted({name for rule in linked for name in rule.attributes}))
    return _Linker(linked, tuple(signals), attributes).tables()


def _usable(rules: Sequence[CompiledRule], available: Collection[int]) -> Iterator[CompiledRule]:
    usable: set[int] = set()
    for rule in rules:
        if all(
            each.group in available if isinstance(each, SignalSource) else each.rule in usable for each in rule.inputs
        ):
            usable.add(rule.id)
            yield rule


class _Linker:
    """Fills in the tables of the rules `linked`."""

    def __init__(
        self, linked: tuple[CompiledRule, ...], signals: tuple[SignalSource, ...], attributes: tuple[str, ...]
    ) -> None:
        self._linked, self._signals, self._attributes = linked, signals, attributes
        keys: list[SignalSource | str | int] = [*signals, *attributes, *(rule.id for rule in linked)]
        self._cells = {key: Header.WORDS + Cell.WORDS * number for number, key in enumerate(keys)}
        self._kinds = {rule.id: InputKind.DERIVED if rule.output else InputKind.STEADY for rule in linked}
        self._lists: list[int] = []
        self._bits: list[int] = []
        self._durations: list[int] = []
        self._registers: list[float] = []
        self._block: list[int] = []
        self._instructions = 0

    def tables(self) -> RuleTables:
        linked = self._linked
        waking = [number for number, rule in enumerate(linked) if any(op in WAKES for op in _ops(rule))]
        outputs = [number for number, rule in enumerate(linked) if rule.output and rule.output.store != "never"]
        self._block = self._fresh_block([Opcode.ABSENT_FOR in _ops(linked[number]) for number in waking])
        rules = np.array([self._rule(rule) for rule in linked], RULE)
        rules["wake"] = rules["output"] = NONE
        rules["wake"][waking] = range(len(waking))
        rules["output"][outputs] = range(len(outputs))
        closures, direct = self._closures()
        group_ids = tuple(sorted({each.group for each in self._signals}))
        groups = np.array([self._group(group, direct[group]) for group in group_ids], GROUP)
        wake_bits = [self._add_bits(closures[number]) for number in waking]
        return RuleTables(
            rules=rules, code=self._code(), lists=np.array(self._lists, np.uint32),
            durations=np.array(self._durations, np.int64), groups=groups, bits=np.array(self._bits, np.uint64),
            wake_bits=np.array(wake_bits, np.uint32), ids=np.array([rule.id for rule in linked], np.uint32),
            registers=np.array(self._registers, np.float64),
            block=np.array(self._block, np.int64), wakes=Header.WORDS + Cell.WORDS * len(self._cells),
            group_ids=group_ids, signals=self._signals, attributes=self._attributes, linked=linked,
            outputs=tuple(linked[number].id for number in outputs),
        )  # fmt: skip

    def _fresh_block(self, absences: list[bool]) -> list[int]:
        """Without what rules remember; of each rule that wakes, whether it waits for what may never come."""
        steady = self._kinds.values()
        cells = [
            *[UNKNOWN_CELL] * len(self._signals),
            *[STEADY_CELL] * len(self._attributes),
            *(UNKNOWN_CELL if kind is InputKind.DERIVED else STEADY_CELL for kind in steady),
        ]
        wakes = [AT_ONCE if waits else INFINITE for waits in absences]
        first = min(wakes, default=INFINITE)
        return [LONG_AGO, NEVER, first, 0, *(word for cell in cells for word in cell), *wakes]

    def _closures(self) -> tuple[list[int], dict[int, int]]:
        """As bits: which rules are evaluated with each one, and with each group."""
        numbers = {rule.id: number for number, rule in enumerate(self._linked)}
        closures, direct = [1 << number for number in range(len(self._linked))], dict[int, int]()
        for number in range(len(self._linked) - 1, -1, -1):
            rule = self._linked[number]
            for each in _evaluated_with(rule):
                if isinstance(each, SignalSource):
                    direct[each.group] = direct.get(each.group, 0) | closures[number]
                else:
                    closures[numbers[each.rule]] |= closures[number]
        return closures, {group: direct.get(group, 0) for group in {each.group for each in self._signals}}

    def _rule(self, rule: CompiledRule) -> tuple[float, ...]:
        """A record; `wake` and `output` are filled in later."""
        output, constants = rule.output, len(rule.constants)
        keys = [*(each.rule if isinstance(each, RuleSource) else each for each in rule.inputs), *rule.attributes]
        cells = [self._cells[key] for key in keys]
        kinds = [self._kinds[key] if isinstance(key, int) else _kind_of(key) for key in keys]
        conditions = [self._add([len(each), *(cells[number] for number in each)]) for each in rule.conditions]
        code, frame, memory = self._instructions, len(self._registers), len(self._block)
        self._instructions += len(rule.code) // WORDS
        self._registers += [*rule.constants, *[0.0] * (rule.registers - constants)]
        self._block += [
            word
            for op in _ops(rule)
            if SHAPES[op].extra is Extra.MEMORY and memory_of(rule, op)
            for word in INITIAL[op]
        ]  # fmt: skip
        hold = (output and output.hold) or 0
        durations = len(self._durations)
        self._durations += [hold, rule.cooldown]
        flags = Flag.HOLD * bool(hold) | Flag.ON_CHANGE * (output is not None and output.store == "on_change")
        return (
            code, self._add([*cells, *kinds]), frame, self._add(conditions), memory, self._cells[rule.id], 0, 0,
            self._add(list(rule.capture)), durations, _read(rule), len(cells), constants, len(rule.capture), flags,
            -np.inf if output is None or output.minimum is None else output.minimum,
            np.inf if output is None or output.maximum is None else output.maximum,
        )  # fmt: skip

    def _code(self) -> np.ndarray:
        words = np.array([word for rule in self._linked for word in rule.code], np.uint32).reshape(-1, WORDS)
        code = np.empty(len(words), INSTRUCTION)
        for place, name in enumerate(INSTRUCTION.names or ()):
            code[name] = words[:, place]
        return code

    def _group(self, group: int, triggers: int) -> tuple[int, ...]:
        inputs = [each for each in self._signals if each.group == group]
        triggered = [number for number in range(len(self._linked)) if triggers >> number & 1]
        timeouts = len(self._durations)
        self._durations += [INFINITE if each.timeout is None else each.timeout for each in inputs]
        return (
            self._add([each.slot for each in inputs]), timeouts, len(inputs), self._cells[inputs[0]],
            self._add(triggered), len(triggered), self._add_bits(triggers), payload_words(len(inputs)),
        )  # fmt: skip

    def _add(self, numbers: list[int]) -> int:
        self._lists += numbers
        return len(self._lists) - len(numbers)

    def _add_bits(self, bits: int) -> int:
        words = -(-len(self._linked) // WORD_BITS)
        self._bits += [bits >> WORD_BITS * word & (1 << WORD_BITS) - 1 for word in range(words)]
        return len(self._bits) - words


def payload_words(inputs: int) -> int:
    """Of a waiting row: a value each, and behind them qualities as bytes."""
    return inputs + -(-inputs // 8)


def _ops(rule: CompiledRule) -> tuple[int, ...]:
    return rule.code[::WORDS]


def _kind_of(key: SignalSource | str) -> InputKind:
    return InputKind.SIGNAL if isinstance(key, SignalSource) else InputKind.STEADY


def _read(rule: CompiledRule) -> int:
    """How many of the first inputs and attributes are read at each instant: all of a derived signal, since it is fresh
    for as long as they are, else up to the last one in its code.
    """
    if rule.output or rule.attributes:
        return len(rule.inputs) + len(rule.attributes)
    return 1 + max((rule.inputs.index(each) for each in _evaluated_with(rule)), default=-1)


def _evaluated_with(rule: CompiledRule) -> list[SignalSource | RuleSource]:
    """The inputs that have the rule evaluated when they come: all that its code reads, not what is only captured."""
    first, read = len(rule.constants), set[int]()
    for start in range(0, len(rule.code), WORDS):
        op, _, *operands = rule.code[start : start + WORDS - 1]
        for kind, operand in zip(SHAPES[op].operands, operands, strict=False):
            if kind in (Kind.VALUE, Kind.INPUT):
                read.add(operand - first)
    return [each for number, each in enumerate(rule.inputs) if number in read]
