"""From an approved submission to a release, on trial or for all machines."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction

from duco_cms.audit.models import Action
from duco_cms.audit.record import record
from duco_cms.definitions.comparison import Change, undone
from duco_cms.definitions.locking import hold_releases
from duco_cms.definitions.models import Release
from duco_cms.definitions.publishing import PublishRefusedError, add_release, announce, content_of
from duco_cms.fleet.models import Machine
from duco_cms.fleet.notices import tell_workers
from duco_cms.publication.canaries import canaries_of, running_rollout
from duco_cms.publication.ending import end, hold_running
from duco_cms.publication.models import Publication, Rollout, Submission
from duco_cms.publication.models.publication import Kind
from duco_cms.publication.models.rollout import FEWEST_VALUES, MOST_BAD_SHARE
from duco_cms.publication.models.rollout import State as RolloutState
from duco_cms.publication.models.submission import State
from duco_cms.publication.review import approve, hold, submit


class StaleBaseError(PublishRefusedError):
    """The live release is another than the submission was made from; `undone` is what it would take back."""

    def __init__(self, submission: Submission, live: Release, undone: list[Change]) -> None:
        text = (
            f"Release {live.number} is live since {submission} was made, which would undo {len(undone)} of its changes."
        )
        super().__init__("stale_base", f"{text} Submit it anew.")
        self.undone = undone


@dataclass(frozen=True, slots=True)
class Cohort:
    """Which machines try a release, and when the guard stops it (`Rollout`)."""

    machines: Sequence[int] = ()
    percentage: float = 0.0
    most_bad_share: float = MOST_BAD_SHARE
    fewest_values: int = FEWEST_VALUES


def publish_submission(submission: Submission, user: User, etag: str | None = None) -> Release:
    """For all machines. Raises PublishRefusedError (`not_approved`, `stale_base`, `rollout_runs`), StaleError."""
    with transaction.atomic():
        release = _release(submission, user, etag)
        record(Action.PUBLISHED, str(release), user, reason=release.note, release=release.number)
    return release


def start_rollout(submission: Submission, user: User, cohort: Cohort, etag: str | None = None) -> Rollout:
    """For the machines of the cohort. Raises as `publish_submission`, and `no_live` where there is nothing to go back
    to, `no_machines` where nobody would try it, `unknown_machines`.
    """
    with transaction.atomic():
        hold_releases()
        if Release.objects.headers().stable().first() is None:
            raise PublishRefusedError("no_live", "The first release is for all machines: there is none to go back to.")
        _require_machines(cohort)
        release = _release(submission, user, etag)
        rollout = Rollout.objects.create(
            release=release,
            machines=sorted(set(cohort.machines)),
            percentage=cohort.percentage,
            most_bad_share=cohort.most_bad_share,
            fewest_values=cohort.fewest_values,
            started_by=user,
        )
        machines = sorted(canaries_of(rollout))
        if not machines:
            raise PublishRefusedError("no_machines", "No machine would try it. Name one, or choose a larger share.")
        tell_workers("directory")
        record(Action.TRIED, str(release), user, reason=release.note, release=release.number, machines=machines)
    return rollout


def publish_now(user: User, note: str) -> Release:
    """Submit, approve and publish in one, where four eyes are not demanded. Raises as each of them."""
    with transaction.atomic():
        submission = submit(user, note)
        return publish_submission(approve(submission, user), user)


def promote(rollout: Rollout, user: User, etag: str | None = None) -> Rollout:
    """All machines get what the canaries have, under the same number. Raises PublishRefusedError (`not_running`),
    StaleError.
    """
    with transaction.atomic():
        held = hold_running(rollout, etag)
        machines = sorted(canaries_of(held))
        end(held, RolloutState.PROMOTED, str(user), "")
        announce(held.release)
        number = held.release.number
        record(Action.PROMOTED, str(held.release), user, release=number, machines=machines)
    return held


def changes_undone(submission: Submission) -> list[Change]:
    """What has changed since it was made, and its release would take back."""
    live, base = Release.objects.live(), submission.base
    if live is None or (base is not None and live.content_hash == base.content_hash):
        return []
    return undone(content_of(base), content_of(live), submission.read_content())


def _release(submission: Submission, user: User, etag: str | None) -> Release:
    hold_releases()
    held = hold(submission, etag)
    if held.state != State.APPROVED:
        raise PublishRefusedError("not_approved", f"{held} is {held.get_state_display()}.")
    trial = running_rollout()
    if trial is not None:
        raise PublishRefusedError("rollout_runs", f"{trial.release} is on trial. Promote it or end its trial first.")
    live = Release.objects.headers().stable().first()
    taken_back = changes_undone(held)
    if live is not None and taken_back:
        raise StaleBaseError(held, live, taken_back)
    release = add_release(held.content, user, held.note)
    announce(release)
    Publication.objects.create(release=release, kind=Kind.SUBMISSION, replaced=live)
    held.state, held.release = State.RELEASED, release
    held.save(update_fields=["state", "release"])
    return release


def _require_machines(cohort: Cohort) -> None:
    there = set(Machine.objects.filter(pk__in=cohort.machines, active=True).values_list("pk", flat=True))
    if missing := sorted(set(cohort.machines) - there):
        text = ", ".join(map(str, missing))
        raise PublishRefusedError("unknown_machines", f"There are no active machines with the numbers {text}.")
