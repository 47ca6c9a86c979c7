"""Jobs, how far they are on each machine, and what each part of them gave."""

from duco_cms.jobs.models.job import Job
from duco_cms.jobs.models.part import JobChunk, JobMachine

__all__ = ["Job", "JobChunk", "JobMachine"]
