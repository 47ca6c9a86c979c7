"""Which envelopes of a device are a machine's: a device may have been another machine's before."""

from collections.abc import Sequence
from typing import Final

from distribution.queries.reader import read
from distribution.schema import ce_technology
from ingest.decoding.records import RawRecord

# What the ledger does not have was rejected, or is on its way.
_OF_OTHERS: Final = """
    SELECT `partition`, `offset` FROM {table}
    WHERE (`partition`, `offset`) IN {{places:Array(Tuple(UInt16, Int64))}} AND machine != {{machine:UInt32}}
"""


def sent_by(machine: int, records: Sequence[RawRecord]) -> list[RawRecord]:
    """Without those that the ledger has as another machine's. Raises TooMuchError, StoreUnavailableError."""
    places = [(each.partition, each.offset) for each in records]
    rows = read(_OF_OTHERS.format(table=ce_technology("envelope")), {"places": places, "machine": machine})
    others = {(int(partition), int(offset)) for partition, offset in rows}
    return [each for each in records if (each.partition, each.offset) not in others]
