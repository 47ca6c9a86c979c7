"""What services refuse, as problems."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from duco_cms.api.problems import Problem
from duco_cms.definitions.publishing import PublishRefusedError
from duco_cms.publication.releasing import StaleBaseError
from duco_cms.publication.review import StaleError

CHANGES_TOLD = 1000


@contextmanager
def refusals_told() -> Iterator[None]:
    """409 for what is not as it must be, 412 where it was changed since, 422 with diagnostics for definitions with
    errors.
    """
    try:
        yield
    except StaleError:
        raise Problem("stale", "It was changed since you read it. Read it again.", status=412) from None
    except StaleBaseError as refusal:
        told = [asdict(change) for change in refusal.undone[:CHANGES_TOLD]]
        raise Problem(refusal.code, str(refusal), status=409, undone=told) from None
    except PublishRefusedError as refusal:
        found = [asdict(each) for each in refusal.diagnostics]
        status = 422 if refusal.code == "invalid" else 409
        raise Problem(refusal.code, str(refusal), status=status, diagnostics=found) from None
