"""How definitions become releases: submissions and their reviews, trials on canary machines, and what was published."""

from duco_cms.publication.models.publication import Publication
from duco_cms.publication.models.rollout import Rollout
from duco_cms.publication.models.submission import Review, Submission

__all__ = ["Publication", "Review", "Rollout", "Submission"]
