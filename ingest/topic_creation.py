"""Creating the topics of docs/contracts/topics.md, and refusing those that are there with another partition count."""

import time
from dataclasses import dataclass

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from ingest.topics import Topics

DAY_MS = 24 * 60 * 60 * 1000
# Bodies are at most 256 KiB and slices of parsed rows 900 KB; a machine's state is the largest that is written.
MAX_MESSAGE_BYTES = 4 * 1024 * 1024
# By Kafka's timestamps, which are received times. As long as an IoT Hub keeps events at most; dead letters wait for a
# person.
KEEP_MS = {"hub": 7 * DAY_MS, "raw": 7 * DAY_MS, "parsed": 7 * DAY_MS, "dead_letters": 30 * DAY_MS}
# Read from the beginning to the end when a worker starts, so compacted soon and in small segments.
COMPACTED = {
    "cleanup.policy": "compact",
    "segment.ms": str(10 * 60 * 1000),
    "segment.bytes": str(64 * 1024 * 1024),
    "min.cleanable.dirty.ratio": "0.1",
}


class TopicsUnusableError(Exception):
    """Kafka does not answer, or a topic is there that does not fit; the text says what to do."""


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """One topic as it has to be."""

    name: str
    partitions: int
    settings: dict[str, str]


def plan_topics(topics: Topics, partitions: int, *, local_hub: bool) -> list[TopicPlan]:
    """All topics of a deployment; the hub's only where no IoT Hub is connected."""
    kinds = ["raw", "parsed", "dead_letters", "hub_offsets", "engine_state"]
    return [
        TopicPlan(getattr(topics, kind), partitions, _settings(kind))
        for kind in (["hub", *kinds] if local_hub else kinds)
    ]


def _settings(kind: str) -> dict[str, str]:
    size = {"max.message.bytes": str(MAX_MESSAGE_BYTES)}
    if kind in KEEP_MS:
        return {**size, "cleanup.policy": "delete", "retention.ms": str(KEEP_MS[kind])}
    return {**size, **COMPACTED}


def create_missing(admin: AdminClient, plans: list[TopicPlan], deadline_seconds: float) -> list[str]:
    """Create the topics that are not there; their names. Settings of existing topics are left to their operator.

    Raises TopicsUnusableError where Kafka does not answer within the deadline, or a topic's partitions differ: the
    partition is part of what a machine's order and every stored origin rest on, so it cannot change.
    """
    deadline = time.monotonic() + deadline_seconds
    existing = _partition_counts(admin, deadline)
    _refuse_others(plans, existing)
    missing = [plan for plan in plans if plan.name not in existing]
    _create(admin, missing, deadline)
    # Once more: another start may have been faster, with another count.
    _refuse_others(plans, _until_seen(admin, plans, deadline))
    return [plan.name for plan in missing]


def _refuse_others(plans: list[TopicPlan], existing: dict[str, int]) -> None:
    wrong = [
        f"{plan.name} has {existing[plan.name]} partitions, not {plan.partitions}"
        for plan in plans
        if existing.get(plan.name, plan.partitions) != plan.partitions
    ]
    if wrong:
        raise TopicsUnusableError(
            f"{'; '.join(wrong)}. The count is fixed for a deployment: set KAFKA_PARTITIONS to what is there, "
            "or begin a new one with another KAFKA_TOPIC_PREFIX."
        )


def _until_seen(admin: AdminClient, plans: list[TopicPlan], deadline: float) -> dict[str, int]:
    """Partition counts, once the broker shows every planned topic: it hears of them a moment after the controller."""
    while True:
        existing = _partition_counts(admin, deadline)
        unseen = [plan.name for plan in plans if plan.name not in existing]
        if not unseen:
            return existing
        if time.monotonic() > deadline:
            raise TopicsUnusableError(f"Kafka created {', '.join(unseen)}, but does not show them.")


def _partition_counts(admin: AdminClient, deadline: float) -> dict[str, int]:
    while True:
        try:
            metadata = admin.list_topics(timeout=2)
        except KafkaException as error:
            if time.monotonic() > deadline:
                raise TopicsUnusableError(f"Kafka does not answer: {error.args[0].str()}") from error
        else:
            return {name: len(topic.partitions) for name, topic in metadata.topics.items()}


def _create(admin: AdminClient, plans: list[TopicPlan], deadline: float) -> None:
    if not plans:
        return
    # Replicas: -1 is the broker's default.
    topics = [
        NewTopic(plan.name, num_partitions=plan.partitions, replication_factor=-1, config=plan.settings)
        for plan in plans
    ]
    timeout = max(1.0, deadline - time.monotonic())
    for name, created in admin.create_topics(topics, operation_timeout=timeout, request_timeout=timeout).items():
        try:
            created.result()
        except KafkaException as error:
            # Another start was faster.
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise TopicsUnusableError(f"Kafka did not create {name}: {error.args[0].str()}") from error
