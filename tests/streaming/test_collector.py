"""Each hub event enters `raw` once, in order, whoever collects it."""

import threading

import pytest
from confluent_kafka import Producer

from ingest.collector.collector import Collector, HubSource
from ingest.iothub.headers import encode_headers
from ingest.streaming.config import consumer_config
from ingest.streaming.errors import Fenced
from ingest.streaming.transaction import Transaction
from tests.streaming.conftest import Deployment
from tests.streaming.loops import run_until

pytestmark = pytest.mark.kafka


def publish(deployment: Deployment, numbers: range, partition: int = 0) -> None:
    producer = Producer({"bootstrap.servers": deployment.servers})
    for number in numbers:
        headers = encode_headers("ex-0001", 1_000_000 * number, message_id=f"id-{number}", application={"kind": "x"})
        producer.produce(deployment.topics.hub, b"%d" % number, partition=partition, headers=headers)
    assert producer.flush(30) == 0


def collector_of(deployment: Deployment, collected: list | None = None) -> Collector:
    consumer = consumer_config(deployment.servers, f"{deployment.prefix}collect", "0")
    source = HubSource(consumer, deployment.topics.hub, deployment.topics.hub)
    live = None if collected is None else collected.extend
    return Collector(source, deployment.servers, deployment.prefix, live)


def test_events_keep_their_partition_order_and_properties(deployment: Deployment) -> None:
    publish(deployment, range(30), partition=1)
    collected: list = []
    run_until(collector_of(deployment, collected).run, lambda: len(collected) == 30)

    assert deployment.read(deployment.topics.raw, 1) == [b"%d" % number for number in range(30)]
    assert deployment.read(deployment.topics.hub_offsets, 1)[-1] == b"30"
    headers = collected[7].headers
    assert headers["device"] == "ex-0001"
    assert headers["message-id"] == "id-7"
    assert headers["enqueued"] == "7000000"
    assert headers["kind"] == "x"
    assert headers["origin"] == f"{deployment.topics.hub}/1/7"


def test_a_new_collector_goes_on_where_the_position_in_kafka_says(deployment: Deployment) -> None:
    for start in (0, 10):
        publish(deployment, range(start, start + 10))
        collected: list = []
        run_until(collector_of(deployment, collected).run, lambda seen=collected: len(seen) == 10)
    assert deployment.read(deployment.topics.raw, 0) == [b"%d" % number for number in range(20)]


def test_a_collector_that_was_replaced_writes_nothing_more(deployment: Deployment) -> None:
    # The successor of partition 0 fences whoever collected it before, even in the midst of a transaction.
    old = Transaction(deployment.servers, f"{deployment.prefix}collect.{deployment.topics.hub}.0", "collect")
    old.begin()
    old.produce(deployment.topics.raw, 0, None, b"from the old one", [])
    publish(deployment, range(5))
    collected: list = []
    run_until(collector_of(deployment, collected).run, lambda: len(collected) == 5)

    with pytest.raises(Fenced):
        old.commit()
    assert deployment.read(deployment.topics.raw, 0) == [b"%d" % number for number in range(5)]


def test_stop_leaves_nothing_behind(deployment: Deployment) -> None:
    stop = threading.Event()
    stop.set()
    collector_of(deployment).run(stop)
    assert deployment.read(deployment.topics.raw, 0) == []
