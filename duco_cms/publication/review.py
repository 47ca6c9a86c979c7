"""Submitting the definitions for review, and what reviewers say of them."""

from dataclasses import asdict

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from duco_cms.audit.models import Action
from duco_cms.audit.record import record
from duco_cms.definitions.artefact import canonical_json, content_hash
from duco_cms.definitions.breaking import breaking_changes
from duco_cms.definitions.comparison import compare, lines, summary
from duco_cms.definitions.judging import judge
from duco_cms.definitions.locking import hold_releases
from duco_cms.definitions.models import Release
from duco_cms.definitions.publishing import Frozen, PublishRefusedError, content_of, freeze
from duco_cms.publication.models import Review, Submission
from duco_cms.publication.models.submission import OPEN, State, Verdict

APPROVERS_OF_BREAKING = 2


class StaleError(Exception):
    """It was changed since it was looked at. Look again."""


def submit(author: User, note: str) -> Submission:
    """Freeze the definitions as they stand, for review.

    Raises PublishRefusedError where something is wrong with them (`invalid`), they are as the live release
    (`nothing_changed`), or an open submission holds the same against the same release (`already_submitted`).
    """
    with transaction.atomic():
        frozen = freeze()
        base = Release.objects.live()
        _require_new(frozen, base)
        old = content_of(base)
        changes = compare(old, frozen.content)
        submission = Submission.objects.create(
            content=frozen.canonical,
            content_hash=frozen.content_hash,
            note=note,
            author=author,
            base=base,
            summary=summary(changes),
            diagnostics=[asdict(each) for each in frozen.diagnostics],
            breaking=[str(each) for each in breaking_changes(old, frozen.content)],
        )
        record(Action.SUBMITTED, str(submission), author, reason=note, changes=lines(changes))
    return submission


def resubmit(submission: Submission, author: User) -> Submission:
    """Submit the definitions as they stand now in its place, with its note. Its approvals do not count for the new one.

    What is open is its author's alone to replace. Raises PublishRefusedError: as `submit`, `wrong_state`, `not_yours`.
    """
    with transaction.atomic():
        hold_releases()  # before the submission, as publishing does
        held = hold(submission)
        if held.state == State.RELEASED:
            raise PublishRefusedError("wrong_state", f"{held} is released.")
        if held.is_open:
            _require_author(held, author)
            _close(held, State.WITHDRAWN)
            record(Action.WITHDRAWN, str(held), author, reason="submitted anew")
        return submit(author, held.note)


def approve(submission: Submission, user: User, comment: str = "", etag: str | None = None) -> Submission:
    """Raises PublishRefusedError (`own_submission`, `reviewed`, `wrong_state`), StaleError where its ETag differs."""
    with transaction.atomic():
        held = hold(submission, etag)
        if settings.FOUR_EYES and held.author_id == user.pk:
            raise PublishRefusedError("own_submission", "Somebody else has to approve what you submitted.")
        _review(held, user, Verdict.APPROVED, comment)
        if held.state == State.IN_REVIEW and missing_approvals(held) == 0:
            _close(held, State.APPROVED)
        record(Action.APPROVED, str(held), user, reason=comment)
    return held


def reject(submission: Submission, user: User, comment: str, etag: str | None = None) -> Submission:
    """One is enough, also of what others approved. Raises as `approve`."""
    with transaction.atomic():
        held = hold(submission, etag)
        _review(held, user, Verdict.REJECTED, comment)
        _close(held, State.REJECTED)
        record(Action.REJECTED, str(held), user, reason=comment)
    return held


def withdraw(submission: Submission, user: User, etag: str | None = None) -> Submission:
    """By its author. Raises PublishRefusedError (`not_yours`, `wrong_state`), StaleError."""
    with transaction.atomic():
        held = hold(submission, etag)
        _require_author(held, user)
        _require_open(held)
        _close(held, State.WITHDRAWN)
        record(Action.WITHDRAWN, str(held), user)
    return held


def missing_approvals(submission: Submission) -> int:
    """How many more have to approve: two a breaking change where four eyes are demanded, one in all other cases."""
    wanted = APPROVERS_OF_BREAKING if submission.breaking and settings.FOUR_EYES else 1
    given = submission.reviews.filter(verdict=Verdict.APPROVED).count()
    return max(0, wanted - given)


def draft_differs(submission: Submission) -> bool:
    """Whether the definitions as they stand are no longer what was submitted. What was submitted is released."""
    judged = judge(give=False)
    return bool(judged.errors) or content_hash(canonical_json(judged.content)) != submission.content_hash


def hold(submission: Submission, etag: str | None = None) -> Submission:
    """As it is now, and nobody else changes it until the transaction ends. Raises StaleError."""
    held = Submission.objects.select_for_update().defer("content").get(pk=submission.pk)
    if etag is not None and held.etag != etag:
        raise StaleError
    return held


def _require_new(frozen: Frozen, base: Release | None) -> None:
    """A button pressed twice submits once."""
    alike = Submission.objects.filter(state__in=OPEN, content_hash=frozen.content_hash, base=base).defer("content")
    if (there := alike.first()) is not None:
        raise PublishRefusedError("already_submitted", f"{there} is {there.get_state_display()} and has this content.")


def _require_author(submission: Submission, user: User) -> None:
    if submission.author_id != user.pk:
        raise PublishRefusedError("not_yours", "Only its author can withdraw or replace it. Reject it instead.")


def _review(submission: Submission, user: User, verdict: Verdict, comment: str) -> None:
    _require_open(submission)
    if submission.reviews.filter(user=user).exists():
        raise PublishRefusedError("reviewed", "You have reviewed it already.")
    Review.objects.create(submission=submission, user=user, verdict=verdict, comment=comment)


def _require_open(submission: Submission) -> None:
    if not submission.is_open:
        raise PublishRefusedError("wrong_state", f"{submission} is {submission.get_state_display()}.")


def _close(submission: Submission, state: State) -> None:
    submission.state = state
    submission.save(update_fields=["state"])
