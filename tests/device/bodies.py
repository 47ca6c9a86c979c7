"""Bodies and properties that several tests begin with."""

import msgpack
import numpy as np

T0 = 1_700_000_000_000_000


def properties(kind: str = "vehicle_can", content_type: str = "application/msgpack", **others: str) -> dict[str, str]:
    more = {name.replace("_", "-"): text for name, text in others.items()}
    return {"kind": kind, "schema": "1", "content-type": content_type} | more


def columns(n: int = 3, width: int = 8, **others: object) -> dict[str, object]:
    """n frames of one bus as MessagePack columns, 1 ms apart."""
    return {
        "t0": T0,
        "bus": 1,
        "dt": (np.arange(n, dtype="<u4") * 1000).tobytes(),
        "id": np.full(n, 0x98F00400, "<u4").tobytes(),
        "data": (np.arange(n * width) % 256).astype(np.uint8).tobytes(),
    } | others


def packed(document: object) -> bytes:
    body: bytes = msgpack.packb(document)
    return body
