"""Pages of jobs."""

from duco_cms.jobs.admin.jobs import JobAdmin

__all__ = ["JobAdmin"]
