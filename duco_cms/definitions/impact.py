"""What a change of a signal reaches: rules that read it at whatever remove, samples, test sequences, and machines."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Literal

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Count

from duco_cms.definitions.draft_content import CheckedRows, check_rows
from duco_cms.definitions.models import DefinitionSet, Rule, Sample
from duco_cms.definitions.models import Sequence as SequenceRow
from duco_cms.definitions.stored import StoredSet, stored_sets
from duco_cms.fleet.access import machines_visible_to
from duco_cms.fleet.models import MachineModel
from parsing.checker.scope import Scope
from parsing.checker.sources import Source
from parsing.checker.symbols import OwnerSymbol, RuleSymbol, SignalSymbol
from parsing.language import ast
from parsing.language.document_of import name_text
from parsing.proof.expected import Proof
from parsing.rules.program import RuleInput

SignalPlace = tuple[int, int]
"""Group and slot."""

Asked = SignalPlace | int
"""A signal, or the number of a rule."""


@dataclass(frozen=True, slots=True)
class Reader:
    """A rule; `through` are the rules between, from the one that reads what was asked for itself."""

    number: int
    kind: Literal["derived", "check", "event"]
    name: str
    set: str
    through: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Prover:
    """A golden sample or test sequence that speaks of it, or of a rule that reads it."""

    number: int
    kind: Literal["sample", "sequence"]
    title: str
    set: str


@dataclass(frozen=True, slots=True)
class Impact:
    readers: list[Reader]
    provers: list[Prover]


@dataclass(frozen=True, slots=True)
class ModelReached:
    """A machine model that gets the set, and how many of its machines whoever asks may see."""

    name: str
    number: int
    machines: int


class Impacts:
    """Of the definitions as they stand; where `has_errors`, rules may be missing. Raises MalformedContentError."""

    def __init__(self) -> None:
        self._sets = stored_sets(DefinitionSet.objects.order_by("name"))
        self._rows: CheckedRows = check_rows(self._sets)
        self.has_errors = bool(self._rows.errors)
        self._rules = {row.pk: (row, each.name) for each in self._sets for row in each.written if isinstance(row, Rule)}
        self._readers = _readers(self._rows)

    def of(self, asked: Asked, message: tuple[str, str] | None = None) -> Impact:
        """`message`: set and name of the one whose signal it is; samples are of its own signals alone."""
        through = self._reached(asked)
        readers = [self._reader(number, path) for number, path in through.items() if number in self._rules]
        provers = [each.prover for each in self._spoken if each.is_of(asked, through.keys(), message)]
        return Impact(sorted(readers, key=lambda each: (len(each.through), each.name)), provers)

    def rule_named(self, definition_set: str, name: str) -> int | None:
        return next((pk for pk, (row, of) in self._rules.items() if (of, row.name) == (definition_set, name)), None)

    def _reached(self, asked: Asked) -> dict[int, tuple[str, ...]]:
        """The numbers of all rules that read it, with the names between."""
        found: dict[int, tuple[str, ...]] = {}
        waiting: list[tuple[Asked, tuple[str, ...]]] = [(asked, ())]
        for what, path in waiting:
            for number in self._readers[what]:
                if number not in found:
                    found[number] = path
                    # What a check makes of a signal has no name that people know.
                    known = self._rules.get(number)
                    waiting.append((number, (*path, known[0].name) if known else path))
        return found

    def _reader(self, number: int, through: tuple[str, ...]) -> Reader:
        row, set_name = self._rules[number]
        return Reader(number, row.kind, row.name, set_name, through)  # type: ignore[arg-type]  # consts read nothing

    @cached_property
    def _spoken(self) -> list["_Spoken"]:
        texts = {each.name: each for each in self._rows.sources}
        scopes = {each.name: Scope(self._rows.checked.catalogue, each) for each in self._rows.checked.catalogue.sets}
        return [
            spoken
            for stored in self._sets
            if stored.name in texts
            for spoken in _spoken(stored, texts[stored.name], scopes[stored.name])
        ]


@dataclass(frozen=True, slots=True)
class _Spoken:
    """What a sample or sequence speaks of, and the messages whose frames a sequence sends."""

    prover: Prover
    named: AbstractSet[Asked]
    sent: AbstractSet[tuple[str, str]]

    def is_of(self, asked: Asked, readers: AbstractSet[int], message: tuple[str, str] | None) -> bool:
        if asked in self.named or message in self.sent:
            return True
        return self.prover.kind == "sequence" and not readers.isdisjoint(self.named)


def _spoken(stored: StoredSet, source: Source, scope: Scope) -> Iterator[_Spoken]:
    """The rows in the order of the text, which is that of its items; where some cannot be read there are errors."""
    rows = [
        each for each in sorted(stored.written, key=attrgetter("position")) if isinstance(each, Sample | SequenceRow)
    ]
    items = [each for each in source.document.items if isinstance(each, ast.Golden | ast.Test)]
    for row, item in zip(rows, items, strict=False):
        prover = Prover(row.pk, "sample" if isinstance(item, ast.Golden) else "sequence", str(row), stored.name)
        if isinstance(item, ast.Golden):
            yield _Spoken(prover, set(_of_sample(item, scope, source.text)), frozenset())
        else:
            yield _Spoken(prover, set(_of_sequence(item, scope, source.text)), _sent(item, scope))


def models_reached(definition_set: DefinitionSet, user: User | AnonymousUser) -> list[ModelReached]:
    models = MachineModel.objects.filter(bindings__definition_set=definition_set).distinct()
    counted = machines_visible_to(user).order_by().values_list("model").annotate(Count("pk"))
    machines = dict(counted.filter(model__in=models))
    return [ModelReached(each.name, each.pk, machines.get(each.pk, 0)) for each in models]


def _readers(rows: CheckedRows) -> Mapping[Asked, Sequence[int]]:
    found: defaultdict[Asked, list[int]] = defaultdict(list)
    for rule in rows.checked.program.rules:
        for each in rule.inputs:
            found[each.rule if isinstance(each, RuleInput) else (each.group, each.slot)].append(rule.id)
    return found


def _of_sample(item: ast.Golden, scope: Scope, text: str) -> Iterator[Asked]:
    owners: list[OwnerSymbol] = scope.owners(item.message.text)
    if owners:
        yield from _meant(Proof("", text, item.title, scope, owners[0]), item.expect)


def _of_sequence(item: ast.Test, scope: Scope, text: str) -> Iterator[Asked]:
    proof = Proof("", text, item.title, scope)
    for step in item.steps:
        if not isinstance(step, ast.SendStep):
            yield from _meant(proof, step.values if isinstance(step, ast.SetStep) else step.expect)


def _meant(proof: Proof, said: Iterable[ast.Expectation]) -> Iterator[Asked]:
    for each in said:
        symbol = proof.meant(ast.subject_of(each))
        if isinstance(symbol, RuleSymbol):
            yield symbol.id
        elif isinstance(symbol, SignalSymbol) and symbol.input is not None:
            yield symbol.input.group, symbol.input.slot


def _sent(item: ast.Test, scope: Scope) -> set[tuple[str, str]]:
    sent = (step.message.text for step in item.steps if isinstance(step, ast.SendStep))
    return {(owner.set_name, owner.name) for name in sent for owner in scope.owners(name)[:1]}


def message_key(set_name: str, message: str) -> tuple[str, str]:
    """As `Impacts.of` takes it."""
    return set_name, name_text(message)
