"""Publishing: the definitions as they stand become the next release."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from celery import current_app
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from duco_cms.definitions.artefact import Content, canonical_json, content_hash
from duco_cms.definitions.comparison import EMPTY, Change, compare
from duco_cms.definitions.examination import Diagnostic
from duco_cms.definitions.judging import judge
from duco_cms.definitions.models import (
    DefinitionSet,
    Enum,
    Message,
    ObjectDefinition,
    Release,
    Rule,
    Sample,
    Signal,
    SignalGroup,
)
from duco_cms.definitions.models import Sequence as SequenceRow
from duco_cms.fleet.models import MachineModel, ModelSetBinding
from duco_cms.fleet.notices import tell_pages, tell_workers

CATALOGUE_TASK = "distribution.catalogue"
CATALOGUE_EXPIRES_SECONDS = 60  # beat does it each minute anyway


class PublishRefusedError(Exception):
    """Nothing was published. `code` is `nothing_changed` or `invalid`; `diagnostics` are all that was found."""

    def __init__(self, code: str, text: str, diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(text)
        self.code = code
        self.diagnostics = list(diagnostics)


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be published now: how it differs from the live release (None: there is none), and what is wrong."""

    live: Release | None
    changes: list[Change]
    diagnostics: list[Diagnostic]

    @property
    def errors(self) -> list[Diagnostic]:
        return [diagnostic for diagnostic in self.diagnostics if diagnostic.severity == "error"]


def draft() -> Draft:
    """The definitions as they stand, held against the live release."""
    live = Release.objects.first()
    old: Content = json.loads(live.content) if live else EMPTY
    judged = judge(give=False)
    return Draft(live, compare(old, judged.content), judged.diagnostics)


def publish(user: User | None, note: str, *, force: bool = False) -> Release:
    """Publish what the definitions say at this moment as the next release; None as user is the system.

    Raises PublishRefusedError where something is wrong with them, or nothing changed and not `force`.
    """
    with transaction.atomic():
        _hold_definitions()
        judged = judge(give=True)
        if judged.errors:
            raise PublishRefusedError("invalid", "The definitions have errors.", judged.diagnostics)
        canonical = canonical_json(judged.content)
        digest = content_hash(canonical)
        live = Release.objects.headers().first()
        if live is not None and live.content_hash == digest and not force:
            raise PublishRefusedError("nothing_changed", f"Nothing changed since release {live.number}.")
        release = Release(
            number=live.number + 1 if live else 1,
            content=canonical,
            content_hash=digest,
            note=note,
            author=user,
            published=timezone.now(),
        )
        release.save()
        _announce(release)
    return release


def _hold_definitions() -> None:
    """Until the transaction ends nobody else publishes and nobody edits.

    Publishers queue on the releases, so that no two get one number. The content is read by several queries; were it
    edited between them, a release could hold half of a change.
    """
    of_texts = (Rule, ObjectDefinition, Sample, SequenceRow)
    tables = (DefinitionSet, Enum, Message, SignalGroup, Signal, *of_texts, MachineModel, ModelSetBinding)
    names = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Release._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(f"LOCK TABLE {names} IN SHARE MODE")


def _announce(release: Release) -> None:
    tell_workers("release")
    tell_pages({"type": "notice.release", "number": release.number, "note": release.note})
    # By name: the CMS does not know the task's package. Robust: the release stands without the catalogue.
    send = partial(current_app.send_task, CATALOGUE_TASK, expires=CATALOGUE_EXPIRES_SECONDS)
    transaction.on_commit(send, robust=True)
