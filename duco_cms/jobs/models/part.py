"""How far a job is on each machine, and what each span of it gave."""

from django.db import models

from duco_cms.jobs.models.job import Job


class JobMachine(models.Model):
    """A machine of a job: done is what was received before `reached`. `memory` is what the job's contents remember of
    it there (the worker's own, compressed); `envelopes` and `values` were decoded from the job's begin on, and `found`
    is what all its spans gave (`jobs.found`).
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="parts")
    machine = models.PositiveIntegerField()
    reached = models.DateTimeField(null=True)
    memory = models.BinaryField(null=True)
    envelopes = models.PositiveBigIntegerField(default=0)
    values = models.PositiveBigIntegerField(default=0)
    found = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["job", "machine"], name="job_machine_once")]

    def __str__(self) -> str:
        return f"{self.job}, machine {self.machine}"


class JobChunk(models.Model):
    """Of a span of a machine the values of both contents where they differ, as docs/contracts/jobs.md has `points`."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="chunks")
    machine = models.PositiveIntegerField()
    begin = models.DateTimeField()
    points = models.JSONField()

    class Meta:
        ordering = ["machine", "begin"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["job", "machine", "begin"], name="job_chunk_once")]

    def __str__(self) -> str:
        return f"{self.job}, machine {self.machine} from {self.begin}"
