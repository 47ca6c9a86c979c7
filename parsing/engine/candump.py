"""The parser of candump's log format, for whole blocks of bytes (can-utils, `candump -l`).

Source of a kernel, see `routing`. A block ends with a line feed, which no token holds, so a loop over a token needs no
other bound.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from parsing.definitions import ERROR_FLAG, EXTENDED_FLAG, REMOTE_FLAG, TIME_END
from parsing.engine.layout import CHANNEL_NAME_MAX, CHANNELS, CandumpLine
from parsing.engine.pointers import i64, u8, u32, u64

_FRAME, _BLANK, _TOO_WIDE = np.uint64(CandumpLine.FRAME), np.uint64(CandumpLine.BLANK), np.uint64(CandumpLine.TOO_WIDE)
_NOT_CANDUMP, _BAD_CHANNEL = np.uint64(CandumpLine.NOT_CANDUMP), np.uint64(CandumpLine.BAD_CHANNEL)
_BAD_ID, _BAD_PAYLOAD = np.uint64(CandumpLine.BAD_ID), np.uint64(CandumpLine.BAD_PAYLOAD)
_TIME_OUT_OF_BOUNDS = np.uint64(CandumpLine.TIME_OUT_OF_BOUNDS)

_ZERO, _ONE, _TWO, _FOUR, _TEN = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(4), np.uint64(10)
_MOST_SECOND_DIGITS = np.uint64(18)
_NANO_DIGITS = np.uint64(9)
_TIME_END, _SECONDS_END = np.uint64(TIME_END), np.uint64(TIME_END // 1_000_000)
_MICROS, _NANOS, _HALF_MICRO = np.uint64(1_000_000), np.uint64(1_000), np.uint64(500)
_MOST_LETTERS, _MOST_CHANNEL_DIGITS, _CHANNELS = np.uint64(12), np.uint64(3), np.uint64(CHANNELS)
_MAX_NAME = np.uint64(CHANNEL_NAME_MAX)
_STANDARD_DIGITS, _EXTENDED_DIGITS = np.uint64(3), np.uint64(8)
_STANDARD_END, _EXTENDED_END = np.uint64(0x800), np.uint64(ERROR_FLAG << 1)
_ERROR, _REMOTE, _EXTENDED = np.uint64(ERROR_FLAG), np.uint64(REMOTE_FLAG), np.uint64(EXTENDED_FLAG)
_CLASSIC, _FLEXIBLE = np.uint64(8), np.uint64(64)

_TAB, _LINE_FEED, _RETURN, _SPACE = np.uint64(0x09), np.uint64(0x0A), np.uint64(0x0D), np.uint64(0x20)
_OPENS, _CLOSES, _POINT, _HASH = np.uint64(ord("(")), np.uint64(ord(")")), np.uint64(ord(".")), np.uint64(ord("#"))
_MINUS, _UNDERSCORE, _CASE = np.uint64(ord("-")), np.uint64(ord("_")), np.uint64(0x20)
_NULL, _A, _CAPITAL_A = np.uint64(ord("0")), np.uint64(ord("a")), np.uint64(ord("A"))
_CAPITAL_R, _CAPITAL_T = np.uint64(ord("R")), np.uint64(ord("T"))
_LETTERS, _HEX_LETTERS, _HEX = np.uint64(26), np.uint64(6), np.uint64(16)


def scan(
    block_at: Any, size: Any, fewest: Any, most: Any, first_index: Any, first_line: Any, room: Any, index_at: Any,
    bus_at: Any, can_id_at: Any, ts_at: Any, length_at: Any, data_at: Any, width: Any, names_at: Any,
    name_lengths_at: Any, bad_room: Any, bad_index_at: Any, bad_line_at: Any, bad_start_at: Any, bad_outcome_at: Any,
    counts_at: Any, totals_at: Any,
) -> None:  # fmt: skip
    """Read lines up to `size`, until `room` of them are records, or a frame needs more than `width` bytes.

    `block` is whole lines, the first with frame_index `first_index` and number `first_line`. `fewest` and `most`, up to
    9, are the decimals of a time; it is rounded to µs. Frames fill `index` to `length` and the rows of `data` [room,
    width], which comes in as zeros, channels without `name_lengths` their row of `names`, the first `bad_room` bad
    lines `bad_index` to `bad_outcome`. To `counts` the lines of each outcome are added. `totals` become the numbers of
    frames, bad lines, lines and bytes that were taken.
    """
    block, index, bus, can_id, ts = u8(block_at), i64(index_at), u8(bus_at), u32(can_id_at), i64(ts_at)
    length, data, names, name_lengths = u8(length_at), u8(data_at), u8(names_at), u64(name_lengths_at)
    bad_index, bad_line, bad_start = i64(bad_index_at), i64(bad_line_at), i64(bad_start_at)
    bad_outcome, counts, totals = u8(bad_outcome_at), i64(counts_at), u64(totals_at)
    frames, bads, lines, start = _ZERO, _ZERO, _ZERO, _ZERO
    while start < size and frames + bads < room:
        row = frames * width
        outcome, at, micros, channel, identity, payload = _read_line(block, start, fewest, most, data, row, width)
        if outcome == _TOO_WIDE:
            break
        if outcome == _FRAME:
            index[frames], bus[frames], can_id[frames] = first_index + frames + bads, channel, identity
            ts[frames], length[frames] = micros, payload
            if name_lengths[channel] == _ZERO:
                name_lengths[channel] = _copy_name(block, start, names, channel * _MAX_NAME)
            frames += _ONE
        elif outcome != _BLANK:
            for place in range(row, row + width):
                data[place] = 0
            if bads < bad_room:
                bad_index[bads], bad_line[bads] = first_index + frames + bads, first_line + lines
                bad_start[bads], bad_outcome[bads] = start, outcome
            bads += _ONE
        counts[outcome] += 1
        lines, start = lines + _ONE, _next_line(block, at)
    totals[0], totals[1], totals[2], totals[3] = frames, bads, lines, start


@njit(inline="always")
def _read_line(
    block: Any,
    at: Any,
    fewest: Any,
    most: Any,
    data: Any,
    row: Any,
    width: Any,
) -> Any:
    """Outcome, where reading ended, time, channel, id, length. What is wrong first decides, and the time at last."""
    micros, channel, identity, size = _ZERO, _ZERO, _ZERO, _ZERO
    outcome, at, micros = _read_time(block, at, fewest, most)
    if outcome == _FRAME:
        outcome, at, channel = _read_channel(block, at)
    if outcome == _FRAME:
        outcome, at, identity = _read_id(block, at)
    if outcome == _FRAME:
        if np.uint64(block[at]) == _CAPITAL_R:
            identity |= _REMOTE
        outcome, at, size = _read_payload(block, at, data, row, width)
    if outcome == _FRAME:
        outcome, at = _read_end(block, at)
    if outcome == _FRAME and micros >= _TIME_END:
        outcome = _TIME_OUT_OF_BOUNDS
    return outcome, at, micros, channel, identity, size


@njit(inline="always")
def _read_time(block: Any, at: Any, fewest: Any, most: Any) -> Any:
    """`(1436509052.249713) `; from 2106 on it is TIME_END, since more might not fit."""
    if np.uint64(block[at]) != _OPENS:
        while _is_white(block[at]) and np.uint64(block[at]) != _LINE_FEED:
            at += _ONE
        return (_BLANK if np.uint64(block[at]) == _LINE_FEED else _NOT_CANDUMP), at, _ZERO
    at += _ONE
    begin, seconds = at, _ZERO
    while np.uint64(block[at]) - _NULL < _TEN:
        seconds = seconds * _TEN + (np.uint64(block[at]) - _NULL)
        at += _ONE
    if at == begin or at - begin > _MOST_SECOND_DIGITS or np.uint64(block[at]) != _POINT:
        return _NOT_CANDUMP, at, _ZERO
    at += _ONE
    begin, nanos = at, _ZERO
    while np.uint64(block[at]) - _NULL < _TEN:
        nanos = nanos * _TEN + (np.uint64(block[at]) - _NULL)
        at += _ONE
    digits = at - begin
    if digits < fewest or digits > most:
        return _NOT_CANDUMP, at, _ZERO
    if np.uint64(block[at]) != _CLOSES or np.uint64(block[at + _ONE]) != _SPACE:
        return _NOT_CANDUMP, at, _ZERO
    for _ in range(digits, _NANO_DIGITS):
        nanos *= _TEN
    micros = seconds * _MICROS + (nanos + _HALF_MICRO) // _NANOS if seconds < _SECONDS_END else _TIME_END
    return _FRAME, at + _TWO, micros


@njit(inline="always")
def _read_channel(block: Any, at: Any) -> Any:
    """`can1 `: the number is the digits at the end."""
    begin = at
    while _is_letter(block[at]):
        at += _ONE
    letters = at - begin
    begin, number = at, _ZERO
    while np.uint64(block[at]) - _NULL < _TEN:
        number = number * _TEN + (np.uint64(block[at]) - _NULL)
        at += _ONE
    digits = at - begin
    if letters > _MOST_LETTERS or digits == _ZERO or digits > _MOST_CHANNEL_DIGITS:
        return _NOT_CANDUMP, at, _ZERO
    if np.uint64(block[at]) != _SPACE:
        return _NOT_CANDUMP, at, _ZERO
    return (_FRAME if number < _CHANNELS else _BAD_CHANNEL), at + _ONE, number


@njit(inline="always")
def _read_id(block: Any, at: Any) -> Any:
    """`18F00400#`: eight digits are 29 bits and the flag of an error frame, three are 11 bits."""
    begin, number = at, _ZERO
    digit = _hex(block[at])
    while digit < _HEX:
        number = number << _FOUR | digit
        at += _ONE
        digit = _hex(block[at])
    digits = at - begin
    if np.uint64(block[at]) != _HASH:
        while np.uint64(block[at]) != _HASH and not _is_white(block[at]):
            at += _ONE
        return (_BAD_ID if np.uint64(block[at]) == _HASH else _NOT_CANDUMP), at, _ZERO
    if digits == _EXTENDED_DIGITS and number < _EXTENDED_END:
        return _FRAME, at + _ONE, (number if number & _ERROR else number | _EXTENDED)
    if digits == _STANDARD_DIGITS and number < _STANDARD_END:
        return _FRAME, at + _ONE, number
    return _BAD_ID, at, _ZERO


@njit(inline="always")
def _read_payload(block: Any, at: Any, data: Any, row: Any, width: Any) -> Any:
    """`F07D`, `F07D_9` with a DLC above 8, `#1F07D` for CAN FD with its flags, `R8` for a remote frame."""
    size = _ZERO
    if np.uint64(block[at]) == _CAPITAL_R:
        at += _ONE
        at += _ONE if _is_capital_hex(block[at]) else _ZERO
        return (_FRAME if _is_white(block[at]) else _BAD_PAYLOAD), at, size
    most = _CLASSIC
    if np.uint64(block[at]) == _HASH:
        most = _FLEXIBLE
        at += _ONE
        if _hex(block[at]) >= _HEX:
            return _BAD_PAYLOAD, at, size
        at += _ONE
    high = _hex(block[at])
    while high < _HEX:
        low = _hex(block[at + _ONE])
        if low >= _HEX or size == most:
            return _BAD_PAYLOAD, at, size
        if size == width:
            return _TOO_WIDE, at, size
        data[row + size] = high << _FOUR | low
        size += _ONE
        at += _TWO
        high = _hex(block[at])
    if most == _CLASSIC and np.uint64(block[at]) == _UNDERSCORE:
        at += _TWO if _is_capital_hex(block[at + _ONE]) else _ZERO
    return (_FRAME if _is_white(block[at]) else _BAD_PAYLOAD), at, size


@njit(inline="always")
def _read_end(block: Any, at: Any) -> Any:
    """` R` or ` T` for received or transmitted, and white space."""
    if np.uint64(block[at]) == _SPACE:
        mark = np.uint64(block[at + _ONE])
        at += _TWO if mark in (_CAPITAL_R, _CAPITAL_T) else _ONE
    while _is_white(block[at]) and np.uint64(block[at]) != _LINE_FEED:
        at += _ONE
    return (_FRAME if np.uint64(block[at]) == _LINE_FEED else _NOT_CANDUMP), at


@njit(inline="always")
def _next_line(block: Any, at: Any) -> Any:
    while np.uint64(block[at]) != _LINE_FEED:
        at += _ONE
    return at + _ONE


@njit(inline="always")
def _copy_name(block: Any, at: Any, names: Any, to: Any) -> Any:
    """Into `names` from `to` on, of the line that begins at `at`: what is between its first space and its second."""
    while np.uint64(block[at]) != _SPACE:
        at += _ONE
    at += _ONE
    size = _ZERO
    while np.uint64(block[at + size]) != _SPACE:
        names[to + size] = block[at + size]
        size += _ONE
    return size


@njit(inline="always")
def _hex(byte: Any) -> Any:
    """Value of a hexadecimal digit, above 15 for what is none."""
    digit = np.uint64(byte) - _NULL
    if digit < _TEN:
        return digit
    letter = (np.uint64(byte) | _CASE) - _A
    return letter + _TEN if letter < _HEX_LETTERS else _HEX


@njit(inline="always")
def _is_capital_hex(byte: Any) -> Any:
    return np.uint64(byte) - _NULL < _TEN or np.uint64(byte) - _CAPITAL_A < _HEX_LETTERS


@njit(inline="always")
def _is_letter(byte: Any) -> Any:
    letter = np.uint64(byte)
    return (letter | _CASE) - _A < _LETTERS or letter in (_MINUS, _UNDERSCORE)


@njit(inline="always")
def _is_white(byte: Any) -> Any:
    """As bytes.isspace: tab, line feed, vertical tab, form feed, return, space."""
    return np.uint64(byte) == _SPACE or np.uint64(byte) - _TAB <= _RETURN - _TAB
