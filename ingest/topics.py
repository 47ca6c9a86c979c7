"""Names of the Kafka topics; docs/contracts/topics.md says what each holds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topics:
    """Full topic names of one deployment, made from its prefix by `with_prefix`."""

    hub: str
    raw: str
    parsed: str
    dead_letters: str
    hub_offsets: str
    engine_state: str

    @classmethod
    def with_prefix(cls, prefix: str) -> "Topics":
        """Names that begin with `prefix` (KAFKA_TOPIC_PREFIX, "duco." by default)."""
        return cls(
            hub=f"{prefix}hub",
            raw=f"{prefix}raw",
            parsed=f"{prefix}parsed",
            dead_letters=f"{prefix}dead_letters",
            hub_offsets=f"{prefix}hub_offsets",
            engine_state=f"{prefix}engine_state",
        )
