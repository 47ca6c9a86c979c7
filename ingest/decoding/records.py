"""A record of `raw` as a value."""

from dataclasses import dataclass

from ingest.streaming.batches import Record


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One envelope as the collector wrote it (docs/contracts/topics.md). `received` is in µs."""

    partition: int
    offset: int
    headers: dict[str, str]
    body: bytes
    received: int

    @property
    def device(self) -> str:
        return self.headers.get("device", "")

    @property
    def origin(self) -> str:
        return self.headers.get("origin", f"raw/{self.partition}/{self.offset}")


def raw_record(record: Record) -> RawRecord:
    """A record read from `raw`. Header bytes that are not UTF-8 are marked, never an error."""
    headers = {key: value.decode("utf-8", "replace") for key, value in record.headers}
    received = headers.get("received", "")
    return RawRecord(
        partition=record.partition,
        offset=record.offset,
        headers=headers,
        body=record.value,
        received=int(received) if received.isdecimal() else record.timestamp * 1000,
    )
