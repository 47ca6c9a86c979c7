"""The connection to ClickHouse that CLICKHOUSE_URL names."""

from collections.abc import Mapping
from typing import Any

import clickhouse_connect
from clickhouse_connect.driver.client import Client
from django.conf import settings

CONNECT_SECONDS = 10
ANSWER_SECONDS = 120


def connect(query_settings: Mapping[str, Any] | None = None) -> Client:
    """A client of its own; may be shared by threads, costs two requests to make.

    query_settings go with each of its statements. Raises clickhouse_connect's ClickHouseError or urllib3's HTTPError
    where the server does not answer.
    """
    client: Client = clickhouse_connect.get_client(
        dsn=settings.CLICKHOUSE_URL,
        connect_timeout=CONNECT_SECONDS,
        send_receive_timeout=ANSWER_SECONDS,
        # A session allows one statement at a time, and nothing here needs one.
        autogenerate_session_id=False,
        settings=dict(query_settings or {}),
    )
    return client
