"""Which machines a user may see, as settings.MACHINE_ACCESS says; this package knows no models of machines."""

from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

from distribution.api.errors import UnknownMachineError

_NUMBER_MAXIMUM: Final = 2**31 - 1


class Machine(Protocol):
    number: int
    device: str
    name: str
    model_id: int
    model_name: str
    organisation_name: str


class Machines(Protocol):
    """As much of a QuerySet as is used."""

    def filter(self, **conditions: Any) -> "Machines": ...
    def first(self) -> Machine | None: ...
    def __iter__(self) -> Iterator[Machine]: ...


def machines_visible_to(user: Any) -> Machines:
    visible = cast("Callable[[Any], Machines]", import_string(settings.MACHINE_ACCESS))
    return visible(user)


def visible_machine(user: Any, number: int) -> Machine:
    """Raises UnknownMachineError, the same for a machine that is not there and one the user may not see."""
    machine = machines_visible_to(user).filter(number=number).first() if number <= _NUMBER_MAXIMUM else None
    if machine is None:
        raise UnknownMachineError
    return machine
