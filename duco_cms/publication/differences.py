"""How contents differ, as releases' and submissions' pages and routes tell it."""

from dataclasses import dataclass

from duco_cms.definitions.artefact import Content
from duco_cms.definitions.breaking import breaking_changes
from duco_cms.definitions.comparison import Change, compare, summary
from duco_cms.definitions.models import Release
from duco_cms.definitions.publishing import content_of


@dataclass(frozen=True, slots=True)
class Difference:
    """`to` is the number of the release that something is held against; None: there is none."""

    to: int | None
    changes: list[Change]
    breaking: list[str]

    @property
    def summary(self) -> list[str]:
        return summary(self.changes)


def difference(old: Release | None, new: Release) -> Difference:
    """How a release differs from another."""
    return difference_of_content(old, content_of(new))


def difference_of_content(old: Release | None, new: Content) -> Difference:
    before = content_of(old)
    return Difference(
        old.number if old else None, compare(before, new), [str(each) for each in breaking_changes(before, new)]
    )
