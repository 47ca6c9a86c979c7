"""Back to what was: content is published again under a new number, so that the newest wins everywhere."""

from django.contrib.auth.models import User
from django.db import transaction

from duco_cms.audit.models import Action
from duco_cms.audit.record import GUARD, record
from duco_cms.definitions.locking import hold_releases
from duco_cms.definitions.models import Release
from duco_cms.definitions.models.release import NOTE_CHARACTERS
from duco_cms.definitions.publishing import PublishRefusedError, add_release, announce
from duco_cms.fleet.notices import tell_workers
from duco_cms.publication.canaries import canaries_of, running_rollout
from duco_cms.publication.ending import end, hold_rollout, hold_running, require_running
from duco_cms.publication.models import Publication, Rollout
from duco_cms.publication.models.publication import Kind
from duco_cms.publication.models.rollout import State
from duco_cms.publication.review import StaleError


def end_rollout(rollout: Rollout, user: User, reason: str, etag: str | None = None) -> Release:
    """All machines get what those outside of the trial have. Raises PublishRefusedError (`not_running`), StaleError."""
    with transaction.atomic():
        return _off_trial(hold_running(rollout, etag), user, State.ENDED, reason)


def pause(rollout: Rollout, user: User | None, reason: str, evidence: object = None) -> Rollout:
    """As `end_rollout`, by the guard (None as user) or in its place. Nothing where that is done already: several
    workers may find the same. Raises PublishRefusedError (`not_running`) where it ended otherwise.
    """
    with transaction.atomic():
        held = hold_rollout(rollout)
        if held.state != State.PAUSED:
            require_running(held)
            held.evidence = evidence
            _off_trial(held, user, State.PAUSED, reason)
    return held


def roll_back(former: Release, user: User, reason: str, live: int) -> Release:
    """All machines get the former release's content; a trial ends. `live` is the number of the live release that the
    user saw: the same asked twice is done once.

    Raises PublishRefusedError (`is_live`, `never_live`), StaleError where another release is live by now.
    """
    with transaction.atomic():
        hold_releases()
        now = Release.objects.live()
        if now is not None and _is_done(now, former, live):
            return now
        if now is None or now.number != live:
            raise StaleError
        if (now.content_hash, now.format) == (former.content_hash, former.format):
            raise PublishRefusedError("is_live", f"{now}, which is live, has this content.")
        if not Release.objects.headers().stable().filter(pk=former.pk).exists():
            raise PublishRefusedError(
                "never_live", f"{former} was never for all machines. Submit its content for review instead."
            )
        trial = running_rollout()
        if trial is not None:
            end(trial, State.ENDED, str(user), reason)
            tell_workers("directory")
        release = _again(former, now, user, Kind.ROLLBACK, f"Rollback to release {former.number}: {reason}")
        changes = [f"release {former.number} is published again as {release.number}"]
        record(Action.ROLLED_BACK, str(now), user, reason=reason, release=release.number, changes=changes)
    return release


def _is_done(now: Release, former: Release, live: int) -> bool:
    done = Publication.objects.filter(release=now, kind=Kind.ROLLBACK, origin=former, replaced=live)
    return done.exists()


def _off_trial(held: Rollout, user: User | None, state: State, reason: str) -> Release:
    live = Release.objects.live()
    if live is None:
        raise RuntimeError("A rollout runs, and there was never a release for all machines.")
    machines = sorted(canaries_of(held))
    end(held, state, str(user or GUARD), reason)
    tell_workers("directory")
    release = _again(live, live, user, Kind.TRIAL_ENDED, f"{held} is {held.get_state_display()}: {reason}")
    changes = [f"release {live.number} is published again as {release.number}"]
    action = Action.PAUSED if state == State.PAUSED else Action.ENDED
    who = GUARD if user is None else user
    record(
        action, str(held.release), who, reason=reason, release=release.number, machines=machines, changes=changes
    )  # fmt: skip
    return release


def _again(origin: Release, replaced: Release, user: User | None, kind: Kind, note: str) -> Release:
    # Formats differ in what the same content means.
    release = add_release(origin.content, user, note[:NOTE_CHARACTERS], origin.format)
    announce(release)
    Publication.objects.create(release=release, kind=kind, origin=origin, replaced=replaced)
    return release
