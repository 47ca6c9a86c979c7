"""Submissions, releases and rollouts in the admin."""

from duco_cms.publication.admin.releases import ReleaseAdmin
from duco_cms.publication.admin.rollouts import RolloutAdmin
from duco_cms.publication.admin.submissions import SubmissionAdmin

__all__ = ["ReleaseAdmin", "RolloutAdmin", "SubmissionAdmin"]
