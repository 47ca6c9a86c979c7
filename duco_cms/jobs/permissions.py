"""What jobs ask for, on pages and by the Meta API."""

from typing import Final

from django.contrib.auth.models import User

from duco_cms.jobs.models import Job
from duco_cms.jobs.models.job import Kind

VIEW: Final = "jobs.view_job"
BACKTEST: Final = "jobs.add_job"
REDECODE: Final = "jobs.redecode_job"


def may_steer(user: User, job: Job) -> bool:
    """Who may ask for such a job may also pause, resume and cancel it."""
    return user.has_perm(REDECODE if job.kind == Kind.REDECODE else BACKTEST)
