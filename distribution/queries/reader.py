"""The connection that reads, its limits, and its faults: those that a caller can mend and those it cannot."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any, Final

import urllib3
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError, DatabaseError, OperationalError

from distribution.clickhouse import connect

LIMITS: Final[Mapping[str, Any]] = {
    "max_execution_time": 20,
    "max_rows_to_read": 500_000_000,
    "max_memory_usage": 2_000_000_000,
    "max_result_rows": 200_000,
    # Texts of logs are a machine's own: ten thousand of the longest would be half a gigabyte.
    "max_result_bytes": 64_000_000,
    # Rows that collapse share their ts, so their partition: parts of different months need no comparing.
    "do_not_merge_across_partitions_select_final": 1,
}
# TOO_MANY_ROWS, TIMEOUT_EXCEEDED, TOO_SLOW, MEMORY_LIMIT_EXCEEDED, TOO_MANY_BYTES, TOO_MANY_ROWS_OR_BYTES.
_TOO_MUCH: Final = {158, 159, 160, 241, 307, 396}

_lock = threading.Lock()
_clients: dict[str, Client] = {}


class TooMuchError(Exception):
    """The question reads more than a read may; a shorter time or fewer points mend it."""


class StoreUnavailableError(Exception):
    """ClickHouse does not answer; the same question may do later."""


def read(sql: str, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    """The rows of a query with bound parameters. Raises TooMuchError, StoreUnavailableError."""
    try:
        return _client().query(sql, parameters=dict(parameters)).result_rows
    except DatabaseError as error:
        if error.code in _TOO_MUCH:
            raise TooMuchError(str(error)) from error
        # This one is a DatabaseError too: it is what an established connection raises when the server goes away.
        if isinstance(error, OperationalError):
            raise StoreUnavailableError(str(error)) from error
        raise
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise StoreUnavailableError(str(error)) from error


def _client() -> Client:
    """One for the process: it holds no state but its connections, so threads share it."""
    with _lock:
        if "reader" not in _clients:
            try:
                _clients["reader"] = connect(LIMITS)
            except ClickHouseError as error:
                raise StoreUnavailableError(str(error)) from error
        return _clients["reader"]
