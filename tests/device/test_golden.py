"""The examples of docs/contracts/golden are read as the contracts say."""

import base64
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from ingest.envelope import ClientRaw, OpenedCan, OpenedObjects, Rejected, open_envelope
from ingest.envelope.opening import KINDS
from ingest.iothub.headers import decode_headers, encode_headers

GOLDEN = Path(__file__).resolve().parents[2] / "docs" / "contracts" / "golden"
ENVELOPES = json.loads((GOLDEN / "envelopes.json").read_text())
HEADERS = json.loads((GOLDEN / "hub_headers.json").read_text())


def as_golden(opened: object) -> dict[str, Any]:
    match opened:
        case OpenedCan(frames):
            columns = zip(frames.bus, frames.can_id, frames.ts, frames.data, frames.length, strict=True)
            return {
                "frames": [
                    {"bus": int(bus), "can_id": int(can_id), "ts": int(ts), "data": bytes(data[:length]).hex()}
                    for bus, can_id, ts, data, length in columns
                ]
            }
        case OpenedObjects(_, objects):
            return {"objects": [item._asdict() for item in objects]}
        case Rejected(code, _):
            return {"rejected": code}
    assert opened == ClientRaw()
    return {"raw": True}


@pytest.mark.parametrize("golden", ENVELOPES, ids=[golden["name"] for golden in ENVELOPES])
def test_an_envelope_opens_as_written_down(golden: dict[str, Any]) -> None:
    assert as_golden(open_envelope(golden["properties"], base64.b64decode(golden["body"]))) == golden["expected"]


def test_every_kind_and_encoding_has_an_example() -> None:
    seen = [golden["properties"] for golden in ENVELOPES]
    assert {p["kind"] for p in seen} == set(KINDS)
    assert {p.get("content-encoding") for p in seen} == {None, "gzip", "zstd"}
    assert {p["content-type"] for p in seen if p["kind"] == "vehicle_can"} == {
        "application/msgpack", "application/json", "text/candump",
    }  # fmt: skip


@pytest.mark.parametrize("golden", HEADERS, ids=[golden["name"] for golden in HEADERS])
def test_headers_are_read_as_written_down(golden: dict[str, Any]) -> None:
    properties = asdict(decode_headers([(name, bytes.fromhex(value)) for name, value in golden["headers"]]))
    properties["malformed"] = list(properties["malformed"])
    del properties["system"]
    assert properties == golden["expected"]


def test_headers_are_written_as_written_down() -> None:
    golden = HEADERS[0]
    said = golden["expected"]
    headers = encode_headers(
        said["device"],
        said["enqueued"],
        message_id=said["message_id"],
        content_type=said["content_type"],
        application=said["application"],
    )
    assert [[name, value.hex()] for name, value in headers] == golden["headers"]
