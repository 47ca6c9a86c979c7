"""The Event-Hubs-compatible connection string of an IoT Hub, made into librdkafka configuration.

Facts: the endpoint speaks Kafka on port 9093 with SASL PLAIN, user `$ConnectionString`; the topic is the EntityPath.
"""

from dataclasses import dataclass, field

Config = dict[str, str | int | bool]
_REQUIRED = ("Endpoint", "SharedAccessKeyName", "SharedAccessKey", "EntityPath")
_PORT = 9093


@dataclass(frozen=True, slots=True)
class EventHubsConnection:
    """Where the hub's events are read. The secret is in no representation of it."""

    bootstrap_servers: str
    entity_path: str
    connection_string: str = field(repr=False)

    def consumer_config(self, group: str) -> Config:
        """For a librdkafka consumer: manual offsets, and an error where the wanted offset is gone."""
        return self._common_config() | {
            "group.id": group,
            "session.timeout.ms": 30_000,
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "error",
        }

    def producer_config(self) -> Config:
        """For a librdkafka producer. The endpoint knows no transactions."""
        return self._common_config() | {"request.timeout.ms": 60_000}

    def _common_config(self) -> Config:
        return {
            "bootstrap.servers": self.bootstrap_servers,
            "security.protocol": "SASL_SSL",
            "sasl.mechanism": "PLAIN",
            "sasl.username": "$ConnectionString",
            "sasl.password": self.connection_string,
            # Azure's balancer drops idle connections without a word after four minutes.
            "socket.keepalive.enable": True,
            "metadata.max.age.ms": 180_000,
        }


def parse_connection_string(text: str) -> EventHubsConnection:
    """Read `Endpoint=sb://…;SharedAccessKeyName=…;SharedAccessKey=…;EntityPath=…`.

    Raises ValueError that names the missing or wrong part and never quotes a value.
    """
    parts: dict[str, str] = {}
    for part in filter(None, (p.strip() for p in text.split(";"))):
        name, separator, value = part.partition("=")
        if not separator or name in parts:
            raise ValueError("connection string: a part is not name=value, or is given twice")
        parts[name] = value
    missing = [name for name in _REQUIRED if not parts.get(name)]
    if missing:
        raise ValueError(f"connection string: {', '.join(missing)} missing")
    scheme, separator, host = parts["Endpoint"].partition("://")
    host = host.rstrip("/")
    if scheme != "sb" or not separator or not host or any(c in host for c in "/@:, "):
        raise ValueError("connection string: Endpoint is not sb://<host>/")
    return EventHubsConnection(f"{host}:{_PORT}", parts["EntityPath"], text.strip())
