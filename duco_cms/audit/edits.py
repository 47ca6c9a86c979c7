"""Edits of rows, told of one by one with what the fields were before."""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import Model
from django.db.models.signals import post_delete, post_init, post_save

from duco_cms.audit.acting import acting_user, is_summed_up
from duco_cms.audit.models import Action
from duco_cms.audit.record import record

_VALUE_CHARACTERS = 120


def follow(
    model: type[Model], *, ignored: frozenset[str] = frozenset(), named: Callable[[Any], str] = str
) -> None:  # fmt: skip
    """From now on each row of the model that is saved or deleted by itself gives an entry under its name. A save that
    changes nothing but fields in `ignored` gives none.

    What was there before is what the row was read with: a save behind other changes of it tells of all of them.
    """
    _ignored[model], _named[model] = ignored, named
    post_init.connect(_keep, model)
    post_save.connect(_saved, model)
    post_delete.connect(_deleted, model)


_ignored: dict[type[Model], frozenset[str]] = {}
_named: dict[type[Model], Callable[[Any], str]] = {}
_BEFORE = "_audited_values"


def _values(row: Model) -> dict[str, Any]:
    """Of the fields that were read."""
    names = (field.attname for field in row._meta.concrete_fields if field.attname in row.__dict__)
    return {name: row.__dict__[name] for name in names}


def _keep(instance: Model, **_kwargs: Any) -> None:
    setattr(instance, _BEFORE, _values(instance))


def _saved(instance: Model, created: bool, raw: bool, **_kwargs: Any) -> None:
    if not (raw or is_summed_up()):
        changes = [] if created else list(_changes(instance))
        if created or changes:
            record(Action.ADDED if created else Action.EDITED, _subject(instance), acting_user(), changes=changes)
    _keep(instance)


def _deleted(instance: Model, **_kwargs: Any) -> None:
    if not is_summed_up():
        record(Action.DELETED, _subject(instance), acting_user())


def _changes(row: Model) -> Iterator[str]:
    before: dict[str, Any] = getattr(row, _BEFORE)
    for name, after in _values(row).items():
        if name not in _ignored[type(row)] and name in before and before[name] != after:
            yield f"{name.removesuffix('_id')}: {_text(before[name])} → {_text(after)}"


def _subject(row: Model) -> str:
    return f"{row._meta.verbose_name} {_named[type(row)](row)}"


def _text(value: object) -> str:
    text = "none" if value in ("", None, []) else str(value)
    return text if len(text) <= _VALUE_CHARACTERS else f"{text[: _VALUE_CHARACTERS - 1]}…"
