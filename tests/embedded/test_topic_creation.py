"""`manage.py create_topics` makes what docs/contracts/topics.md says, once, and refuses other partition counts."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import astuple

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

from ingest.streaming.compacted import read_to_end
from ingest.streaming.config import transactional_config
from ingest.topic_creation import MAX_MESSAGE_BYTES, TopicsUnusableError, create_missing, plan_topics
from ingest.topics import Topics
from parsing.checker.cost import MOST_BYTES_TOGETHER
from parsing.rules.timing import MOST_WAITING

PARTITIONS = 3


@pytest.fixture
def admin() -> AdminClient:
    from django.conf import settings

    return AdminClient({"bootstrap.servers": settings.KAFKA_BOOTSTRAP_SERVERS})


@pytest.fixture
def topics(admin: AdminClient) -> Iterator[Topics]:
    topics = Topics.with_prefix(f"test.{uuid.uuid4().hex[:12]}.")
    yield topics
    there = set(admin.list_topics(timeout=10).topics) & set(astuple(topics))
    for deleted in admin.delete_topics(list(there)).values():
        deleted.result(30)


def _setting(admin: AdminClient, topic: str, name: str) -> str:
    resource = ConfigResource(ResourceType.TOPIC, topic)
    return str(admin.describe_configs([resource])[resource].result()[name].value)


@pytest.mark.kafka
def test_it_creates_the_topics_of_the_contract_once(admin: AdminClient, topics: Topics) -> None:
    plans = plan_topics(topics, PARTITIONS, local_hub=True)
    assert create_missing(admin, plans, 30) == list(astuple(topics))
    assert create_missing(admin, plans, 30) == []
    counts = admin.list_topics(timeout=10).topics
    assert {len(counts[name].partitions) for name in astuple(topics)} == {PARTITIONS}
    for name in (topics.hub_offsets, topics.engine_state):
        assert _setting(admin, name, "cleanup.policy") == "compact"
    for name in (topics.hub, topics.raw, topics.parsed, topics.dead_letters):
        assert _setting(admin, name, "cleanup.policy") == "delete"
    assert _setting(admin, topics.raw, "max.message.bytes") == str(MAX_MESSAGE_BYTES)


@pytest.mark.kafka
def test_it_refuses_another_partition_count_and_creates_nothing(admin: AdminClient, topics: Topics) -> None:
    create_missing(admin, plan_topics(topics, PARTITIONS, local_hub=True)[:1], 30)
    with pytest.raises(TopicsUnusableError, match=f"{topics.hub} has 3 partitions, not 4"):
        create_missing(admin, plan_topics(topics, 4, local_hub=True), 30)
    assert topics.raw not in admin.list_topics(timeout=10).topics


def test_where_an_iot_hub_is_connected_there_is_no_local_one() -> None:
    plans = plan_topics(Topics.with_prefix("duco."), 4, local_hub=False)
    assert "duco.hub" not in [plan.name for plan in plans]


def test_a_kafka_that_does_not_answer_is_said_in_time() -> None:
    silent = AdminClient({"bootstrap.servers": "127.0.0.1:1", "log_level": 0})
    with pytest.raises(TopicsUnusableError, match="Kafka does not answer"):
        create_missing(silent, plan_topics(Topics.with_prefix("duco."), 4, local_hub=True), 0.5)


@pytest.mark.kafka
def test_the_largest_state_goes_through(admin: AdminClient, topics: Topics) -> None:
    from django.conf import settings

    servers = settings.KAFKA_BOOTSTRAP_SERVERS
    create_missing(admin, plan_topics(topics, PARTITIONS, local_hub=False), 30)
    # What waits, what rules remember, and a megabyte for everything else; nothing that compresses.
    state = os.urandom(8 * MOST_WAITING + MOST_BYTES_TOGETHER + 1_000_000)
    producer = Producer(transactional_config(servers, topics.engine_state))
    producer.init_transactions(30)
    producer.begin_transaction()
    producer.produce(topics.engine_state, value=state, key=b"1", partition=0)
    producer.commit_transaction(30)
    assert list(read_to_end(servers, topics.engine_state, 0)) == [(b"1", state)]
