"""What jobs refuse."""

from duco_cms.definitions.publishing import PublishRefusedError


class JobRefusedError(PublishRefusedError):
    """Nothing was done. `code` is `unknown_machines`, `same_content`, `no_live`, `invalid_span`, `in_the_future`,
    `too_many_jobs`, `redecode_runs`, `redecoded_since`, `rollout_runs`, `not_done`, `not_released` or
    `wrong_state`.
    """


class LeaseLostError(Exception):
    """The job is another worker's by now, or is not to be done any more: stop, and forget what was not handed in."""
