"""Rules as they stand in a release: code, and what people read of them (docs/contracts/rules.md).

`parsing.rules.generate` makes them, `parsing.rules.verification` says whether one is safe to run.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass
from typing import Annotated, ClassVar, Literal

from annotated_types import Ge, Le, MaxLen, MinLen, Predicate

from parsing.rules.program import Severity, Store

MAX_INSTRUCTIONS = 513
"""512 that compute, and the last one."""

MAX_MEMORY_WORDS = 512
"""4 KiB."""

MAX_INPUTS = 128
MAX_REGISTERS = 2048
MAX_CAPTURED = 20

MAX_DURATION = 2**50
"""µs; 35 years. Times and durations are exact as f64."""

Identity = Annotated[int, Ge(0), Le(0xFFFF_FFFF)]
Number = Annotated[float, Predicate(math.isfinite)]
Duration = Annotated[int, Ge(1), Le(MAX_DURATION)]
Kind = Literal["derived", "check", "event"]


@dataclass(frozen=True, slots=True)
class SignalSource:
    """A signal of a message or object; `timeout` µs, None: always fresh."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    group: Identity
    slot: Annotated[int, Ge(0), Le(0xFFFF)]
    timeout: Duration | None


@dataclass(frozen=True, slots=True)
class RuleSource:
    """The result of another rule."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    rule: Identity


Source = SignalSource | RuleSource


@dataclass(frozen=True, slots=True)
class Output:
    """What a derived signal gives. `group` None where it is never stored; its slot is 0."""

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    group: Identity | None
    unit: str
    type: Literal["number", "integer", "boolean"]
    enum: Identity | None
    minimum: Number | None
    maximum: Number | None
    store: Store
    hold: Duration | None


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """`code`: see `parsing.rules.opcodes`; `registers` and `memory` (words of 8 bytes) are how many it uses.
    `conditions` are the inputs that each `for` depends on, `capture` numbers of inputs. `cooldown` µs.
    """

    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}

    id: Identity
    set: Identity
    kind: Kind
    name: Annotated[str, MinLen(1)]
    title: str
    version: Literal[1]
    inputs: Annotated[tuple[Source, ...], MaxLen(MAX_INPUTS)]
    attributes: Annotated[tuple[str, ...], MaxLen(MAX_INPUTS)]
    constants: Annotated[tuple[Number, ...], MaxLen(MAX_REGISTERS)]
    code: tuple[Annotated[int, Ge(0), Le(0xFFFF_FFFF)], ...]
    conditions: Annotated[tuple[tuple[int, ...], ...], MaxLen(MAX_INSTRUCTIONS)]
    registers: Annotated[int, Ge(0), Le(MAX_REGISTERS)]
    memory: Annotated[int, Ge(0), Le(MAX_MEMORY_WORDS)]
    output: Output | None
    severity: Severity | None
    text: str
    capture: Annotated[tuple[int, ...], MaxLen(MAX_CAPTURED)]
    cooldown: Annotated[int, Ge(0), Le(MAX_DURATION)]
    group_by: str
    comment: str

    @property
    def hash(self) -> str:
        """Of what decides its behaviour: with the same id and hash, another release's rule goes on with its memory."""
        behaviour = [
            self.kind, self.version, [asdict(each) for each in self.inputs], self.attributes, self.constants, self.code,
            self.conditions, self.cooldown, _behaviour(self.output),
        ]  # fmt: skip
        text = json.dumps(behaviour, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def _behaviour(output: Output | None) -> list[object] | None:
    return None if output is None else [output.minimum, output.maximum, output.store, output.hold]
