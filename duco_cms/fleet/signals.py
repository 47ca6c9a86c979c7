"""Whatever changes the fleet directory tells the workers so."""

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from duco_cms.fleet.models import Machine, MachineModel, Membership
from duco_cms.fleet.notices import tell_workers


@receiver([post_save, post_delete], sender=Machine)
@receiver([post_save, post_delete], sender=MachineModel)
@receiver([post_save, post_delete], sender=Membership)
def directory_changed(raw: bool = False, **_kwargs: Any) -> None:
    if not raw:  # fixtures are loaded before anybody listens
        tell_workers("directory")
