"""`raw` in; rows, dead letters and state out, each once, also when a transaction fails half way."""

import threading
from pathlib import Path

import msgpack
import pyarrow as pa
import pytest
from confluent_kafka import Producer

from ingest.meta.follower import MetaAddress, MetaFollower
from ingest.processor.processor import Processor
from ingest.processor.state import MachineState
from ingest.streaming.errors import Fenced
from ingest.streaming.transaction import Transaction
from tests.pipeline.buses import T0, frames_of, long_message, records_of
from tests.pipeline.catalogue import GEAR, directory, give_copies, release
from tests.streaming.conftest import Deployment
from tests.streaming.loops import run_until

pytestmark = pytest.mark.kafka


@pytest.fixture
def follower(tmp_path: Path):
    """The CMS is down: the worker starts from its copies."""
    give_copies(tmp_path, ["ex-1", "ex-2"])
    address = MetaAddress("http://127.0.0.1:9", "t" * 32, "redis://127.0.0.1:9/0", "meta", 60.0, tmp_path / "meta")
    with MetaFollower(address) as following:
        yield following


def send(deployment: Deployment, numbers: range, device: str = "ex-1") -> None:
    producer = Producer({"bootstrap.servers": deployment.servers})
    for number in numbers:
        body = {
            "t0": 1_000_000 * number,
            "bus": 1,
            "dt": b"\0\0\0\0",
            "id": GEAR.to_bytes(4, "little"),
            "data": b"\x05" * 8,
        }
        headers = {
            "device": device, "kind": "vehicle_can", "schema": "1", "content-type": "application/msgpack",
            "message-id": f"id-{number}", "origin": f"hub/0/{number}", "received": str(number),
        }  # fmt: skip
        value = b"not msgpack" if number % 10 == 9 else msgpack.packb(body)
        producer.produce(deployment.topics.raw, value, partition=0, headers=list(headers.items()))
    assert producer.flush(30) == 0


def rows(deployment: Deployment, table: str) -> list[dict]:
    found: list[dict] = []
    for body in deployment.read(deployment.topics.parsed, 0):
        part = pa.ipc.open_stream(body).read_all()
        if (table == "envelope") == ("origin" in part.schema.names):
            found += part.to_pylist()
    return found


def process(deployment: Deployment, follower: MetaFollower, envelopes: int) -> None:
    """Run a processor until everything sent so far has an outcome."""

    def done() -> bool:
        ended = len(rows(deployment, "envelope")) + len(deployment.read(deployment.topics.dead_letters, 0))
        return ended >= envelopes

    run_until(Processor(deployment.servers, deployment.prefix, "0", follower).run, done)


def last_state(deployment: Deployment) -> MachineState:
    return MachineState.unpack(deployment.read(deployment.topics.engine_state, 0)[-1])


def test_each_envelope_has_one_outcome_and_state_goes_on_after_a_restart(deployment, follower) -> None:
    for part in (range(20), range(20, 40)):
        send(deployment, part)
        process(deployment, follower, part.stop)

    assert [row["message_id"] for row in rows(deployment, "envelope")] == [
        f"id-{number}" for number in range(40) if number % 10 != 9
    ]
    assert len(rows(deployment, "frame_values")) == 36
    assert deployment.read(deployment.topics.dead_letters, 0) == [b"not msgpack"] * 4
    state = last_state(deployment)
    assert (state.envelopes, state.frames) == (40, 36), "the second worker counted on from the first one's state"


def test_machines_of_a_trial_have_its_release(deployment, follower) -> None:
    follower._take_release("canary", release(2))
    follower._take_directory(directory(["ex-1", "ex-2"], trial=["ex-2"]))
    follower._publish()
    send(deployment, range(9))
    send(deployment, range(9), "ex-2")
    process(deployment, follower, 18)
    found = {(row["machine"], row["release"]) for row in rows(deployment, "frame_values")}
    assert found == {(1, 1), (2, 2)}


def test_a_message_is_put_together_from_before_and_after_a_restart(deployment, follower) -> None:
    producer = Producer({"bootstrap.servers": deployment.servers})
    for end, record in enumerate(records_of(frames_of(long_message(T0, 600)), 1), start=1):
        headers = list(record.headers.items())
        producer.produce(deployment.topics.raw, record.body, partition=0, headers=headers)
        assert producer.flush(30) == 0
        process(deployment, follower, end)
    found = [row["values"] for row in rows(deployment, "frame_values") if "values" in row]
    assert found == [[0.0, 300.0], [600.0]]
    assert last_state(deployment).j1939


def test_what_a_killed_worker_left_open_is_never_seen(deployment, follower) -> None:
    left_open = Transaction(deployment.servers, f"{deployment.prefix}process.0", "process")
    left_open.begin()
    left_open.produce(deployment.topics.engine_state, 0, b"1", MachineState(1, envelopes=999).pack(), [])
    send(deployment, range(5))
    process(deployment, follower, 5)
    assert last_state(deployment).envelopes == 5
    with pytest.raises(Fenced):
        left_open.commit()


def test_a_release_is_waited_for(deployment, tmp_path: Path) -> None:
    address = MetaAddress("http://127.0.0.1:9", "t" * 32, "redis://127.0.0.1:9/0", "meta", 60.0, tmp_path / "none")
    send(deployment, range(3))
    stop = threading.Event()
    with MetaFollower(address) as following:
        thread = threading.Thread(
            target=Processor(deployment.servers, deployment.prefix, "0", following).run, args=(stop,)
        )
        thread.start()
        stop.set()
        thread.join(30)
    assert not thread.is_alive()
    assert deployment.read(deployment.topics.parsed, 0) == []
