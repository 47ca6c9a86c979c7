"""What is kept of machines, of a bounded number of them."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

V = TypeVar("V")

MOST_MACHINES = 1_024


class LastHeard(Generic[V]):
    """Of the machines last heard of, `MOST_MACHINES` at most; the one longest unheard of gives way."""

    def __init__(self, nothing: Callable[[], V]) -> None:
        """`nothing` makes what there is of a machine of which nothing is kept."""
        self._nothing = nothing
        self._kept: OrderedDict[int, V] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, machine: int) -> V:
        return self._kept[machine] if machine in self._kept else self._nothing()

    def keep(self, heard: Mapping[int, V]) -> list[int]:
        """By machine, in the place of what was kept of it; returns the machines that gave way."""
        for machine, what in heard.items():
            self._kept[machine] = what
            self._kept.move_to_end(machine)
        return [self._kept.popitem(last=False)[0] for _ in range(len(self._kept) - MOST_MACHINES)]

    def forget(self, machines: Iterable[int]) -> list[int]:
        """Returns those of which something was kept."""
        return [machine for machine in machines if self._kept.pop(machine, None) is not None]
