"""Which envelopes of a device are a machine's: a device may have been another machine's before."""

from collections.abc import Sequence
from typing import Final

from distribution.queries.reader import read
from distribution.schema import ce_technology, raw_data_cache_store
from ingest.decoding.records import RawRecord

# What the ledger does not have was rejected, or is on its way.
_OF_OTHERS: Final = """
    SELECT `partition`, `offset` FROM {table}
    WHERE device = {{device:String}} AND machine != {{machine:UInt32}}
        AND received >= fromUnixTimestamp64Micro({{first:Int64}}, 'UTC')
        AND received <= fromUnixTimestamp64Micro({{last:Int64}}, 'UTC')
"""

# A device's envelopes lie in few partitions of `raw`; those of a time before its first dead letter matter to none.
_LAST_OF_OTHERS: Final = """
    SELECT toUnixTimestamp64Micro(max(received)) FROM {ledger}
    WHERE device = {{device:String}} AND machine != {{machine:UInt32}}
        AND `partition` IN (SELECT `partition` FROM {rejected} WHERE device = {{device:String}})
        AND received >= (SELECT min(received) FROM {rejected} WHERE device = {{device:String}})
"""


def sent_by(machine: int, records: Sequence[RawRecord]) -> list[RawRecord]:
    """Of a device's, without those that the ledger has as another machine's. Raises TooMuchError,
    StoreUnavailableError.
    """
    received = [each.received for each in records]
    span = {"first": min(received), "last": max(received), "device": records[0].device}
    rows = read(_OF_OTHERS.format(table=ce_technology("envelope")), {"machine": machine, **span})
    others = {(int(partition), int(offset)) for partition, offset in rows}
    return [each for each in records if (each.partition, each.offset) not in others]


def last_of_others(machine: int, device: str) -> int:
    """When the device last sent as another machine, by `received` in µs; 0 where the ledger knows of no such time that
    one of its dead letters could be of. Raises TooMuchError, StoreUnavailableError.
    """
    tables = {"ledger": ce_technology("envelope"), "rejected": raw_data_cache_store("dead_letter")}
    ((last,),) = read(_LAST_OF_OTHERS.format(**tables), {"machine": machine, "device": device})
    return int(last)
