"""The publisher on a real broker: bytes, headers and partitions as IoT Hub would have them; failures are loud."""

import pytest

from ingest.device.envelopes import can_envelope
from ingest.device.packer import frames_from_rows
from ingest.device.publisher import HubPublisher, PublishError, wait_for_topic
from ingest.envelope import OpenedCan, open_envelope
from ingest.iothub.headers import decode_headers

from .bodies import T0
from .conftest import Hub

pytestmark = pytest.mark.kafka
FRAMES = frames_from_rows([(T0, 1, 0x98F00400, b"12345678")])


def test_what_is_published_is_read_as_from_the_hub(hub: Hub) -> None:
    envelopes = {f"ex-{n}": can_envelope(FRAMES, realtime=n == 1, compress=n == 2) for n in range(12)}
    with HubPublisher(hub.bootstrap_servers, hub.topic, clock_ns=lambda: 1_700_000_000_123_456_789) as publisher:
        for _ in range(2):
            for device, envelope in envelopes.items():
                publisher.publish(device, envelope)
    messages = hub.read()
    assert len(messages) == 24
    partitions: dict[str | None, set[int]] = {}
    for message in messages:
        properties = decode_headers(message.headers())
        envelope = envelopes[properties.device or ""]
        assert message.key() == (properties.device or "").encode()
        assert message.value() == envelope.body
        assert properties.enqueued == 1_700_000_000_123_000
        assert properties.message_id == envelope.message_id
        assert properties.application == envelope.application
        assert properties.malformed == ()
        # it should open with exactly what the headers say
        headers = dict(properties.application) | {
            name: properties.system[name] for name in ("content-type", "content-encoding") if name in properties.system
        }
        opened = open_envelope(headers, message.value())
        assert isinstance(opened, OpenedCan)
        assert opened.frames.ts.tolist() == [T0]
        partitions.setdefault(properties.device, set()).add(message.partition())
    # it should keep a device in one partition, and use more than one
    assert {len(of_device) for of_device in partitions.values()} == {1}
    assert len(set.union(*partitions.values())) > 1


def test_a_failed_delivery_is_raised(hub: Hub) -> None:
    publisher = HubPublisher(hub.bootstrap_servers, "no/such/topic")
    publisher.publish("ex-1", can_envelope(FRAMES))
    with pytest.raises(PublishError):
        publisher.flush(20)


def test_it_waits_for_the_broker_and_the_topic_and_says_so(hub: Hub) -> None:
    said: list[str] = []
    wait_for_topic(hub.bootstrap_servers, hub.topic, said.append, timeout=10)
    assert said == []
    with pytest.raises(PublishError, match=r"no Kafka broker answers at 127\.0\.0\.1:1 "):
        wait_for_topic("127.0.0.1:1", hub.topic, said.append, timeout=0.1)
    missing = f"{hub.prefix}not"
    with pytest.raises(PublishError, match=missing):
        wait_for_topic(hub.bootstrap_servers, missing, said.append, timeout=0.1)
    assert len(said) == 2
    assert all(text.startswith("Waiting: ") for text in said)
    # it should not create the topic by asking for it
    with pytest.raises(PublishError, match=missing):
        wait_for_topic(hub.bootstrap_servers, missing, said.append, timeout=0)
