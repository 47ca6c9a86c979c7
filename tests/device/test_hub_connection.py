"""The connection string: everything needed from it, and its secret nowhere."""

import pytest

from ingest.iothub.connection import parse_connection_string

SECRET = "c2VjcmV0LWtleS1vZi10aGUtaHVi="
STRING = (
    f"Endpoint=sb://ns-1.servicebus.windows.net/;SharedAccessKeyName=service;SharedAccessKey={SECRET};EntityPath=hub-1"
)


def test_it_makes_the_configuration_the_endpoint_wants() -> None:
    connection = parse_connection_string(STRING)
    assert connection.entity_path == "hub-1"
    config = connection.consumer_config("readers")
    assert config["bootstrap.servers"] == "ns-1.servicebus.windows.net:9093"
    assert (config["security.protocol"], config["sasl.mechanism"]) == ("SASL_SSL", "PLAIN")
    assert (config["sasl.username"], config["sasl.password"]) == ("$ConnectionString", STRING)
    assert config["socket.keepalive.enable"] is True
    assert (config["metadata.max.age.ms"], config["session.timeout.ms"]) == (180_000, 30_000)
    assert config["auto.offset.reset"] == "error"
    assert connection.producer_config()["request.timeout.ms"] == 60_000


def test_librdkafka_knows_every_option() -> None:
    from confluent_kafka import Consumer, Producer

    connection = parse_connection_string(STRING)
    Consumer(connection.consumer_config("readers") | {"bootstrap.servers": "127.0.0.1:1"}).close()
    Producer(connection.producer_config() | {"bootstrap.servers": "127.0.0.1:1"})


def test_the_secret_is_in_no_representation() -> None:
    connection = parse_connection_string(STRING)
    assert SECRET not in repr(connection)
    assert SECRET not in str(connection)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "Endpoint, SharedAccessKeyName, SharedAccessKey, EntityPath"),
        (STRING.replace("EntityPath=hub-1", ""), "EntityPath"),
        (STRING.replace("sb://", "https://"), "Endpoint"),
        (STRING.replace("sb://ns-1", "sb://u@ns-1"), "Endpoint"),
        (STRING + f";{SECRET[:-1]}", "name=value"),
        (STRING + f";SharedAccessKey={SECRET}", "twice"),
    ],
)
def test_an_error_names_the_part_and_never_the_secret(text: str, names: str) -> None:
    with pytest.raises(ValueError, match=names) as raised:
        parse_connection_string(text)
    assert SECRET[:-1] not in str(raised.value)
