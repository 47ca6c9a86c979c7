"""The kernel that looks over a batch before it is extracted. Source that `ahead` compiles."""

from __future__ import annotations

from typing import Any

import numpy as np

from parsing.can_id import ADDRESS_CLAIMED, DM1, DM2, ERROR_FLAG, EXTENDED_FLAG, REMOTE_FLAG, TP_CM, TP_DT
from parsing.engine.pointers import i64, u8, u16, u32, u64

_ONE, _EIGHT = np.uint64(1), np.uint64(8)
_FLAGS_AND_PAGES = np.uint64((EXTENDED_FLAG | REMOTE_FLAG | ERROR_FLAG) >> 8 | 0x3_0000)
_EXTENDED, _FORMAT, _GROUP = np.uint64(EXTENDED_FLAG >> 8), np.uint64(0xFF00), np.uint64(0xFF)
_TP_DT, _TP_CM, _CLAIMED = np.uint64(TP_DT), np.uint64(TP_CM), np.uint64(ADDRESS_CLAIMED)
_DM1, _DM2 = np.uint64(DM1), np.uint64(DM2)


def survey(
    frames: Any, ts_at: Any, can_id_at: Any, length_at: Any, lengths_at: Any, concerned_at: Any, found_at: Any
) -> None:
    """`lengths` u16 become those of `length` u8, as `extract` takes them. `concerned` u32 lists the frames that
    `parsing.j1939.concerns`. `found` u64[2] become their number, and the latest `ts` i64.
    """
    ts, can_id, length, lengths = i64(ts_at), u32(can_id_at), u8(length_at), u16(lengths_at)
    concerned, found, latest = u32(concerned_at), np.uint64(0), np.int64(0)
    for frame in range(np.uint64(frames)):
        lengths[frame] = length[frame]
        latest = max(latest, ts[frame])
        upper = np.uint64(can_id[frame]) >> _EIGHT
        if upper & _FLAGS_AND_PAGES == _EXTENDED:
            group = upper & (_FORMAT | _GROUP)
            addressed = group & _FORMAT
            if addressed in (_TP_DT, _TP_CM, _CLAIMED) or group in (_DM1, _DM2):
                concerned[found] = frame
                found += _ONE
    u64(found_at)[0], i64(found_at)[1] = found, latest
