"""Inserting under a deduplication token."""

import pyarrow as pa
import urllib3
from clickhouse_connect.driver.client import Client
from clickhouse_connect.driver.exceptions import ClickHouseError

from distribution.clickhouse import connect
from ingest.streaming.errors import Retryable


class ClickHouseStore:
    """One connection, made on first use and again after each fault. Not for use by several threads."""

    def __init__(self) -> None:
        self._client: Client | None = None

    def insert(self, table: str, rows: pa.Table, token: str) -> None:
        """Insert, or find that it was inserted before. Raises Retryable for every fault of the store.

        Every fault: the rows have our own schema, so what the store refuses today is its own trouble (away, out
        of memory, too many parts, a migration not yet run), and dropping rows is never the answer.
        """
        try:
            if self._client is None:
                self._client = connect()
            self._client.insert_arrow(
                table,
                rows,
                settings={
                    "insert_deduplication_token": token,
                    # 150 months of timestamps in one batch are a device's right; the default of 100 would refuse
                    # the batch for ever.
                    "max_partitions_per_insert_block": 0,
                    "async_insert": 0,
                },
            )
        except (ClickHouseError, urllib3.exceptions.HTTPError, OSError) as error:
            self._client = None
            raise Retryable(f"{table}: {str(error)[:500]}") from error
