"""The rollout that runs, and the machines in it."""

from duco_cms.fleet.models import Machine
from duco_cms.publication.models import Rollout
from duco_cms.publication.models.rollout import State


def running_rollout() -> Rollout | None:
    """There is never more than one."""
    return Rollout.objects.headers().filter(state=State.RUNNING).first()


def canaries_of(rollout: Rollout | None) -> frozenset[int]:
    """The numbers of the active machines in its cohort, those that joined the fleet since included."""
    if rollout is None:
        return frozenset()
    return rollout.cohort(Machine.objects.filter(active=True).values_list("number", flat=True))
