"""An explanation as JSON."""

from collections.abc import Mapping
from typing import Any

from distribution.api.frames import id_text
from distribution.api.parameters import rfc3339
from distribution.api.present import WORDS, number_json, source_json
from distribution.explain.records import (
    Bits,
    Definition,
    Envelope,
    Explanation,
    Frame,
    ReadObject,
    RuleInput,
    RuleRun,
)
from parsing.can_id import EXTENDED_FLAG, pgn_of
from parsing.quality import Quality


def explanation_json(told: Explanation) -> dict[str, Any]:
    release, again = told.release, told.again
    return {
        "value": _value(told),
        "release": release and {"number": release.number, "note": release.note, "published": release.published},
        "definition": told.definition and _definition(told.definition),
        "bits": told.bits and _bits(told.bits),
        "object": told.object and _object(told.object),
        "rule": told.rule and _rule(told.rule),
        "again": again
        and {
            "value": _number(again.value, again.quality, again.text),
            "text": again.text,
            "quality": WORDS[again.quality],
            "agrees": again.agrees,
        },
        "envelope": told.envelope and _envelope(told.envelope),
        "gaps": [{"code": each.code, "detail": each.detail} for each in told.gaps],
    }


def _value(told: Explanation) -> dict[str, Any]:
    stored = told.stored
    return {
        **_time("ts", stored.ts),
        "value": _number(stored.value, stored.quality, stored.text),
        "text": stored.text,
        "label": told.label,
        "quality": WORDS[stored.quality],
        "reason": told.reason,
        "group": told.group,
        "slot": told.slot,
        "ordinal": stored.ordinal,
        "release": stored.release,
        "received": rfc3339(stored.received),
        **source_json(stored.source),
    }


def _number(value: float, quality: Quality, text: str | None = None) -> float | None:
    return None if text is not None or quality == Quality.ABSENT else number_json(value)


def _definition(definition: Definition) -> dict[str, Any]:
    return {
        "kind": definition.kind,
        "set": definition.set,
        "message": definition.message,
        "message_id": definition.message_id,
        "title": definition.title,
        "page": definition.page,
        "signal": definition.signal,
        "unit": definition.unit,
        "minimum": definition.minimum,
        "maximum": definition.maximum,
        "comment": definition.comment,
        "lines": [{"text": each.text, "marked": each.is_marked} for each in definition.lines],
    }


def _bits(bits: Bits) -> dict[str, Any]:
    return {
        "payload": bits.payload.hex().upper(),
        "length": bits.length,
        "transport": "packets" if bits.is_transported else "single",
        "bits": bits.bits,
        # Beyond 2^53 JSON's readers round: as text it is what it is.
        "raw_bits": None if bits.raw_bits is None else f"{bits.raw_bits:X}",
        "raw": None if bits.raw is None else number_json(float(bits.raw)),
        "scale": bits.scale,
        "offset": bits.offset,
        "byte_order": bits.byte_order,
        "type": bits.type,
        "multiplexors": [
            {"name": each.name, "raw": each.raw, "label": each.label, "ranges": each.ranges, "bits": each.bits}
            for each in bits.multiplexors
        ],
        "frames": [_frame(each) for each in bits.frames],
    }


def _frame(frame: Frame) -> dict[str, Any]:
    return {
        **_time("ts", frame.ts),
        "bus": frame.bus,
        "id": id_text(frame.can_id),
        "pgn": pgn_of(frame.can_id) if frame.can_id & EXTENDED_FLAG else None,
        "data": frame.data.hex().upper(),
        "partition": frame.partition,
        "offset": frame.offset,
        "index": frame.index,
        "role": frame.role,
        "number": frame.number,
        "used": frame.is_used,
    }


def _object(read: ReadObject) -> dict[str, Any]:
    return {
        "number": read.number,
        "path": read.path,
        "raw": read.raw,
        "scale": read.scale,
        "offset": read.offset,
        "document": read.document,
        "cut": read.is_cut,
    }


def _rule(rule: RuleRun) -> dict[str, Any]:
    return {
        "text": rule.text,
        "inputs": [_input(each) for each in rule.inputs],
        "parts": [
            {
                "text": part.text,
                "value": _number(part.value, part.quality),
                "quality": WORDS[part.quality],
                "depth": part.depth,
            }
            for part in rule.parts
        ],
        "since": None if rule.since is None else rfc3339(rule.since),
    }


def _input(each: RuleInput) -> dict[str, Any]:
    return {
        "name": each.name,
        "kind": each.kind,
        "unit": each.unit,
        "value": _number(each.value, each.quality),
        "quality": WORDS[each.quality],
        "ts": None if each.ts is None else rfc3339(each.ts),
        "ts_us": each.ts,
        "group": each.group,
        "slot": each.slot,
        "source": each.source,
        "ordinal": each.ordinal,
        "rerun": each.is_rerun,
    }


def _envelope(envelope: Envelope) -> dict[str, Any]:
    entry, details = envelope.entry, envelope.details
    return {
        "topic": envelope.topic,
        "partition": entry.partition,
        "offset": entry.offset,
        "hub": _hub(entry.origin),
        "message_id": entry.message_id,
        "device": entry.device,
        "kind": entry.kind,
        "frames": entry.frames,
        "first_ts": None if entry.first_ts is None else rfc3339(entry.first_ts),
        "last_ts": None if entry.last_ts is None else rfc3339(entry.last_ts),
        "received": rfc3339(entry.received),
        "enqueued": rfc3339(details.enqueued) if details and details.enqueued is not None else None,
        "size": details.size if details else None,
        "content_type": details.content_type if details else None,
        "content_encoding": details.content_encoding if details else None,
        "realtime": details.realtime if details else None,
        "stored": details is not None,
    }


def _hub(origin: str) -> dict[str, Any]:
    """Entity, partition, offset; the entity's path may have slashes."""
    entity, partition, offset = ["", "", *origin.rsplit("/", 2)][-3:]
    is_whole = partition.isdecimal() and offset.isdecimal()
    return {
        "entity": entity if is_whole else origin,
        "partition": int(partition) if is_whole else None,
        "offset": int(offset) if is_whole else None,
    }


def _time(name: str, us: int) -> Mapping[str, Any]:
    return {name: rfc3339(us), f"{name}_us": us}
