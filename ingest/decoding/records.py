"""A record of `raw` as a value."""

from dataclasses import dataclass

from confluent_kafka import Message


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


def raw_record(message: Message) -> RawRecord:
    """The record of a message read from `raw`. Bytes that are not UTF-8 are marked, never an error."""
    headers = {key: (value or b"").decode("utf-8", "replace") for key, value in message.headers() or ()}
    received = headers.get("received", "")
    return RawRecord(
        partition=message.partition(),
        offset=message.offset(),
        headers=headers,
        body=message.value() or b"",
        received=int(received) if received.isdecimal() else message.timestamp()[1] * 1000,
    )
