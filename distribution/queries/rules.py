"""The catalogue of rules: what their numbers stand for."""

from collections.abc import Iterable

from distribution.queries.reader import read
from distribution.schema import ce_technology


def titles_of(rules: Iterable[int]) -> dict[int, str]:
    """Rule → its title, as the newest release that had it says; none for rules without one."""
    wanted = sorted(set(rules))
    if not wanted:
        return {}
    sql = f"SELECT rule, title FROM {ce_technology('rule_catalogue')} FINAL WHERE rule IN {{rules:Array(UInt32)}} AND title != ''"  # noqa: E501, S608 - our own names  # fmt: skip
    return {rule: title for rule, title in read(sql, {"rules": wanted})}  # noqa: C416 - rows are sequences
