"""The broker's process: `python -m duco_cms.embedded.kafka.broker --var DIR` becomes Java."""

import os
import subprocess
import sys
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from duco_cms.embedded.kafka.jars import NoKafkaError, class_path, java
from duco_cms.embedded.ports import LOOPBACK
from duco_cms.embedded.server import NotReadyError, Program, Server, Site
from duco_cms.embedded.site import module_command, site_of_command_line

LOGGING = Path(__file__).with_name("log4j2.xml")
# Devices' bodies are at most 256 KiB and slices of parsed rows 900 KB; state of a machine may be larger.
MAX_MESSAGE_BYTES = 4 * 1024 * 1024


def server(site: Site) -> Server:
    url = f"{LOOPBACK}:{site.ports['kafka']}"
    return Server(
        title="Kafka",
        variable="KAFKA_BOOTSTRAP_SERVERS",
        url=url,
        program=Program("kafka", module_command(__name__, site.layout), stop_seconds=45),
        probe=lambda: _probe(url),
    )


def _probe(url: str) -> None:
    # A new client each time: an old one would wait out its growing reconnect pause after the broker is up.
    # Silent: that nobody answers yet is what is being asked.
    try:
        metadata = AdminClient({"bootstrap.servers": url, "log_level": 0}).list_topics(timeout=1)
    except KafkaException as error:
        raise NotReadyError(str(error.args[0].str())) from error
    if not metadata.brokers:
        raise NotReadyError("the controller has not registered the broker yet")


def properties(site: Site) -> str:
    """server.properties: one node, so one replica of everything; topics only by `manage.py create_topics`."""
    broker, controller = site.ports["kafka"], site.ports["kafka-controller"]
    settings = {
        "process.roles": "broker,controller",
        "node.id": "1",
        "controller.quorum.voters": f"1@{LOOPBACK}:{controller}",
        "listeners": f"PLAINTEXT://{LOOPBACK}:{broker},CONTROLLER://{LOOPBACK}:{controller}",
        "advertised.listeners": f"PLAINTEXT://{LOOPBACK}:{broker}",
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "log.dirs": str(site.layout.data("kafka")),
        "offsets.topic.replication.factor": "1",
        "offsets.topic.num.partitions": "4",
        "transaction.state.log.replication.factor": "1",
        "transaction.state.log.min.isr": "1",
        "transaction.state.log.num.partitions": "4",
        "share.coordinator.state.topic.replication.factor": "1",
        "share.coordinator.state.topic.min.isr": "1",
        "group.initial.rebalance.delay.ms": "0",
        # A broker that was killed may register again only when its old session has ended: by default after 9 s.
        "broker.session.timeout.ms": "4000",
        "broker.heartbeat.interval.ms": "500",
        "auto.create.topics.enable": "false",
        "message.max.bytes": str(MAX_MESSAGE_BYTES),
        "replica.fetch.max.bytes": str(MAX_MESSAGE_BYTES),
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def _java_options() -> list[str]:
    return ["-Xms256m", "-Xmx512m", "-XX:+UseG1GC", "-XX:MaxGCPauseMillis=50", "-Djava.awt.headless=true",
            "-XX:+ExitOnOutOfMemoryError"]  # fmt: skip


def _format(java_path: str, jars: str, configuration: Path, cluster: str) -> None:
    """Lay down the metadata log of a new cluster."""
    short_lived = ("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", f"-Dlog4j2.configurationFile={LOGGING}")
    tool = ("kafka.tools.StorageTool", "format", "--cluster-id", cluster, "--config", str(configuration))
    subprocess.run((java_path, *short_lived, "-cp", jars, *tool), check=True, stdin=subprocess.DEVNULL)


def main() -> None:
    site = site_of_command_line(__name__)
    try:
        java_path, jars = java(), class_path()
    except NoKafkaError as error:
        raise SystemExit(f"Kafka cannot start: {error}.") from None
    data = site.layout.data("kafka")
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    configuration = site.layout.run / "kafka.properties"
    configuration.write_text(properties(site))
    if not (data / "meta.properties").exists():
        _format(java_path, jars, configuration, site.credentials.kafka_cluster_id)
    command = [java_path, *_java_options(), f"-Dlog4j2.configurationFile={LOGGING}", "-cp", jars, "kafka.Kafka",
               str(configuration)]  # fmt: skip
    sys.stdout.flush()
    os.execv(java_path, command)  # noqa: S606 -- becomes the broker, so that signals reach it


if __name__ == "__main__":
    main()
