"""Raw envelopes as the collector wrote them, in the order in which they were decoded."""

from base64 import b64decode
from collections.abc import Iterator, Sequence
from typing import Any, Final

from distribution.queries.reader import TooMuchError, read
from distribution.schema import raw_data_cache_store
from ingest.decoding.records import RawRecord

_PAGE: Final = 100
"""Envelopes at a time; the largest have 256 KiB, and 200 of those are more than one read may answer."""

_PAGE_MOST: Final = 1_600
_SMALL_BYTES: Final = 4_000_000
"""Of a page whose next one may be larger."""

# Bodies are bytes, which the client would take for UTF-8. The store does not keep `schema`: there is but one.
_SELECT: Final = """
    SELECT `partition`, `offset`, origin, message_id, kind, content_type, content_encoding, realtime,
           toUnixTimestamp64Micro(received), properties, base64Encode(body), device
    FROM {table}
"""
_SQL: Final = (
    _SELECT
    + """
    WHERE device = {{device:String}} AND (`partition`, `offset`) > ({{partition:Int32}}, {{offset:Int64}})
        AND received >= fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC')
        AND received < fromUnixTimestamp64Micro({{end:Int64}}, 'UTC')
    ORDER BY `partition`, `offset`
    LIMIT 1 BY `partition`, `offset`
    LIMIT {{limit:UInt32}}
"""
)
_AT: Final = (
    _SELECT
    + """
    WHERE (`partition`, `offset`) IN {{places:Array(Tuple(UInt16, Int64))}}
    ORDER BY `partition`, `offset`
    LIMIT 1 BY `partition`, `offset`
"""
)
_REJECTED: Final = (
    _SELECT
    + """
    WHERE device = {{device:String}} AND kind = {{kind:String}}
        AND (`partition`, `offset`) >= ({{partition:Int32}}, {{offset:Int64}})
    ORDER BY `partition`, `offset`
    LIMIT 1 BY `partition`, `offset`
    LIMIT {{limit:UInt32}}
"""
)


def envelopes(device: str, begin: int, end: int) -> Iterator[list[RawRecord]]:
    """Of a device, those received from `begin` to before `end`, µs, a page at a time: more where they are small.

    Raises TooMuchError, StoreUnavailableError.
    """
    sql = _SQL.format(table=raw_data_cache_store("envelope"))
    partition, offset, limit = -1, -1, _PAGE
    while True:
        parameters = {
            "device": device, "begin": begin, "end": end, "partition": partition, "offset": offset, "limit": limit,
        }  # fmt: skip
        try:
            page = [_record(row) for row in read(sql, parameters)]
        except TooMuchError:
            if limit == _PAGE:
                raise
            # Those that follow are larger than those before.
            limit = _PAGE
            continue
        if page:
            yield page
        if len(page) < limit:
            return
        partition, offset = page[-1].partition, page[-1].offset
        is_small = sum(len(each.body) for each in page) < _SMALL_BYTES
        limit = max(_PAGE, min(limit * 4, _PAGE_MOST)) if is_small else _PAGE


def envelopes_at(places: Sequence[tuple[int, int]]) -> list[RawRecord]:
    """Those of these partitions and offsets that the store has, in their order; at most 100 are asked for at a time.

    Raises TooMuchError, StoreUnavailableError.
    """
    sql = _AT.format(table=raw_data_cache_store("envelope"))
    return [_record(row) for row in read(sql, {"places": list(places)})]


def rejected(device: str, kind: str, partition: int, offset: int, limit: int) -> list[RawRecord]:
    """Rejected envelopes of a device and kind, from this partition and offset on.

    Raises TooMuchError, StoreUnavailableError.
    """
    parameters = {"device": device, "kind": kind, "partition": partition, "offset": offset, "limit": limit}
    return [_record(row) for row in read(_REJECTED.format(table=raw_data_cache_store("dead_letter")), parameters)]


def _record(row: Sequence[Any]) -> RawRecord:
    partition, offset, origin, message_id, kind, content_type, encoding, realtime, received, properties, *rest = row
    body, device = rest
    headers = {
        "device": device, "origin": origin, "message-id": message_id, "kind": kind, "content-type": content_type,
        "content-encoding": encoding, "realtime": str(realtime), "received": str(received), "schema": "1",
    }  # fmt: skip
    given = {name: value for name, value in headers.items() if value}
    given |= {f"property.{name}": value for name, value in properties.items()}
    return RawRecord(int(partition), int(offset), given, b64decode(body), int(received))
