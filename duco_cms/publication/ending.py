"""Rollouts end once: while one is held, nothing else is published, and nobody else ends it."""

from django.utils import timezone

from duco_cms.definitions.locking import hold_releases
from duco_cms.definitions.publishing import PublishRefusedError
from duco_cms.publication.models import Rollout
from duco_cms.publication.models.rollout import State
from duco_cms.publication.review import StaleError


def hold_running(rollout: Rollout, etag: str | None = None) -> Rollout:
    """As it is now, with its release. Raises PublishRefusedError (`not_running`), StaleError where its ETag differs."""
    held = hold_rollout(rollout)
    if etag is not None and held.etag != etag:
        raise StaleError
    require_running(held)
    return held


def hold_rollout(rollout: Rollout) -> Rollout:
    """As `hold_running`, whatever its state."""
    hold_releases()
    return Rollout.objects.select_for_update(of=("self",)).select_related("release").get(pk=rollout.pk)


def require_running(rollout: Rollout) -> None:
    if not rollout.is_running:
        raise PublishRefusedError("not_running", f"{rollout} is {rollout.get_state_display()}.")


def end(rollout: Rollout, state: State, by: str, reason: str) -> None:
    """Keeps how it ended, with the evidence that it was given."""
    rollout.state, rollout.ended, rollout.ended_by, rollout.reason = state, timezone.now(), by, reason
    rollout.save(update_fields=["state", "ended", "ended_by", "reason", "evidence"])
