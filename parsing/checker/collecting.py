"""The names of all sets: from the records that they became, and from the texts where those have places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from parsing.checker.identities import Identities
from parsing.checker.reporting import Findings, Reporter
from parsing.checker.scope import Catalogue, SetNames
from parsing.checker.sources import Source, signals_in
from parsing.checker.symbols import ConstSymbol, EnumSymbol, OwnerSymbol, Place, RuleSymbol, SignalSymbol
from parsing.checker.verdicts import verdicts_of
from parsing.dbc.records import ImportedEnum
from parsing.definitions import Content, DefinitionSet, Enum, Message
from parsing.language import ast
from parsing.language.codes import DiagnosticCode
from parsing.language.diagnostics import Related
from parsing.language.expressions import Name
from parsing.objects.records import ObjectDefinition
from parsing.rules.program import SignalInput

Enums = Mapping[int, EnumSymbol]

_WHAT: dict[type, str] = {
    ast.Const: "a const",
    ast.Derived: "a derived signal",
    ast.Check: "a check",
    ast.Event: "an event",
}


def catalogue_of(
    sources: Sequence[Source],
    enums: Sequence[tuple[str, Sequence[ImportedEnum]]],
    content: Content,
    ids: Identities,
    findings: Findings,
) -> Catalogue:
    """`enums`: name and enums of each set, those of the sources first, in their order."""
    contents = {each.name: each for each in content.sets}
    named = [_names_of(contents[name], those, content) for name, those in enums]
    for source, names in zip(sources, named, strict=False):
        _Text(source, names, findings).add()
    number = 0
    for names in named:
        for rule in names.rules.values():
            rule.number, rule.id = number, ids.rule(names.name, rule.name)
            rule.group = ids.group(names.name, rule.name) if _is_stored(rule.node) else None
            number += 1
    return Catalogue(named)


def _is_stored(node: ast.Derived | ast.Check | ast.Event) -> bool:
    return isinstance(node, ast.Derived) and node.store != "never"


def _names_of(definition_set: DefinitionSet, imported: Sequence[ImportedEnum], content: Content) -> SetNames:
    names = SetNames(definition_set.name)
    objects = [each for each in content.objects if each.set == definition_set.id]
    by_id = {each.id: each for each in content.enums}
    numbers = _enum_ids(definition_set.messages, objects)
    used = {by_id[number].name: by_id[number] for number in numbers if number in by_id}
    for enum in imported:
        record = used.get(enum.name) or _like(enum, content.enums)
        names.enums[enum.name] = _enum(names.name, enum, record)
    enums = {symbol.id: symbol for symbol in names.enums.values()}
    for message in definition_set.messages:
        names.add_owner(_message(names.name, message, enums))
    for each in objects:
        names.add_owner(_object(names.name, each, enums))
    return names


def _enum_ids(messages: Sequence[Message], objects: Sequence[ObjectDefinition]) -> Iterator[int]:
    for message in messages:
        for group in message.groups:
            for signal in group.signals:
                if signal.enum is not None:
                    yield signal.enum
    for each in objects:
        yield from (signal.enum for signal in each.signals if signal.enum is not None)


def _like(enum: ImportedEnum, records: Sequence[Enum]) -> Enum | None:
    """An enum that no signal has is known by its name and values."""
    return next((each for each in records if (each.name, each.values) == (enum.name, enum.values)), None)


def _enum(set_name: str, enum: ImportedEnum, record: Enum | None) -> EnumSymbol:
    members: dict[str, tuple[int, ...]] = {}
    for number, name in enum.values:
        members[name] = (*members.get(name, ()), number)
    return EnumSymbol(set_name, enum.name, record.id if record else 0, members)


def _message(set_name: str, message: Message, enums: Enums) -> OwnerSymbol:
    lists = frozenset(each.name for each in message.dtcs)
    owner = OwnerSymbol(set_name, message.name, None, is_message=True, dtc_lists=lists)
    timeout = None if message.timeout is None else message.timeout * 1000
    for group in message.groups:
        for signal in group.signals:
            enum = enums.get(signal.enum) if signal.enum is not None else None
            read = SignalInput(group.id, signal.slot, timeout)
            owner.signals[signal.name] = SignalSymbol(set_name, message.name, signal.name, None, signal, enum, read)
    return owner


def _object(set_name: str, each: ObjectDefinition, enums: Enums) -> OwnerSymbol:
    owner = OwnerSymbol(set_name, each.name, None, is_message=False)
    for signal in each.signals:
        enum = enums.get(signal.enum) if signal.enum is not None else None
        read = SignalInput(each.group, signal.slot, None)
        owner.signals[signal.name] = SignalSymbol(set_name, each.name, signal.name, None, signal, enum, read)
    return owner


class _Text:
    """Adds what only the text knows: rules and consts, and what is so wrong that no record was made of it."""

    def __init__(self, source: Source, names: SetNames, findings: Findings) -> None:
        self._source = source
        self._names = names
        self._findings = findings
        self._first: dict[tuple[str, str], tuple[str, ast.Span]] = {}

    def add(self) -> None:
        for item in self._source.document.items:
            match item:
                case ast.Message():
                    self._once("owner", "a message", item.name)
                    self._add_owner(item.name, list(signals_in(item.members)), is_message=True)
                case ast.ObjectDefinition():
                    is_first = self._once("owner", f"a {item.kind}", item.name)
                    self._add_owner(item.name, item.signals, is_message=False)
                    if is_first:
                        self._names.owners[item.name.text].verdicts.update(verdicts_of(item))
                case ast.Enum():
                    self._add_enum(item)
                case ast.Const() | ast.Derived() | ast.Check() | ast.Event():
                    self._add_rule(item)

    def _once(self, space: str, what: str, name: Name, subject: str = "") -> bool:
        """Says it where the name is taken. `space`: names are unique in it; `what` has the name."""
        first_what, first = self._first.setdefault((space, name.text), (what, name.span))
        if first == name.span:
            return True
        related = (Related(self._source.name, first, "first defined here"),)
        why = f"{name.text} is already the name of {first_what}"
        help_ = "rename one of the two, or delete it"
        self._report(DiagnosticCode.REPEATED_DEFINITION, name.span, subject or name.text, why, help_, related)
        return False

    def _report(
        self,
        code: DiagnosticCode,
        span: ast.Span,
        subject: str,
        why: str,
        help_: str,
        related: tuple[Related, ...] = (),
    ) -> None:
        Reporter(self._findings, self._source.name, subject).report(code, span, why, help_, related)

    def _add_owner(self, name: Name, signals: Sequence[ast.Signal], *, is_message: bool) -> None:
        owner = self._names.owners.get(name.text)
        if owner is None:
            place = Place(self._source.name, name.span)
            owner = OwnerSymbol(self._names.name, name.text, place, is_message=is_message)
            self._names.owners[name.text] = owner
        for signal in signals:
            self._once(f"signal/{name.text}", "a signal", signal.name, name.text)
            if signal.name.text not in owner.signals:
                place = Place(self._source.name, signal.name.span)
                symbol = SignalSymbol(self._names.name, name.text, signal.name.text, place)
                owner.signals[symbol.name] = symbol
                self._names.signals.setdefault(symbol.name, []).append(symbol)

    def _add_enum(self, item: ast.Enum) -> None:
        """Several numbers may have one name (`reserved`), but no number two."""
        self._once("enum", "an enum", item.name)
        numbers: dict[int, ast.Span] = {}
        for member in item.members:
            first = numbers.setdefault(member.number, member.span) if member.number is not None else member.span
            if first != member.span:
                related = (Related(self._source.name, first, "first named here"),)
                why, help_ = f"{member.number} has a name already", "a number has one name; delete one of the two"
                self._report(DiagnosticCode.REPEATED_DEFINITION, member.span, item.name.text, why, help_, related)

    def _add_rule(self, item: ast.Const | ast.Derived | ast.Check | ast.Event) -> None:
        name = item.name
        if not self._once("rule", _WHAT[type(item)], name):
            return
        place = Place(self._source.name, name.span)
        if isinstance(item, ast.Const):
            self._names.consts[name.text] = ConstSymbol(self._names.name, name.text, place, item)
        else:
            self._names.rules[name.text] = RuleSymbol(self._names.name, name.text, place, item, 0)
        hidden = self._names.signals.get(name.text)
        if hidden:
            why = f"{hidden[0].owner} has a signal {name.text}; the plain name means this one from now on"
            help_ = f"rename it, or read the signal as {hidden[0].owner}.{name.text}"
            self._report(DiagnosticCode.SHADOWED_NAME, name.span, name.text, why, help_)
