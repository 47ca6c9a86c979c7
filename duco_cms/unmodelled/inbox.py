"""The inbox: what the Data API lists, with what became of it here."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode

from duco_cms import data_api
from duco_cms.definitions.models import Message
from duco_cms.unmodelled.identifiers import HEARD, what_of
from duco_cms.unmodelled.known import Definitions, has_page, models_of, named_numbers, pages_of, path_text, reads
from duco_cms.unmodelled.models import Ignored, Kind

LIMIT: Final = 2_000
"""Entries that are asked for; the page says where there are more."""

NEW, DEFINED, IGNORED, ALL = "new", "defined", "ignored", "all"
STATES: Final = (NEW, DEFINED, IGNORED, ALL)
_NUMBER: Final = re.compile(r"[0-9A-F]{1,8}\Z", re.ASCII)
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """An entry of the list. `what` is what it is ignored by; `links` are (text, address) of what may be done about it,
    `text` what it is, `note` what helps with it.
    """

    kind: str
    what: str
    text: str
    state: str
    entry: Entry
    first_seen: datetime | None
    last_seen: datetime | None
    address: str = ""
    note: str = ""
    reason: str = ""
    proposal: str = ""
    links: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Inbox:
    """`more`: there are entries beyond those that were asked for. `looked_at` as the Data API says it. `silent`: what
    is ignored and not listed now.
    """

    rows: list[Row] = field(default_factory=list)
    counts: Mapping[str, int] = field(default_factory=dict)
    more: bool = False
    looked_at: Mapping[str, Any] | None = None
    silent: Sequence[Ignored] = ()


def read_inbox(user_id: int, kind: Kind, sort: str, search: str) -> Inbox:
    """All states; the search is for part of what stands in the rows. Raises DataApiError."""
    asked = {"kind": kind.value, "sort": sort, "limit": str(LIMIT)}
    answer = data_api.read(user_id, "unmodelled", asked)
    number = search.lower().removeprefix("0x").upper()
    if answer["total"] > LIMIT and kind == Kind.FRAMES and _NUMBER.match(number):
        # What is looked for may be behind those that were listed.
        answer = data_api.read(user_id, "unmodelled", {**asked, "search": number})
    entries = answer[kind.value]
    listed = _ROWS[kind](entries)
    rows = [row for row in listed if _is_found(row, search)]
    counts = {state: sum(state in (ALL, row.state) for row in rows) for state in STATES}
    silent = Ignored.objects.filter(kind=kind).exclude(what__in=[row.what for row in listed if row.state == IGNORED])
    return Inbox(rows, counts, answer["total"] > len(entries), answer.get("looked_at"), list(silent[:LIMIT]))


def _is_found(row: Row, search: str) -> bool:
    texts = [row.what, row.text, row.note, *(each["id"] for each in row.entry.get("ids", ()))]
    return all(any(word in text.lower() for text in texts) for word in search.lower().removeprefix("0x").split())


def _row(kind: Kind, what: str, text: str, entry: Entry, ignored: Mapping[str, str], defined: bool, **more: Any) -> Row:
    state = IGNORED if what in ignored else DEFINED if defined else NEW
    first, last = parse_datetime(entry["first_seen"]), parse_datetime(entry["last_seen"])
    return Row(kind.value, what, text, state, entry, first, last, reason=ignored.get(what, ""), **more)


def _reasons(kind: Kind) -> dict[str, str]:
    return dict(Ignored.objects.filter(kind=kind).values_list("what", "reason"))


def _frames(entries: Sequence[Entry]) -> list[Row]:
    ignored, definitions = _reasons(Kind.FRAMES), Definitions(models_of(entries))
    reading = [
        definitions.messages(
            [int(each["id"], 16) for each in entry["ids"]], entry["extended"], entry["bus"], entry["model_ids"]
        )
        for entry in entries
    ]
    pages = pages_of(message for each in reading for message in each if message is not None)
    return [
        _frames_row(entry, messages, pages, ignored) for entry, messages in zip(entries, reading, strict=True)
    ]  # fmt: skip


def _frames_row(
    entry: Entry, messages: Sequence[Message | None], pages: Mapping[int, Any], ignored: Mapping[str, str]
) -> Row:
    page, id_text, heard_as = entry["page"], entry["ids"][0]["id"], HEARD.get(entry["pgn"], "")
    message = next(filter(None, messages), None)
    is_defined = bool(messages) and all(
        each is not None and (page is None or has_page(pages[each.pk], page)) for each in messages
    )
    place = {"id": id_text, "bus": entry["bus"], **({} if page is None else {"page": page})}
    return _row(
        Kind.FRAMES,
        what_of(entry["bus"], entry["pgn"], id_text, page),
        id_text,
        entry,
        ignored,
        is_defined or bool(heard_as),
        address=f"{reverse('admin:unmodelled_frames')}?{urlencode(place)}",
        note=f"J1939, {heard_as}: heard without a definition" if heard_as else _note(message, page, is_defined),
        links=[(str(message), reverse("admin:definitions_message_change", args=[message.pk]))] if message else [],
    )


def _note(message: Message | None, page: int | None, is_defined: bool) -> str:
    if message is None:
        return ""
    if page is not None:
        return f"page {page} of {message}"
    return f"{message} reads it" if is_defined else f"{message} reads some of it"


def _enum_values(entries: Sequence[Entry]) -> list[Row]:
    ignored, named = _reasons(Kind.ENUM_VALUES), named_numbers(entry["enum_id"] for entry in entries)
    rows = []
    for entry in entries:
        text = f"{entry['message']}.{entry['signal']} = {entry['value']}"
        links = []
        if entry["enum_id"] in named:
            links = [(f"enum {entry['enum']}", reverse("admin:definitions_enum_change", args=[entry["enum_id"]]))]
        if entry["message_id"] is not None:
            links.append((entry["message"], reverse("admin:definitions_message_change", args=[entry["message_id"]])))
        numbers = named.get(entry["enum_id"], set())
        rows.append(
            _row(
                Kind.ENUM_VALUES,
                f"{text} of {entry['set']}",
                text,
                entry,
                ignored,
                numbers is None or entry["value"] in numbers,
                note=f"{entry['enum']} does not name it",
                proposal=f'[{entry["value"]}, "…"]',
                links=links,
            )
        )
    return rows


def _json_fields(entries: Sequence[Entry]) -> list[Row]:
    ignored, definitions = _reasons(Kind.JSON_FIELDS), Definitions(models_of(entries))
    objects, rows = definitions.objects(), []
    for entry in entries:
        kind, name = entry["kind"], entry["field"]
        own = [
            row
            for row in objects
            if f" on {kind}" in row.text and definitions.has_set(entry["model_ids"], row.definition_set_id)
        ]
        rows.append(
            _row(
                Kind.JSON_FIELDS,
                f"{name} in {kind}",
                name,
                entry,
                ignored,
                reads(own, entry["path"]),
                note=f"in {kind}",
                proposal=_proposal(entry),
                links=[(f"{row} in the text of its set", _text_page(row.definition_set_id)) for row in own],
            )
        )
    return rows


def _text_page(definition_set: int) -> str:
    return reverse("admin:definitions_definitionset_text", args=[definition_set])


TYPES: Final = {"number": "f64", "text": "text", "boolean": "bool", "bytes": "bytes"}
OBJECTS: Final = {
    "vehicle_position": "position", "vehicle_log": "log", "vehicle_dtc": "fault", "vehicle_event": "report",
}  # fmt: skip


def _proposal(entry: Entry) -> str:
    """A line for the definition; a whole one where what is shipped reads the rest. Empty where no signal can be it."""
    types = [each for each in entry["types"] if each in TYPES]
    path = path_text(entry["path"])
    if len(types) != 1 or not path:
        return ""
    name = "".join(letter if letter.isalnum() else "_" for letter in entry["field"]).strip("_") or "field"
    name = name if name.isidentifier() else f"field_{name}"
    line = f"signal {name} : {TYPES[types[0]]} at {path}"
    if entry["definition"] is not None:
        return line
    kind = OBJECTS[entry["kind"]]
    return f"{kind} {kind.capitalize()} on {entry['kind']} {{\n    {line}\n}}"


_ROWS: Final[dict[Kind, Callable[[Sequence[Entry]], list[Row]]]] = {
    Kind.FRAMES: _frames,
    Kind.ENUM_VALUES: _enum_values,
    Kind.JSON_FIELDS: _json_fields,
}
