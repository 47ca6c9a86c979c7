"""Raw envelopes as the collector wrote them, in the order in which they were decoded."""

from base64 import b64decode
from collections.abc import Iterator, Sequence
from typing import Any, Final

from distribution.queries.reader import TooMuchError, read
from distribution.schema import raw_data_cache_store
from ingest.decoding.records import RawRecord

_PAGE_LEAST: Final = 100
"""Envelopes at a time; the largest have 256 KiB, and 200 of those are more than one read may answer."""

_PAGE_MOST: Final = 3_200
_SMALL_BYTES: Final = 4_000_000
"""Of a page whose next one may be larger."""

# Bodies are bytes, which the client would take for UTF-8. The store does not keep `schema`: there is but one.
_SELECT: Final = """
    SELECT `partition`, `offset`, origin, message_id, kind, content_type, content_encoding, realtime,
           toUnixTimestamp64Micro(received), properties, base64Encode(body), device
    FROM {table}
"""
_SENT: Final = """
    WHERE device = {{device:String}}
        AND received >= fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC')
        AND received < fromUnixTimestamp64Micro({{end:Int64}}, 'UTC')
"""
_COUNT: Final = "SELECT count() FROM {table}" + _SENT  # noqa: S608
_SQL: Final = (
    _SELECT
    + _SENT
    + """
        AND (`partition`, `offset`) > ({{partition:Int32}}, {{offset:Int64}})
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
        AND received > fromUnixTimestamp64Micro({{behind:Int64}}, 'UTC')
        AND (`partition`, `offset`) >= ({{partition:Int32}}, {{offset:Int64}})
    ORDER BY `partition`, `offset`
    LIMIT 1 BY `partition`, `offset`
    LIMIT {{limit:UInt32}}
"""
)


class RawReader:
    """What a device sent, a page at a time: more where envelopes are small, as they were found to be so far."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._limit = _PAGE_LEAST

    def between(self, begin: int, end: int) -> Iterator[list[RawRecord]]:
        """Received from `begin` to before `end`, µs. Raises TooMuchError, StoreUnavailableError."""
        partition, offset, is_more = -1, -1, True
        while is_more:
            limit, page = self._limit, self._page(begin, end, partition, offset)
            if page is None:
                continue
            if page:
                yield page
                partition, offset = page[-1].partition, page[-1].offset
            is_more = len(page) == limit

    def count(self, begin: int, end: int) -> int:
        """Received from `begin` to before `end`, µs. Raises TooMuchError, StoreUnavailableError."""
        sql = _COUNT.format(table=raw_data_cache_store("envelope"))
        ((count,),) = read(sql, {"device": self._device, "begin": begin, "end": end})
        return int(count)

    def _page(self, begin: int, end: int, partition: int, offset: int) -> list[RawRecord] | None:
        """Those behind this place; None where they are to be asked for again, fewer at a time."""
        parameters = {
            "device": self._device, "begin": begin, "end": end, "partition": partition, "offset": offset,
            "limit": self._limit,
        }  # fmt: skip
        try:
            page = [_record(row) for row in read(_SQL.format(table=raw_data_cache_store("envelope")), parameters)]
        except TooMuchError:
            if self._limit == _PAGE_LEAST:
                raise
            self._limit = _PAGE_LEAST
            return None
        if sum(len(each.body) for each in page) >= _SMALL_BYTES:
            self._limit = _PAGE_LEAST
        elif len(page) == self._limit:
            self._limit = min(self._limit * 4, _PAGE_MOST)
        return page


def envelopes_at(places: Sequence[tuple[int, int]]) -> list[RawRecord]:
    """Those of these partitions and offsets that the store has, in their order; at most 100 are asked for at a time.

    Raises TooMuchError, StoreUnavailableError.
    """
    sql = _AT.format(table=raw_data_cache_store("envelope"))
    return [_record(row) for row in read(sql, {"places": list(places)})]


def rejected(device: str, kind: str, behind: int, partition: int, offset: int, limit: int) -> list[RawRecord]:
    """Rejected envelopes of a device and kind that were received after `behind` (µs), from this place on.

    Raises TooMuchError, StoreUnavailableError.
    """
    parameters = {"device": device, "kind": kind, "behind": behind, "partition": partition, "offset": offset}
    parameters["limit"] = limit
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
