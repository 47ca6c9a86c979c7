"""Publishes envelopes to the local hub's topic, with headers as IoT Hub writes them."""

import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from confluent_kafka import KafkaError, KafkaException, Message, Producer
from confluent_kafka.admin import AdminClient

from ingest.device.envelopes import DeviceEnvelope
from ingest.iothub.headers import encode_headers

_DELIVERY_TIMEOUT = 60.0
_POLL = 0.1


class PublishError(Exception):
    """The broker did not take an envelope."""


class HubPublisher:
    """An idempotent producer. The key is the device id, so a device keeps its partition and its order.

    Raises PublishError from the next call after a delivery failed, and from `flush`.
    """

    def __init__(
        self, bootstrap_servers: str, topic: str, *, clock_ns: Callable[[], int] = time.time_ns, linger_ms: float = 5
    ) -> None:
        self._topic = topic
        self._clock_ns = clock_ns
        self._failure: KafkaError | None = None
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap_servers,
                "enable.idempotence": True,
                "linger.ms": linger_ms,
                "delivery.timeout.ms": int(_DELIVERY_TIMEOUT * 1000),
                "socket.keepalive.enable": True,
            }
        )

    def publish(self, device: str, envelope: DeviceEnvelope) -> None:
        """Hand one envelope over; it is with the hub for sure only after `flush`."""
        headers: list[tuple[str, str | bytes | None]] = [
            *encode_headers(
                device,
                self._clock_ns() // 1000,
                message_id=envelope.message_id,
                content_type=envelope.content_type,
                content_encoding=envelope.content_encoding,
                application=envelope.application,
            )
        ]
        self._check()
        deadline = time.monotonic() + _DELIVERY_TIMEOUT
        while True:
            try:
                self._producer.produce(
                    self._topic, envelope.body, device, headers=headers, on_delivery=self._on_delivery
                )
            except BufferError:
                if time.monotonic() > deadline:
                    raise PublishError("the broker takes nothing; the queue is full") from None
                self._producer.poll(_POLL)
            else:
                self._producer.poll(0)
                return

    def flush(self, timeout: float = _DELIVERY_TIMEOUT) -> None:
        """Return when the hub has everything."""
        left = self._producer.flush(timeout)
        self._check()
        if left:
            raise PublishError(f"{left} envelopes were not taken within {timeout:g} s")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.flush()

    def _on_delivery(self, error: KafkaError | None, _: Message) -> None:
        if error is not None and self._failure is None:
            self._failure = error

    def _check(self) -> None:
        if self._failure is not None:
            raise PublishError(self._failure.str())


def wait_for_topic(bootstrap_servers: str, topic: str, say: Callable[[str], Any], *, timeout: float) -> None:
    """Return when the broker answers and has the topic; say what is waited for, once for each reason.

    A producer that names a topic which is not there creates it, with the wrong number of partitions: hence the look
    at all topics first. Raises PublishError after `timeout` seconds.
    """
    admin = AdminClient({"bootstrap.servers": bootstrap_servers, "log_level": 0})
    deadline, said = time.monotonic() + timeout, ""
    while True:
        reason = _missing(admin, topic, bootstrap_servers)
        if reason is None:
            return
        if reason != said:
            say(f"Waiting: {reason}.")
            said = reason
        if time.monotonic() > deadline:
            raise PublishError(reason)
        admin.poll(0.5)


def _missing(admin: AdminClient, topic: str, bootstrap_servers: str) -> str | None:
    try:
        topics = admin.list_topics(timeout=5).topics
    except KafkaException:
        return f"no Kafka broker answers at {bootstrap_servers} (KAFKA_BOOTSTRAP_SERVERS)"
    if topic in topics:
        return None
    return f"the broker at {bootstrap_servers} has no topic {topic} (`manage.py create_topics` creates it)"
