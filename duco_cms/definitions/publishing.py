"""Publishing: the definitions as they stand become the next release."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from celery import current_app
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from duco_cms.audit.models import Action
from duco_cms.audit.record import record
from duco_cms.definitions.artefact import Content, canonical_json, content_hash
from duco_cms.definitions.breaking import Breaking, breaking_changes
from duco_cms.definitions.comparison import EMPTY, Change, compare
from duco_cms.definitions.examination import Diagnostic
from duco_cms.definitions.judging import judge
from duco_cms.definitions.locking import hold_definitions, hold_releases
from duco_cms.definitions.models import Release
from duco_cms.definitions.models.release import ARTEFACT_FORMAT
from duco_cms.fleet.notices import tell_pages, tell_workers

CATALOGUE_TASK = "distribution.catalogue"
CATALOGUE_EXPIRES_SECONDS = 60  # beat does it each minute anyway


class PublishRefusedError(Exception):
    """Nothing was done. `code` is `nothing_changed`, `invalid` or `rollout_runs` where a release was to be made, others
    are in `duco_cms.publication`; `diagnostics` are all that was found.
    """

    def __init__(self, code: str, text: str, diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(text)
        self.code = code
        self.diagnostics = list(diagnostics)


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be published now: how it differs from the live release (None: there is none), which of that breaks
    what reads values, and what is wrong.
    """

    live: Release | None
    changes: list[Change]
    breaking: list[Breaking]
    diagnostics: list[Diagnostic]

    @property
    def errors(self) -> list[Diagnostic]:
        return [diagnostic for diagnostic in self.diagnostics if diagnostic.severity == "error"]


@dataclass(frozen=True, slots=True)
class Frozen:
    """A content that workers can load, as it was at one moment."""

    content: Content
    canonical: str
    diagnostics: list[Diagnostic]

    @property
    def content_hash(self) -> str:
        return content_hash(self.canonical)


def draft() -> Draft:
    """The definitions as they stand, held against the live release."""
    live = Release.objects.live()
    old, judged = content_of(live), judge(give=False)
    # Where there are errors the content has no rules: they would seem to be removed.
    breaking = [] if judged.errors else breaking_changes(old, judged.content)
    return Draft(live, compare(old, judged.content), breaking, judged.diagnostics)


def content_of(release: Release | None) -> Content:
    """Of no release: nothing."""
    content: Content = json.loads(release.content) if release else EMPTY
    return content


def freeze(*, force: bool = False) -> Frozen:
    """The definitions as they stand, in a transaction that keeps everybody else from publishing and editing.

    Raises PublishRefusedError where something is wrong with them, or nothing changed and not `force`.
    """
    hold_releases()
    hold_definitions()
    judged = judge(give=True)
    if judged.errors:
        raise PublishRefusedError("invalid", "The definitions have errors.", judged.diagnostics)
    frozen = Frozen(judged.content, canonical_json(judged.content), judged.diagnostics)
    live = Release.objects.headers().stable().first()
    if live is not None and live.content_hash == frozen.content_hash and not force:
        raise PublishRefusedError("nothing_changed", f"Nothing changed since release {live.number}.")
    return frozen


def publish(user: User | None, note: str, *, force: bool = False) -> Release:
    """Publish what the definitions say at this moment as the next release, for all machines and without a review; None
    as user is the system.

    Raises PublishRefusedError: as `freeze`, and while a release is on trial.
    """
    with transaction.atomic():
        frozen = freeze(force=force)
        trial = Release.objects.on_trial().first()
        if trial is not None:
            raise PublishRefusedError("rollout_runs", f"{trial} is on trial. Promote it or end its trial first.")
        release = add_release(frozen.canonical, user, note)
        announce(release)
        record(Action.PUBLISHED, str(release), user, reason=note, release=release.number)
    return release


def add_release(canonical: str, user: User | None, note: str, form: int = ARTEFACT_FORMAT) -> Release:
    """The next release, of a content that was frozen (`freeze`) or published in that format. In a transaction with
    `hold_releases`; who is to run it hears of it by `announce`.
    """
    newest = Release.objects.headers().first()
    release = Release(
        number=newest.number + 1 if newest else 1,
        format=form,
        content=canonical,
        content_hash=content_hash(canonical),
        note=note,
        author=user,
        published=timezone.now(),
    )
    release.save()
    return release


def announce(release: Release) -> None:
    """Once the transaction commits, workers, pages and the tables of signals hear of it."""
    tell_workers("release")
    tell_pages({"type": "notice.release", "number": release.number, "note": release.note})
    # Robust: the release stands without the catalogue.
    transaction.on_commit(_ask_for_catalogue, robust=True)


def _ask_for_catalogue() -> None:
    # By name: the CMS does not know the task's package.
    current_app.send_task(CATALOGUE_TASK, expires=CATALOGUE_EXPIRES_SECONDS)
