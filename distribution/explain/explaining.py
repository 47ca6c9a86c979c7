"""A stored value explained: each step by itself, so that where one is gone the others are told."""

import math
import threading
from collections.abc import Sequence
from typing import Final

from distribution.explain import bits as places
from distribution.explain import definitions, objects, reasons, stream
from distribution.explain.derived import explain_rule
from distribution.explain.payloads import payload_of
from distribution.explain.records import (
    Again,
    Bits,
    Definition,
    Envelope,
    Explanation,
    Gap,
    Kind,
    Multiplexor,
    ReleaseFacts,
)
from distribution.explain.releases import UnavailableReleaseError, as_machine, catalogue_of, model_for
from distribution.queries import explain as queries
from distribution.queries.span_end import HELD_ORDINAL
from ingest.meta.catalogue import Catalogue
from parsing.compiler.transport import is_transported
from parsing.definitions import Signal
from parsing.quality import Quality
from parsing.release import Place, Release

# Extractors are of one thread at a time, and a process that explains one value after the other stays usable.
_one_at_a_time: Final = threading.Lock()


def explain(key: queries.Key, model: int, topic: str) -> Explanation | None:
    """None where no such value is stored. `model` is the machine's, `topic` the full name of `raw`.

    Raises TooMuchError, StoreUnavailableError.
    """
    stored = queries.stored_value(key)
    if stored is None:
        return None
    told = Explanation(stored, key.group, key.slot)
    candidates = queries.received_at(key.machine, stored.received)
    with _one_at_a_time:
        place = _tell_definition(told)
        rerun, catalogue = _rerun(told, key, model, candidates, place)
        if rerun is not None and catalogue is not None and place is not None:
            _tell_origin(told, catalogue, rerun, place)
        if place is not None and place.kind == "derived" and told.release is not None:
            told.rule = explain_rule(catalogue_of(stored.release), told, key, rerun)
    _tell_envelope(told, candidates, rerun, topic)
    if told.definition is not None and not told.reason:
        _tell_limits(told)
    return told


def _tell_definition(told: Explanation) -> Place | None:
    try:
        release = catalogue_of(told.stored.release).release
    except UnavailableReleaseError as error:
        told.gaps.append(Gap("release_gone", str(error)))
        return None
    told.release = ReleaseFacts(release.number, release.note, release.published)
    place = release.groups.get(told.group)
    signal = _signal(place, told.slot)
    if place is None or signal is None:
        told.gaps.append(Gap("not_in_release", f"Release {release.number} has no such signal."))
        return None
    enum = None if signal.enum is None else release.enum(signal.enum)
    told.label = reasons.label(enum, told.stored.value)
    told.definition = _definition(release, place, signal)
    return place


def _signal(place: Place | None, slot: int) -> Signal | None:
    return next((each for each in place.group.signals if each.slot == slot), None) if place else None


def _definition(release: Release, place: Place, signal: Signal) -> Definition:
    kind: Kind = "object" if place.kind == "object" else "derived"
    lines: list[definitions.Line] = []
    if place.kind == "message":
        kind = "page" if place.group.condition else "plain"
        lines = definitions.of_message(release, place.definition_set, place.message, signal.name)
    elif place.kind == "object":
        found = next(each for each in release.content.objects if each.group == place.group.id)
        lines = definitions.of_object(release, found, signal.name)
    return Definition(
        kind=kind,
        set=place.definition_set.name,
        message=place.message.name,
        message_id=place.message.id,
        title=place.message.title,
        page=place.group.title,
        signal=signal.name,
        unit=signal.unit,
        minimum=signal.minimum,
        maximum=signal.maximum,
        comment=signal.comment or place.message.comment,
        lines=lines,
    )


def _rerun(
    told: Explanation, key: queries.Key, model: int, candidates: Sequence[queries.LedgerEntry], place: Place | None
) -> tuple[stream.Rerun | None, Catalogue | None]:
    if place is None:
        return None, None
    kind = "packets" if place.kind == "message" and is_transported(place.message) else place.kind
    records = stream.around(key.machine, candidates, kind, told.stored.ts)
    at = {(each.partition, each.offset) for each in candidates}
    if not any((each.partition, each.offset) in at for each in records):
        told.gaps.append(_gone(candidates))
        return None, None
    catalogue = catalogue_of(told.stored.release)
    used = model_for(catalogue, place.definition_set.id, model)
    if used is None:
        detail = f"No machine model of release {told.stored.release} uses the definition set."
        told.gaps.append(Gap("not_in_use", detail))
        return None, None
    catalogue = as_machine(catalogue, key.machine, used, {each.device for each in records})
    wanted = _wanted(told, is_held=place.kind == "derived" and told.stored.ordinal == HELD_ORDINAL)
    rerun = stream.run_again(catalogue, records, wanted, at)
    if wanted.is_held:
        told.gaps.append(Gap("held", "A re-decode ended here: what the release had said before holds again."))
    if rerun.found is None:
        told.gaps.append(Gap("not_repeated", "The release makes no such row of the envelopes that are there now."))
    else:
        told.again = _again(told, rerun.found)
    return rerun, catalogue


def _gone(candidates: Sequence[queries.LedgerEntry]) -> Gap:
    if not candidates:
        return Gap("envelope_unknown", "The ledger of envelopes has none that was received at that time.")
    return Gap("raw_gone", "The raw store does not keep the envelope any more, so its bytes cannot be shown.")


def _wanted(told: Explanation, *, is_held: bool = False) -> stream.Wanted:
    stored = told.stored
    return stream.Wanted(told.group, told.slot, stored.source, stored.ts, stored.ordinal, is_held)


def _again(told: Explanation, found: stream.Found) -> Again:
    stored = told.stored
    same_text = stored.text == found.text
    both_nan = math.isnan(stored.value) and math.isnan(found.value)
    same_number = stored.text is not None or stored.value == found.value or both_nan
    agrees = same_text and same_number and stored.quality == found.quality
    return Again(found.value, found.text, found.quality, agrees)


def _tell_origin(told: Explanation, catalogue: Catalogue, rerun: stream.Rerun, place: Place) -> None:
    found, wanted = rerun.found, _wanted(told)
    signal = _signal(place, told.slot)
    if found is None or signal is None:
        return
    if place.kind == "message":
        _tell_bits(told, catalogue, rerun, place, signal)
    elif place.kind == "object":
        definition = next(each for each in catalogue.release.content.objects if each.group == told.group)
        own = next(each for each in definition.signals if each.slot == told.slot)
        told.object = objects.read_object(found, wanted, definition, own)
        told.reason = objects.why_suspect(found, wanted)


def _tell_bits(told: Explanation, catalogue: Catalogue, rerun: stream.Rerun, place: Place, signal: Signal) -> None:
    model = next(iter(catalogue.machines.values())).model
    used = places.bits_of(signal)
    payload = payload_of(catalogue, model, rerun, _wanted(told), used)
    if payload is None or told.definition is None:
        told.gaps.append(Gap("frame_unknown", "The frame that gave the row was not found in its envelope."))
        return
    raw_bits = places.raw_bits(signal, payload.data)
    raw = None if raw_bits is None else places.raw_number(signal, raw_bits)
    told.bits = Bits(
        payload=payload.data,
        length=place.message.length,
        bits=used,
        raw_bits=raw_bits,
        raw=raw,
        is_transported=payload.is_transported,
        scale=signal.scale,
        offset=signal.offset,
        byte_order=signal.byte_order,
        type=signal.type,
        multiplexors=_multiplexors(catalogue.release, place, payload.data),
        frames=payload.frames,
    )
    told.reason = reasons.of_signal(signal, told.stored.quality, raw, told.stored.value, len(payload.data))


def _multiplexors(release: Release, place: Place, payload: bytes) -> list[Multiplexor]:
    """From the outermost on."""
    homes = place.message.homes()
    found = []
    for condition in place.group.condition:
        _, signal = homes[condition.multiplexor]
        bits = places.raw_bits(signal, payload)
        raw = None if bits is None else int(places.raw_number(signal, bits))
        enum = None if signal.enum is None else release.enum(signal.enum)
        label = "" if raw is None else reasons.label(enum, float(raw))
        ranges = [(low, high) for low, high in condition.ranges]
        found.append(Multiplexor(signal.name, raw, label, ranges, places.bits_of(signal)))
    return found


def _tell_envelope(
    told: Explanation, candidates: Sequence[queries.LedgerEntry], rerun: stream.Rerun | None, topic: str
) -> None:  # fmt: skip
    found = rerun.found if rerun else None
    if found is not None:
        place = found.record.partition, found.record.offset
        chosen = [each for each in candidates if (each.partition, each.offset) == place]
    else:
        chosen = [each for each in candidates if each.spans(told.stored.ts)]
        chosen = chosen if len(chosen) == 1 else []
    if chosen:
        entry = chosen[0]
        told.envelope = Envelope(entry, queries.details(entry.partition, entry.offset), topic)


def _tell_limits(told: Explanation) -> None:
    """Of what is derived or read of an object."""
    definition = told.definition
    if definition is not None and told.stored.quality == Quality.OUT_OF_RANGE:
        limits = definition.minimum, definition.maximum
        told.reason = reasons.of_limits(told.stored.value, *limits, definition.unit)
