"""What publishing would make of checked texts, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from parsing.assemble import document_of
from parsing.checker.check import Checked
from parsing.checker.content import content_with_rules
from parsing.definitions import Content
from parsing.release import content_hash
from parsing.release_places import places_of
from parsing.rules.compiled import CompiledRule, RuleSource
from parsing.rules.opcodes import SHAPES, WORDS, Extra, Kind, Opcode
from parsing.rules.program import Op

_WORD = 8
_OPCODES = {each.value: each.name.lower() for kind in (Op, Opcode) for each in kind}


class Compiled:
    """Of texts without errors."""

    def __init__(self, checked: Checked) -> None:
        self.content: Content = content_with_rules(checked)
        self._document = document_of(self.content)
        self._names = {rule.id: rule.name for rule in self.content.rules}
        self._signals = {
            (group, signal.slot): f"{place.message.name}.{signal.name}"
            for group, place in places_of(self.content).items()
            if place.kind != "derived"
            for signal in place.group.signals
        }

    def artefact(self) -> bytes:
        """The content of a release as JSON."""
        return orjson.dumps(self._document, option=orjson.OPT_INDENT_2)

    def summary(self) -> dict[str, Any]:
        """Numbers of what there is; bytes of memory are a machine's."""
        messages = [message for each in self.content.sets for message in each.messages]
        return {
            "content_hash": content_hash(self._document),
            "messages": len(messages),
            "groups": sum(len(message.groups) for message in messages),
            "signals": len(self._signals),
            "objects": len(self.content.objects),
            "rules": len(self.content.rules),
            "instructions": sum(len(rule.code) // WORDS for rule in self.content.rules),
            "state_bytes": sum(_WORD * rule.memory for rule in self.content.rules),
        }

    def rules(self) -> list[dict[str, Any]]:
        """Of each rule what it reads, costs and remembers."""
        return [
            {
                "name": rule.name,
                "kind": rule.kind,
                "reads": self._reads(rule),
                "instructions": len(rule.code) // WORDS,
                "state_bytes": _WORD * rule.memory,
                "hash": rule.hash,
            }
            for rule in self.content.rules
        ]

    def lines(self, *, explain: bool) -> Iterator[str]:
        """For a person."""
        said = self.summary()
        yield f"content  {said.pop('content_hash')}"
        yield ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in said.items()) + " a machine"
        if explain:
            for rule in self.content.rules:
                yield from self._explain(rule)

    def _explain(self, rule: CompiledRule) -> Iterator[str]:
        yield ""
        yield f"{rule.kind} {rule.name}"
        yield f"  reads         {', '.join(self._reads(rule)) or 'nothing'}"
        yield f"  instructions  {len(rule.code) // WORDS} an evaluation"
        yield f"  remembers     {_WORD * rule.memory} bytes a machine"
        names = _register_names(rule, self._reads(rule))
        for start in range(0, len(rule.code), WORDS):
            yield f"    {_instruction(rule.code[start : start + WORDS], names)}"

    def _reads(self, rule: CompiledRule) -> list[str]:
        return [
            self._names.get(each.rule, f"rule {each.rule}")
            if isinstance(each, RuleSource)
            else self._signals.get((each.group, each.slot), f"signal {each.group}/{each.slot}")
            for each in rule.inputs
        ]


def _register_names(rule: CompiledRule, reads: list[str]) -> list[str]:
    """Constants by their numbers, inputs and attributes by their names, then r0, r1 …"""
    named = [f"{value:.12g}" for value in rule.constants] + reads + [f"machine.{name}" for name in rule.attributes]
    return named + [f"r{number}" for number in range(rule.registers - len(named))]


def _instruction(words: tuple[int, ...], names: list[str]) -> str:
    opcode, to, *operands, extra = words
    shape = SHAPES[opcode]
    name = _OPCODES[opcode]
    said = [_operand(kind, operand, names) for kind, operand in zip(shape.operands, operands, strict=False)]
    if shape.extra is Extra.MASK:
        said.append(f"mask {extra:#04x}")
    return f"{names[to]} = {name} {', '.join(said)}".rstrip() if shape.writes else f"{name} {', '.join(said)}"


def _operand(kind: Kind, operand: int, names: list[str]) -> str:
    return names[operand] if kind not in (Kind.CONDITION, Kind.HELD) else f"{kind.value} {operand}"
