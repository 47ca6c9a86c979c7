"""Jobs as the Meta API gives them to workers, and what workers hand in."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

_NOT_TAKEN = {httpx.codes.BAD_REQUEST, httpx.codes.CONFLICT, httpx.codes.REQUEST_ENTITY_TOO_LARGE}


class LeaseLostError(Exception):
    """The job is another worker's, or is not to be done any more: stop, and hand in nothing."""


class NotTakenError(Exception):
    """The Meta API does not take what was handed in, and would not take it the next time."""


@dataclass(frozen=True, slots=True)
class PartOfMachine:
    """A machine of a job. What was received before `reached`, µs, is done; `memory` is what was handed in with it."""

    machine: int
    device: str
    reached: int | None
    memory: bytes | None


@dataclass(frozen=True, slots=True)
class Job:
    """What was received from `begin` to before `end`, µs, from `warm_up` µs before on; releases and submissions by
    number.
    """

    id: int
    lease: str
    kind: str
    submission: int | None
    release: int | None
    against: int | None
    begin: int
    end: int
    warm_up: int
    machines: tuple[PartOfMachine, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a span of a machine gave; `found` and `points` as docs/contracts/jobs.md has them."""

    envelopes: int
    values: int
    found: dict[str, Any]
    points: list[dict[str, Any]]
    memory: bytes


class Jobs:
    """Raises httpx.HTTPError where the Meta API does not answer as it should, LeaseLostError, NotTakenError."""

    def __init__(self, api: httpx.Client) -> None:
        self._api = api

    def claim(self) -> Job | None:
        response = self._api.post("/meta/v1/jobs/claim")
        response.raise_for_status()
        return None if response.status_code == httpx.codes.NO_CONTENT else _job(response.json())

    def renew(self, job: Job) -> None:
        self._post(job, "renew", {})

    def hand_in(self, job: Job, machine: int, begin: int, end: int, outcome: Outcome) -> None:
        body = {
            "machine": machine, "begin": _text(begin), "end": _text(end), "envelopes": outcome.envelopes,
            "values": outcome.values, "found": outcome.found, "points": outcome.points,
            "memory": base64.b64encode(outcome.memory).decode(),
        }  # fmt: skip
        self._post(job, "chunk", body)

    def give_back(self, job: Job) -> None:
        self._post(job, "give-back", {})

    def finish(self, job: Job) -> None:
        self._post(job, "finish", {})

    def fail(self, job: Job, error: str) -> None:
        self._post(job, "fail", {"error": error})

    def _post(self, job: Job, step: str, body: dict[str, Any]) -> None:
        response = self._api.post(f"/meta/v1/jobs/{job.id}/{step}", json={"lease": job.lease, **body})
        if response.status_code == httpx.codes.CONFLICT and response.json().get("code") == "lease_lost":
            raise LeaseLostError
        if response.status_code in _NOT_TAKEN:
            raise NotTakenError(f"{step}: {response.text}")
        response.raise_for_status()


def _job(told: dict[str, Any]) -> Job:
    job = told["job"]
    machines = tuple(
        PartOfMachine(
            each["machine"], each["device"], None if each["reached"] is None else _micros(each["reached"]),
            None if each["memory"] is None else base64.b64decode(each["memory"]),
        )
        for each in told["machines"]
    )  # fmt: skip
    return Job(
        job["id"], told["lease"], job["kind"], job["submission"], job["release"], job["against"],
        _micros(job["begin"]), _micros(job["end"]), job["warm_up"] * 60_000_000, machines,
    )  # fmt: skip


def _micros(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def _text(micros: int) -> str:
    seconds, rest = divmod(micros, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest).isoformat()
