"""What an engineer writes with cantools, python-can and pandas to get the rows of `manage.py decode`.

python benchmarks/cantools_script.py LOG OUT.parquet [CHANNEL:]DBC …
"""

import sys
from collections import Counter

import can
import cantools
import pandas as pd


def quality(message, signal, raw, value):
    """J1939's sentinels, then the limits of the DBC ([0|0] = none)."""
    if message.protocol == "j1939" and not signal.is_signed and not signal.is_float and signal.length > 1:
        whole_bytes = signal.length > 8 and signal.length % 8 == 0
        top, most = (raw >> (signal.length - 8), 0xFF) if whole_bytes else (raw, 2**signal.length - 1)
        if top >= most - 1:
            return "not_available" if top == most else "error"
        if whole_bytes and top >= 0xFB:
            return "out_of_range"
    low, high = signal.minimum, signal.maximum
    if (low or high) and not low <= value <= high:
        return "out_of_range"
    return "ok"


def main(log, out, *dbcs):
    databases = {}
    for dbc in dbcs:
        channel, _, path = dbc.rpartition(":")
        databases[channel] = cantools.database.load_file(path, strict=False)
    rows, unmatched, bad = [], Counter(), Counter()
    for index, frame in enumerate(can.LogReader(log)):
        database = databases.get(frame.channel) or databases.get("")
        try:
            message = database.get_message_by_frame_id(frame.arbitration_id)
        except KeyError:
            unmatched[frame.channel, frame.arbitration_id] += 1
            continue
        try:
            raws = message.decode(frame.data, decode_choices=False, scaling=False, allow_truncated=True)
            values = message.decode(frame.data, decode_choices=False, allow_truncated=True)
        except cantools.database.DecodeError as error:
            bad[str(error)] += 1
            continue
        for name, value in values.items():
            signal = message.get_signal_by_name(name)
            rows.append(
                {
                    "frame_index": index,
                    "timestamp": frame.timestamp,
                    "channel": frame.channel,
                    "can_id": frame.arbitration_id,
                    "message": message.name,
                    "signal": name,
                    "value": float(value),
                    "raw": raws[name],
                    "quality": quality(message, signal, raws[name], value),
                    "unit": signal.unit or "",
                }
            )
    pd.DataFrame(rows).to_parquet(out)
    print(f"{len(rows)} rows, {sum(unmatched.values())} unmatched frames, {sum(bad.values())} bad", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
