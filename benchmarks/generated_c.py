"""The peer in C: what `cantools generate_c_source` makes of a DBC, in a loop over frames, by `gcc -O3`."""

from __future__ import annotations

import ctypes
import subprocess
from pathlib import Path

import cantools
import numpy as np
from cantools.database.can.c_source import camel_to_snake_case, generate

from parsing.engine import Frames

NAME = "peer"


class GeneratedC:
    """`decode(frames)` writes `values` f64 and `in_range` u8, a value after the other in the order of frames and
    signals; both buffers are used again.
    """

    def __init__(self, dbc: str, directory: Path, capacity: int) -> None:
        database = cantools.database.load_string(dbc, "dbc", strict=False)
        messages = [message for message in database.messages if message.signals]
        header, source, _, _ = generate(
            database, NAME, f"{NAME}.h", f"{NAME}.c", f"{NAME}_fuzzer.c", floating_point_numbers=True, bit_fields=False,
            use_float=False, node_name=None,
        )  # fmt: skip
        (directory / f"{NAME}.h").write_text(header)
        (directory / f"{NAME}.c").write_text(source)
        (directory / "loop.c").write_text(_loop(messages))
        library = directory / "peer.so"
        sources = [str(directory / name) for name in (f"{NAME}.c", "loop.c")]
        # One unit, so that the compiler may inline what it likes.
        (directory / "all.c").write_text("".join(f'#include "{source}"\n' for source in sources))
        subprocess.run(["gcc", "-O3", "-shared", "-fPIC", "-o", str(library), str(directory / "all.c")], check=True)
        self._function = ctypes.CDLL(str(library)).decode_all
        self._function.restype = ctypes.c_size_t
        most = max(len(message.signals) for message in messages)
        self.values, self.in_range = np.empty(capacity * most), np.empty(capacity * most, np.uint8)

    def decode(self, frames: Frames) -> int:
        """How many values there are."""
        columns = (frames.can_id, frames.length, frames.data, self.values, self.in_range)
        at = [ctypes.c_void_p(column.__array_interface__["data"][0]) for column in columns]
        return int(
            self._function(ctypes.c_size_t(len(frames)), *at[:3], ctypes.c_size_t(frames.data.shape[1]), *at[3:])
        )


def _loop(messages: list[cantools.database.can.Message]) -> str:
    cases = "\n".join(_case(message) for message in messages)
    return f"""#include <stddef.h>
#include "{NAME}.h"
size_t decode_all(size_t frames, const uint32_t *ids, const uint16_t *lengths, const uint8_t *data, size_t width,
                  double *values, uint8_t *in_range)
{{
    size_t out = 0;
    for (size_t frame = 0; frame < frames; frame++) {{
        const uint8_t *payload = data + frame * width;
        switch (ids[frame]) {{
{cases}
        default: break;
        }}
    }}
    return out;
}}
"""


def _case(message: cantools.database.can.Message) -> str:
    name = f"{NAME}_{camel_to_snake_case(message.name)}"
    flag = 0x8000_0000 if message.is_extended_frame else 0
    lines = [
        f"        case 0x{message.frame_id | flag:X}u: {{",
        f"            struct {name}_t m;",
        f"            if ({name}_unpack(&m, payload, lengths[frame]) < 0) break;",
    ]
    pages: dict[int | None, list[str]] = {}
    for signal in message.signals:
        for page in signal.multiplexer_ids or [None]:
            pages.setdefault(page, []).append(camel_to_snake_case(signal.name))
    lines += [_value(name, signal) for signal in pages.pop(None, [])]
    if pages:
        multiplexor = next(camel_to_snake_case(signal.name) for signal in message.signals if signal.is_multiplexer)
        lines.append(f"            switch (m.{multiplexor}) {{")
        for page, signals in pages.items():
            lines += [f"            case {page}:", *(_value(name, signal) for signal in signals), "            break;"]
        lines.append("            }")
    return "\n".join([*lines, "            break; }"])


def _value(name: str, signal: str) -> str:
    field = f"{name}_{signal}"
    return f"            values[out] = {field}_decode(m.{signal}); in_range[out++] = {field}_is_in_range(m.{signal});"
