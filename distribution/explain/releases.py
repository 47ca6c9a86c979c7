"""Releases by number, from the Meta API; they never change, so some are kept."""

from functools import lru_cache

import httpx

from distribution.backtest.contents import MetaContents, UnknownContentError
from ingest.meta.catalogue import Catalogue
from ingest.meta.directory import InvalidDirectory, MachineEntry
from parsing.release import InvalidRelease

_KEPT = 4
"""Of ten thousand signals each takes some 100 MB."""


class UnavailableReleaseError(Exception):
    """The text says why it cannot be had."""


def catalogue_of(number: int) -> Catalogue:
    """With the fleet as it was when the release was first asked for. Raises UnavailableReleaseError."""
    try:
        return _fetched(number)
    except UnknownContentError as error:
        raise UnavailableReleaseError(f"{str(error).capitalize()} any more.") from error
    except InvalidRelease as error:
        raise UnavailableReleaseError(f"Release {number} cannot be read: {error}") from error
    except (httpx.HTTPError, InvalidDirectory) as error:
        raise UnavailableReleaseError(f"The CMS does not give release {number} at the moment.") from error


@lru_cache(maxsize=_KEPT)
def _fetched(number: int) -> Catalogue:
    with MetaContents() as contents:
        return contents.release(number)


def model_for(catalogue: Catalogue, set_id: int, preferred: int) -> int | None:
    """The machine's model where it uses the definition set in this release, else another that does."""
    using = [model.id for model in catalogue.release.models if any(each.set == set_id for each in model.sets)]
    return preferred if preferred in using else next(iter(using), None)


def as_machine(catalogue: Catalogue, machine: int, model: int, devices: set[str]) -> Catalogue:
    """The same, where all these devices are the machine and of that model: both may have been others at that time."""
    known = _entry_of(catalogue, machine)
    entry = MachineEntry(machine, model, "stable", known.attributes if known else {})
    return catalogue.with_machines(dict.fromkeys(devices, entry))


def _entry_of(catalogue: Catalogue, machine: int) -> MachineEntry | None:
    return next((each for each in catalogue.machines.values() if each.machine == machine), None)
