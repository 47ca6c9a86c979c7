"""Frames that a machine sent, by the Data API, as the page that tries them takes them."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User

from duco_cms import data_api
from duco_cms.fleet.access import machines_visible_to
from duco_cms.fleet.models import Machine
from parsing.proof.pasted import MOST_FRAMES

PAGES_READ = 8
"""A page may be empty and still have a next one."""

MACHINES_LISTED = 200


def machine_named(user: User, device: str) -> Machine | None:
    """Of those that the user may see."""
    return machines_visible_to(user).select_related("model").filter(device=device).first()


def machines_of(user: User, definition_set: int) -> list[dict[str, str]]:
    """Some that the user may see, for a list to choose from: those that the set is for."""
    machines = machines_visible_to(user).filter(model__bindings__definition_set=definition_set).distinct()
    found = machines.order_by("device")[:MACHINES_LISTED]
    return [{"device": each.device, "name": each.name} for each in found]


def recorded_frames(user: User, machine: Machine, asked: Mapping[str, str]) -> dict[str, Any]:
    """The first MOST_FRAMES, each with where it came from; `more`: there may be further ones. Raises DataApiError."""
    frames: list[dict[str, Any]] = []
    missing, cursor = 0, None
    for _ in range(PAGES_READ):
        parameters = {**asked, "limit": str(MOST_FRAMES), **({"cursor": cursor} if cursor else {})}
        page = data_api.read(user.pk, f"machines/{machine.number}/frames", parameters)
        frames += [_frame(each) for each in page["frames"] if each["type"] == "data"]
        missing += page["missing"]
        cursor = page["next"]
        if cursor is None or len(frames) >= MOST_FRAMES:
            break
    return {"frames": frames[:MOST_FRAMES], "missing": missing, "more": cursor is not None or len(frames) > MOST_FRAMES}


def _frame(told: Mapping[str, Any]) -> dict[str, Any]:
    origin = {name: told[name] for name in ("partition", "offset", "index")}
    return {"ts": told["ts_us"], "bus": told["bus"], "id": told["id"], "data": told["data"], "origin": origin}
