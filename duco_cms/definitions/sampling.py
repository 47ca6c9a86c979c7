"""Golden samples beside their message: whether they come true by the message as it stands, saved or not, and new ones
kept of tried frames.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import transaction

from duco_cms.definitions.examination import MalformedContentError
from duco_cms.definitions.item_editing import ItemReport, NotOneItemError, examine_item, take
from duco_cms.definitions.locking import hold_edits
from duco_cms.definitions.message_text import enum_rows, message_row
from duco_cms.definitions.models import DefinitionSet, Message, Sample, Signal
from duco_cms.definitions.models.messages import Match
from duco_cms.definitions.pieces import Piece, assembled, pieces_of
from duco_cms.definitions.stored import Row, StoredSet
from duco_cms.definitions.trying import Bench, TrialRefusedError, draft_records
from parsing.checker.check import Checked, check
from parsing.checker.sources import Source
from parsing.language import ast, printing
from parsing.language.diagnostics import Diagnostic
from parsing.language.document_of import name_text
from parsing.language.formatter import format_document
from parsing.language.parser import parse
from parsing.language.rendering import render
from parsing.proof.frames import FrameDecoder
from parsing.proof.keeping import sample_text
from parsing.proof.prove import prove
from parsing.proof.trial import read_of

SAMPLES_SHOWN = 100


class NotKeptError(ValueError):
    """Why there is no sample of it."""


@dataclass(frozen=True, slots=True)
class JudgedSample:
    """`problems` are diagnostics as the command line shows them; none: it comes true. None: the message itself has
    errors, so nothing can be said.
    """

    sample: Sample
    problems: list[str] | None


def judged_samples(message: Message, edited: Row | None) -> list[JudgedSample]:
    """Of a message that is stored, as it is or as it is `edited`; the first SAMPLES_SHOWN. They are judged with no more
    of the set than what they can depend on.
    """
    samples = list(_samples_of(message))
    if not samples:
        return []
    records = StoredSet(message.definition_set, enum_rows(message.definition_set), [*_rows(message, edited)], [])
    bench = pieces_of(records)
    found = _errors(bench, samples)
    if found is None:
        return [JudgedSample(each, None) for each in samples]
    sound = [each for each in samples if each.pk not in found]
    found |= _failures(bench, sound)
    return [JudgedSample(each, found.get(each.pk, [])) for each in samples]


def unjudged_samples(message: Message) -> list[JudgedSample]:
    """Of a message that is edited to what has no meaning; the first SAMPLES_SHOWN."""
    return [JudgedSample(each, None) for each in _samples_of(message)]


def proposed_text(
    bench: Bench, number: int, payload: bytes, source_address: int, title: str, remarks: Sequence[str]
) -> str:
    """A sample of the message of that number in the bench's set, with what the definitions as they stand make of the
    payload. Raises NotKeptError and TrialRefusedError.
    """
    try:
        content = draft_records(bench)
    except MalformedContentError as error:
        raise TrialRefusedError(error.diagnostics) from None
    own = next((each for each in content.sets if each.id == bench.definition_set.pk), None)
    message = next((each for each in own.messages if each.id == number), None) if own else None
    if message is None or own is None:
        raise NotKeptError(f"The message is not in {bench.definition_set}.")
    address = source_address if message.j1939 else None
    decoded = FrameDecoder(content, own.id).decode(message, payload, address)
    if decoded.unknown_page is not None or not decoded.is_known:
        raise NotKeptError("The frame gives no values by this message, so there is nothing to expect of it.")
    values = {
        (group, slot): read_of(values[slot], qualities[slot])
        for group, (values, qualities) in decoded.groups.items()
        for slot in range(len(values))
    }
    enums = {each.id: each for each in content.enums}
    text = sample_text(title, message, payload, address, values, enums, remarks)
    parsed = parse(text)
    if any(one.is_error for one in parsed.diagnostics):
        raise NotKeptError("The frame cannot be written as a sample.")
    return format_document(parsed.document)


def keep_sample(definition_set: DefinitionSet, text: str) -> tuple[Sample, ItemReport]:
    """A new sample of the set, behind all others. One that fails is kept too, and blocks publication. Raises
    NotKeptError with all that is wrong.
    """
    sample = Sample(definition_set=definition_set)
    with transaction.atomic():
        hold_edits()
        try:
            report = examine_item(definition_set, sample, text)
        except NotOneItemError as refusal:
            raise NotKeptError(str(refusal)) from None
        if report.is_refused or report.node is None:
            raise NotKeptError("\n".join(render(one, text) for one in report.diagnostics if one.is_error))
        take(sample, report.node)
        sample.save()
    return sample, report


def _samples_of(message: Message) -> Iterator[Sample]:
    """Found by their text first, as reading many takes long."""
    name = name_text(message.name)
    rows = Sample.objects.filter(definition_set=message.definition_set, text__contains=f"for {printing.name(name)} {{")
    for row in rows.order_by("position", "pk")[:SAMPLES_SHOWN]:
        if any(isinstance(item, ast.Golden) and item.message.text == name for item in parse(row.text).document.items):
            yield row


def _rows(message: Message, edited: Row | None) -> Iterator[Row]:
    """The message, and the others of its PGN: one of them may be the closer match."""
    yield edited if edited is not None else stored_row(message)
    if message.match == Match.PGN:
        others = Message.objects.filter(definition_set=message.definition_set, pgn=message.pgn, retired=False)
        for other in others.exclude(pk=message.pk):
            yield stored_row(other)


def stored_row(message: Message) -> Row:
    signals = Signal.objects.filter(group__message=message, retired=False).select_related("enum").order_by("slot")
    return message_row(message, signals)


def _errors(bench: Sequence[Piece], samples: Sequence[Sample]) -> dict[int, list[str]] | None:
    """By sample; None: there are some of the message itself."""
    starts, source, checked = _checked(bench, samples)
    errors = [one for one in checked.diagnostics if one.is_error]
    if any(one.span.start < starts[len(bench)] for one in errors):
        return None
    return _by_sample(errors, starts[len(bench) :], samples, source)


def _failures(bench: Sequence[Piece], samples: Sequence[Sample]) -> dict[int, list[str]]:
    starts, source, checked = _checked(bench, samples)
    failures = [one for outcome in prove([source], checked) for one in outcome.failures]
    return _by_sample(failures, starts[len(bench) :], samples, source)


def _checked(bench: Sequence[Piece], samples: Sequence[Sample]) -> tuple[list[int], Source, Checked]:
    pieces = [*bench, *(Piece(each.position, each.text, each) for each in samples)]
    whole = assembled(pieces)
    source = Source("", parse(whole.text).document, whole.text)
    return [*whole.starts, len(whole.text)], source, check([source])


def _by_sample(
    said: Iterable[Diagnostic], starts: Sequence[int], samples: Sequence[Sample], source: Source
) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for one in said:
        at = sum(start <= one.span.start for start in starts[: len(samples)]) - 1
        found.setdefault(samples[max(at, 0)].pk, []).append(render(one, source.text))
    return found
