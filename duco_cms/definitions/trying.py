"""Frames tried on the definitions as they stand, beside what the live release makes of them. Nothing is stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet

from duco_cms.definitions.draft_content import check_rows, records_of
from duco_cms.definitions.examination import Diagnostic, MalformedContentError, typed_content
from duco_cms.definitions.models import DefinitionSet, Release
from duco_cms.definitions.publishing import content_of
from duco_cms.definitions.stored import Row, StoredSet, stored_sets
from duco_cms.definitions.trial_report import Side, told
from duco_cms.fleet.models import Machine, ModelSetBinding
from parsing.definitions import Binding, Content, Model
from parsing.proof.pasted import GivenFrame, recording
from parsing.proof.trial import Carried, Trial

_MODEL = 1


class TrialRefusedError(Exception):
    """The definitions as they stand cannot be run; `diagnostics` says why."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        first = diagnostics[0]
        super().__init__(f"{first.where}: {first.text}. {first.action}")
        self.diagnostics = list(diagnostics)


@dataclass(frozen=True, slots=True)
class Bench:
    """What frames are tried with: the sets of the machine's model, where that has this set, else this set alone.

    `message`: in the place of the stored row, one that is edited and not saved.
    """

    definition_set: DefinitionSet
    machine: Machine | None = None
    message: Row | None = None

    def bindings(self) -> tuple[Binding, ...]:
        of_model: QuerySet[ModelSetBinding] = ModelSetBinding.objects.none()
        if self.machine is not None:
            of_model = ModelSetBinding.objects.filter(model=self.machine.model_id)
        bound = tuple(Binding(each.definition_set_id, each.bus) for each in of_model.order_by("order", "id"))
        own = self.definition_set.pk
        return bound if any(each.set == own for each in bound) else (Binding(own, None),)

    def stored(self, ids: set[int] | None) -> list[StoredSet]:
        """These sets, or all."""
        rows = DefinitionSet.objects.order_by("name")
        return [self._with_edits(each) for each in stored_sets(rows if ids is None else rows.filter(pk__in=ids))]

    def attributes(self) -> dict[str, float]:
        if self.machine is None:
            return {}
        said = {**self.machine.model.attributes, **self.machine.attributes}
        return {name: float(value) for name, value in said.items() if isinstance(value, int | float)}

    def _with_edits(self, stored: StoredSet) -> StoredSet:
        edited = self.message
        if edited is None or stored.definition_set.pk != edited["definition_set_id"]:
            return stored
        others = [each for each in stored.messages if each["id"] != edited["id"]]
        return replace(stored, messages=sorted([*others, edited], key=lambda row: int(row["id"])))


def try_frames(bench: Bench, given: Sequence[GivenFrame], *, with_rules: bool) -> dict[str, Any]:
    """What each frame gives by the definitions as they stand and by the live release, as JSON can say it
    (`api.try_serializers`). Raises TrialRefusedError.
    """
    bindings = bench.bindings()
    ids = {each.set for each in bindings}
    record = recording(given)
    # Rules are linked where a machine can send all that they read, whether it did or not.
    carried = None if with_rules else Carried.by(record)
    try:
        content, errors = _draft(bench, ids, carried)
    except MalformedContentError as error:
        raise TrialRefusedError(error.diagnostics) from None
    attributes = bench.attributes() if with_rules else None
    draft = Side(Trial(_of(content, ids, bindings), _MODEL, record), attributes)
    live = Release.objects.live()
    running = Side(Trial(_live(live, ids, bindings, carried), _MODEL, record), attributes) if live else None
    names = {each.id: each.name for each in content.sets}
    return {
        "release": live.number if live else None,
        "sets": [names[each] for each in dict.fromkeys(each.set for each in bindings) if each in names],
        "problems": [each.shown or f"{each.where}: {each.text}" for each in errors],
        **told(draft, running, given, record),
    }


def draft_records(bench: Bench) -> Content:
    """Of the bench's set alone, without rules and models. Raises MalformedContentError."""
    return records_of(bench.stored({bench.definition_set.pk}))


def _draft(bench: Bench, ids: set[int], carried: Carried | None) -> tuple[Content, list[Diagnostic]]:
    """Rules are checked with all sets, as they may read others'."""
    if carried is not None:
        return records_of([_narrowed(each, carried) for each in bench.stored(ids)]), []
    stored = bench.stored(None)
    records_of([each for each in stored if each.definition_set.pk in ids])
    rows = check_rows(stored)
    return rows.content(), rows.errors


def _narrowed(stored: StoredSet, carried: Carried) -> StoredSet:
    """To what the frames may be: the rest takes long and gives nothing."""
    return replace(stored, messages=[each for each in stored.messages if carried.may_be(each)], written=[])


def _live(release: Release, ids: set[int], bindings: Sequence[Binding], carried: Carried | None) -> Content:
    content: Mapping[str, list[dict[str, Any]]] = content_of(release)
    own = [each for each in content["sets"] if each["id"] in ids]
    parts: dict[str, list[dict[str, Any]]] = {"enums": content["enums"], "sets": own, "models": []}
    if carried is None:
        parts |= {name: content.get(name, []) for name in ("objects", "rules")}
    else:
        messages = [[message for message in each["messages"] if carried.may_be(message)] for each in own]
        narrowed = [{**each, "messages": those} for each, those in zip(own, messages, strict=True)]
        parts |= {"sets": narrowed, "objects": [], "rules": []}
    known = {each["id"] for each in own}
    return _of(typed_content(parts), ids, [each for each in bindings if each.set in known])


def _of(content: Content, ids: set[int], bindings: Sequence[Binding]) -> Content:
    sets = tuple(each for each in content.sets if each.id in ids)
    return replace(content, sets=sets, models=(Model(_MODEL, "trial", tuple(bindings)),))
