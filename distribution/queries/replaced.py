"""Taking out rows that a re-decode has replaced."""

from typing import Final

from distribution.clickhouse import connect
from distribution.schema import ce_technology

# Rows that the new content gives too have collapsed, or will; these are those that it gives no more.
_SQL: Final = """
    DELETE FROM {table}
    WHERE machine = {{machine:UInt32}} AND `release` < {{release:UInt32}}
        AND received >= fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC')
        AND received < fromUnixTimestamp64Micro({{end:Int64}}, 'UTC')
"""


def delete_replaced(table: str, machine: int, begin: int, end: int, release: int) -> None:
    """What was received of the machine from `begin` to before `end`, µs, and stored by smaller numbers.

    Raises clickhouse_connect's ClickHouseError.
    """
    parameters = {"machine": machine, "begin": begin, "end": end, "release": release}
    connect().command(_SQL.format(table=ce_technology(table)), parameters=parameters)
