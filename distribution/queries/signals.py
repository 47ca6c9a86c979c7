"""The catalogue: which (group, slot) a name stands for, and what is known of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from distribution.queries.reader import read
from distribution.schema import ce_technology

_COLUMNS = "`group`, slot, kind, message, signal, `set`, unit, enum, spn, minimum, maximum, comment, store"


@dataclass(frozen=True, slots=True)
class CatalogueSignal:
    """A signal as the newest release that had it describes it.

    `kind` says of what: message, derived or object; `store` which rows there are: always, or on_change.
    """

    group: int
    slot: int
    kind: str
    message: str
    signal: str
    set: str
    unit: str
    enum: dict[int, str]
    spn: int | None
    minimum: float | None
    maximum: float | None
    comment: str
    store: str

    @property
    def name(self) -> str:
        return f"{self.message}.{self.signal}"


def named(name: str) -> list[CatalogueSignal]:
    """Every signal whose message and name, joined by a dot, are `name`: of each set, page and mode that has it.

    Compared as a whole, so names with dots need no rule for where to cut: `A.B.C` is signal `B.C` of message `A` and
    signal `C` of message `A.B`. Where no signal has the name, every one that had it in a release before.
    """
    sql = f"SELECT {_COLUMNS} FROM {ce_technology('signal_catalogue')} FINAL WHERE concat(message, '.', signal) = {{name:String}} ORDER BY `group`, slot"  # noqa: E501, S608 - our own names  # fmt: skip
    return [CatalogueSignal(*row) for row in read(sql, {"name": name})] or _once_named(name)


def _once_named(name: str) -> list[CatalogueSignal]:
    sql = f"SELECT {_COLUMNS} FROM {ce_technology('signal_catalogue')} FINAL WHERE (`group`, slot) IN (SELECT `group`, slot FROM {ce_technology('signal_alias')} WHERE concat(message, '.', signal) = {{name:String}}) ORDER BY `group`, slot"  # noqa: E501, S608 - our own names  # fmt: skip
    return [CatalogueSignal(*row) for row in read(sql, {"name": name})]


def of_groups(groups: Iterable[int]) -> list[CatalogueSignal]:
    """The signals of the groups, by name; retired slots stay, under their last name."""
    sql = f"SELECT {_COLUMNS} FROM {ce_technology('signal_catalogue')} FINAL WHERE `group` IN {{groups:Array(UInt32)}} ORDER BY message, signal, `group`, slot"  # noqa: E501, S608 - our own names  # fmt: skip
    wanted = sorted(set(groups))
    return [CatalogueSignal(*row) for row in read(sql, {"groups": wanted})] if wanted else []
