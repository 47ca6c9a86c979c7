"""Texts of sets as they are stored, kept from one question to the next: to write ten thousand signals takes a second.

A set's stamp changes with every row of it: PostgreSQL gives each version of a row a place (`ctid`) and the transaction
that wrote it (`xmin`), which no other version has. So nobody has to say that something was edited.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import blake2b
from threading import Lock

from django.db import connection

from duco_cms.definitions.models import DefinitionSet
from duco_cms.definitions.pieces import assembled, pieces_of, remarks_of
from duco_cms.definitions.rows import imported_of
from duco_cms.definitions.stored import StoredSet, stored_sets
from parsing.dbc import ImportedSet
from parsing.language.notes import HEADER
from parsing.lint.memory import Memory

SETS_KEPT = 50
"""The text of a set with ten thousand signals takes a megabyte, its records twenty."""


@dataclass(frozen=True, slots=True)
class StoredText:
    """`records` None: there are rules and the like in it, which records do not have."""

    name: str
    text: str
    records: ImportedSet | None


def text_of_stored(stored: StoredSet) -> str:
    """All of a set: enums, messages, rules, definitions of objects, samples and sequences, in the order of its text."""
    of = stored.definition_set
    return assembled(pieces_of(stored), remarks_of(of), remarks_of(of, HEADER)).text


def stored_texts(sets: Iterable[DefinitionSet]) -> list[StoredText]:
    """In the order given. Who asks may read all definitions."""
    wanted = list(sets)
    # Before the rows: what is edited meanwhile has another stamp the next time.
    stamps = _stamps(wanted)
    with _lock:
        kept = {each.pk: _kept.get(each.pk) for each in wanted}
    found = {pk: each[1] for pk, each in kept.items() if each is not None and each[0] == stamps[pk]}
    for stored in stored_sets(each for each in wanted if each.pk not in found):
        pk = stored.definition_set.pk
        records = None if stored.written else imported_of(stored)
        found[pk] = StoredText(stored.name, text_of_stored(stored), records)
        with _lock:
            _kept.put(pk, (stamps[pk], found[pk]))
    return [found[each.pk] for each in wanted]


_lock = Lock()
_kept: Memory[int, tuple[str, StoredText]] = Memory(SETS_KEPT)
"""By set, with its stamp."""


def _stamps(sets: Sequence[DefinitionSet]) -> dict[int, str]:
    """By set. Found by the numbers of what was found before, as in `stored`."""
    versions: dict[int, list[tuple[int, Decimal]]] = {each.pk: [] for each in sets}
    with connection.cursor() as cursor:

        def found(query: str, owners: Mapping[int, int]) -> dict[int, int]:
            """The set of each row. `owners`: that of what the rows are of."""
            cursor.execute(query, [list(owners)])
            of: dict[int, int] = {}
            for owner, numbers, count, version in cursor.fetchall():
                versions[owners[owner]].append((count, version))
                of.update(dict.fromkeys(numbers, owners[owner]))
            return of

        own = {each.pk: each.pk for each in sets}
        found(_OF_SETS, own)
        found(_SIGNALS, found(_GROUPS, found(_MESSAGES, own)))
    return {pk: blake2b(repr(sorted(each)).encode(), digest_size=16).hexdigest() for pk, each in versions.items()}


# Of each owner: the numbers of its rows where more is of them, how many there are, and a sum of their versions.
_OF_SETS = """
SELECT of, '{}'::int[], count(*), sum(hashtextextended(ctid::text || xmin::text, id::bigint * 8 + kind)) FROM (
  SELECT 0 AS kind, id, id AS of, ctid, xmin FROM definitions_definitionset
  UNION ALL SELECT 1, id, definition_set_id, ctid, xmin FROM definitions_enum
  UNION ALL SELECT 2, id, definition_set_id, ctid, xmin FROM definitions_rule
  UNION ALL SELECT 3, id, definition_set_id, ctid, xmin FROM definitions_objectdefinition
  UNION ALL SELECT 4, id, definition_set_id, ctid, xmin FROM definitions_sample
  UNION ALL SELECT 5, id, definition_set_id, ctid, xmin FROM definitions_sequence
) AS versions WHERE of = ANY(%s) GROUP BY 1
"""
_MESSAGES = """
SELECT definition_set_id, array_agg(id), count(*), sum(hashtextextended(ctid::text || xmin::text, id))
FROM definitions_message WHERE definition_set_id = ANY(%s) GROUP BY 1
"""
_GROUPS = """
SELECT message_id, array_agg(id), count(*), sum(hashtextextended(ctid::text || xmin::text, id))
FROM definitions_signalgroup WHERE message_id = ANY(%s) GROUP BY 1
"""
_SIGNALS = """
SELECT group_id, '{}'::int[], count(*), sum(hashtextextended(ctid::text || xmin::text, id))
FROM definitions_signal WHERE group_id = ANY(%s) GROUP BY 1
"""
