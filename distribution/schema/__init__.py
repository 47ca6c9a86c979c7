"""The databases of ClickHouse and their tables (docs/contracts/rows.md)."""

from django.conf import settings

RAW_DATA_CACHE_STORE = "raw_data_cache_store"
CE_TECHNOLOGY = "ce_technology"


def raw_data_cache_store(table: str) -> str:
    """`database.table` of the store of raw envelopes."""
    return f"{settings.CLICKHOUSE_DATABASE_PREFIX}{RAW_DATA_CACHE_STORE}.{table}"


def ce_technology(table: str) -> str:
    """`database.table` of the store of decoded data."""
    return f"{settings.CLICKHOUSE_DATABASE_PREFIX}{CE_TECHNOLOGY}.{table}"
