"""The numbers that rules have in releases, as their rows keep them."""

from collections.abc import Iterable
from itertools import count

from duco_cms.definitions.models import Rule
from duco_cms.definitions.models.written import take_rules
from duco_cms.definitions.stored import StoredSet

_BEHIND = " after "
_PROVISIONAL = 2**31
"""Above all numbers that rows have."""


class RowNumbers:
    """`parsing.checker.identities.Identities` from the rows.

    What a check makes of a signal (`speed after speed_is_sane`) is a rule in a release and none in the CMS: its number
    is kept with the check. `give`: give it one for good where it has none; else such numbers are made up.
    """

    def __init__(self, sets: Iterable[StoredSet], *, give: bool) -> None:
        self._rows = {(each.name, row.name): row for each in sets for row in each.written if isinstance(row, Rule)}
        self._give = give
        self._made_up = count(_PROVISIONAL)

    def rule(self, set_name: str, rule: str) -> int:
        row = self._rows.get((set_name, rule))
        return self._replacement(set_name, rule) if row is None else row.pk

    def group(self, set_name: str, rule: str) -> int:
        group = self._rows[set_name, rule].group
        if group is None:
            msg = f"{set_name}.{rule} has no group"
            raise LookupError(msg)
        return group

    def _replacement(self, set_name: str, name: str) -> int:
        signal, row = self._check_of(set_name, name)
        if signal not in row.replacements and not self._give:
            return next(self._made_up)
        if signal not in row.replacements:
            (row.replacements[signal],) = take_rules(1)
            row.save(update_fields=["replacements"])
        return int(row.replacements[signal])

    def _check_of(self, set_name: str, name: str) -> tuple[str, Rule]:
        """Both names may have the word in them."""
        words = name.split(_BEHIND)
        for at in range(len(words) - 1, 0, -1):
            row = self._rows.get((set_name, _BEHIND.join(words[at:])))
            if row is not None:
                return _BEHIND.join(words[:at]), row
        msg = f"{set_name} has no rule {name}"
        raise LookupError(msg)
