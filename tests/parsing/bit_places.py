"""Which bits the decoder reads of a signal. `python -m tests.parsing.bit_places` writes the file against which the
front end is held, which draws them.
"""

import json
import random
from pathlib import Path

from parsing.definitions import Content, DefinitionSet, Group, Message, Signal
from parsing.proof.frames import FrameDecoder

FILE = Path(__file__).resolve().parents[2] / "frontend" / "tests" / "fixtures" / "places.json"
BYTES = 16
NUMBER = 120


def places() -> list[dict[str, object]]:
    """Start, length and byte order of signals, each with the DBC's numbers of its bits, the least significant first."""
    signals = _signals()
    read: list[dict[int, int]] = [{} for _ in signals]
    message = _message(signals)
    decoder = FrameDecoder(Content((), (DefinitionSet(1, "s", (message,)),), ()), 1)
    for bit in range(BYTES * 8):
        payload = bytearray(BYTES)
        payload[bit // 8] = 1 << bit % 8
        values, _ = decoder.decode(message, bytes(payload), None).groups[1]
        for value, bits in zip(values, read, strict=True):
            if value:
                bits[int(value).bit_length() - 1] = bit
    return [
        {"start": each.start, "length": each.length, "order": each.byte_order, "bits": [bits[k] for k in sorted(bits)]}
        for each, bits in zip(signals, read, strict=True)
    ]


def _signals() -> list[Signal]:
    chosen = random.Random(5)  # noqa: S311 - no secret
    signals: list[Signal] = []
    while len(signals) < NUMBER:
        length, order = chosen.randint(1, 64), chosen.choice(("little", "big"))
        signal = _signal(len(signals), chosen.randrange(BYTES * 8), length, order)
        if signal.end <= BYTES * 8:
            signals.append(signal)
    return signals


def _signal(slot: int, start: int, length: int, order: str) -> Signal:
    return Signal(
        slot=slot, name=f"s{slot}", start=start, length=length, byte_order="big" if order == "big" else "little",
        type="unsigned", scale=1.0, offset=0.0, minimum=None, maximum=None, unit="", enum=None, spn=None,
        sentinels="none", comment="",
    )  # fmt: skip


def _message(signals: list[Signal]) -> Message:
    return Message(
        id=1, name="m", match="id", can_id=1, extended=False, pgn=None, j1939=False, length=BYTES, cycle_time=None,
        frame_format=None, comment="", groups=(Group(1, (), tuple(signals)),),
    )  # fmt: skip


def text() -> str:
    return "[\n" + ",\n".join(json.dumps(place) for place in places()) + "\n]\n"


if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(text())
