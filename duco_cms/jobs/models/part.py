"""How far a job is on each machine, and what each span of it gave."""

from django.db import models

from duco_cms.jobs.models.job import Job


class JobMachine(models.Model):
    """A machine of a job: done is what was received before `reached`. `memory` is what the job's contents remember of
    it there (the worker's own, compressed); `envelopes` and `values` were decoded from the job's begin on.
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="parts")
    machine = models.PositiveIntegerField()
    reached = models.DateTimeField(null=True)
    memory = models.BinaryField(null=True)
    envelopes = models.PositiveBigIntegerField(default=0)
    values = models.PositiveBigIntegerField(default=0)

    class Meta:
        ordering = ["id"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["job", "machine"], name="job_machine_once")]

    def __str__(self) -> str:
        return f"{self.job}, machine {self.machine}"


class JobChunk(models.Model):
    """What a span of a machine gave: `found` counts what differs (`jobs.found.Found`), `points` are values of both
    contents where they differ (`jobs.found.Points`).
    """

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="chunks")
    machine = models.PositiveIntegerField()
    begin = models.DateTimeField()
    found = models.JSONField()
    points = models.JSONField(default=list)

    class Meta:
        ordering = ["machine", "begin"]
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["job", "machine", "begin"], name="job_chunk_once")]

    def __str__(self) -> str:
        return f"{self.job}, machine {self.machine} from {self.begin}"
