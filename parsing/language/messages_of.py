"""A text's message as records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeGuard, get_args

from parsing.bounds import MULTIPLEXOR_MAX_LENGTH, STANDARD_ID_MAX
from parsing.can_id import pgn_of
from parsing.dbc.multiplexing import MOST_NESTED
from parsing.dbc.records import ImportedGroup, ImportedMessage
from parsing.definitions import MAX_PAYLOAD_BYTES, Condition, DtcList, FrameFormat, Range
from parsing.language import ast
from parsing.language.notes import case_place, dtc_place, multiplexor_place, notes_of
from parsing.language.signals_of import end_of, imported_signal
from parsing.source import NULL_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from parsing.dbc.records import ImportedSignal
    from parsing.language.ast import CanSource, J1939Source, Message, Mux, RawInterval, Remarks, Signal
    from parsing.language.types_of import Enums

    Chain = tuple[Condition, ...]

EXTENDED_ID_MAX = 0x1FFF_FFFF
PGN_MAX = 0x3_FFFF
ADDRESS_MAX = 253
PRIORITY = 6 << 26
"""J1939-21: the default of what is not control information."""

MS_LIMIT = 2**31
SINGLE_FRAME_BYTES = 8


class _Frames(NamedTuple):
    match: Literal["id", "pgn"]
    can_id: int
    extended: bool
    pgn: int | None
    source_address: int | None


def imported_message(message: Message, enums: Enums, position: int) -> ImportedMessage | None:
    """None where it is not said which frames it is, or such frames cannot be."""
    source = message.source
    frames = _can_frames(source) if isinstance(source, ast.CanSource) else _j1939_frames(source)
    if frames is None:
        return None
    members = _Members(enums)
    members.add((), [member for member in message.members if not isinstance(member, ast.DtcList)])
    dtcs = [member for member in message.members if isinstance(member, ast.DtcList)]
    notes = [("", message.remarks), *members.remarks, *((dtc_place(each.name.text), each.remarks) for each in dtcs)]
    return ImportedMessage(
        name=message.name.text,
        match=frames.match,
        can_id=frames.can_id,
        extended=frames.extended,
        pgn=frames.pgn,
        j1939=isinstance(source, ast.J1939Source),
        length=members.length() if message.length is None else min(message.length, MAX_PAYLOAD_BYTES),
        cycle_time=_milliseconds(message.cycle),
        frame_format=message.frame_format if _is_frame_format(message.frame_format) else None,
        comment=message.doc,
        groups=members.groups(),
        title=message.title,
        timeout=_milliseconds(message.timeout),
        source_address=frames.source_address,
        dtcs=tuple(_dtc_lists(dtcs)),
        notes=notes_of(notes),
        position=position,
    )


def default_id(pgn: int, source_address: int | None) -> int:
    """The 29-bit id of a message that is matched by PGN where none is written."""
    return PRIORITY | pgn << 8 | (NULL_ADDRESS if source_address is None else source_address)


def _can_frames(source: CanSource) -> _Frames | None:
    most = EXTENDED_ID_MAX if source.extended else STANDARD_ID_MAX
    return _Frames("id", source.can_id, source.extended, None, None) if 0 <= source.can_id <= most else None


def _j1939_frames(source: J1939Source) -> _Frames | None:
    pgn, address, can_id = source.pgn, source.source_address, source.can_id
    if can_id is not None and not 0 <= can_id <= EXTENDED_ID_MAX:
        return None
    if pgn is None:
        return _Frames("id", can_id, True, pgn_of(can_id), None) if can_id is not None else None
    if not 0 <= pgn <= PGN_MAX or pgn_of(pgn << 8) != pgn:
        return None
    if address is not None and not 0 <= address <= ADDRESS_MAX:
        return None
    return _Frames("pgn", default_id(pgn, address) if can_id is None else can_id, True, pgn, address)


def _is_frame_format(text: str | None) -> TypeGuard[FrameFormat]:
    return text in get_args(FrameFormat)


def _milliseconds(microseconds: int | None) -> int | None:
    """Whole ones, and at least one."""
    if microseconds is None or not 0 < microseconds < MS_LIMIT * 1000:
        return None
    return max(1, microseconds // 1000)


def _dtc_lists(lists: Iterable[ast.DtcList]) -> Iterator[DtcList]:
    for each in lists:
        if 1 <= each.first_byte <= MAX_PAYLOAD_BYTES and 1 <= each.maximum <= MAX_PAYLOAD_BYTES:
            yield DtcList(each.name.text, each.first_byte, each.maximum)


class _Members:
    """Collects signals by condition: outermost first, then each case with what is below it."""

    def __init__(self, enums: Enums) -> None:
        self._enums = enums
        self._signals: dict[Chain, list[ImportedSignal]] = {(): []}
        self._titles: dict[Chain, str] = {}
        self._names: set[str] = set()
        self.remarks: list[tuple[str, Remarks]] = []

    def add(self, chain: Chain, members: Sequence[Signal | Mux]) -> None:
        for member in members:
            if isinstance(member, ast.Signal):
                self._add_signal(chain, member)
        for member in members:
            if isinstance(member, ast.Mux):
                self._add_mux(chain, member)

    def groups(self) -> tuple[ImportedGroup, ...]:
        """A case without signals is a page without any; without signals outside of cases there is no group of them."""
        return tuple(
            ImportedGroup(chain, tuple(signals), self._titles.get(chain, ""))
            for chain, signals in self._signals.items()
            if chain or signals
        )

    def length(self) -> int:
        """Bytes of a message that does not say it: those of a frame, or as many as the signals need."""
        ends = [end_of(signal) for signals in self._signals.values() for signal in signals]
        return max([SINGLE_FRAME_BYTES, *(-(-end // 8) for end in ends)])

    def _add_signal(self, chain: Chain, signal: Signal) -> None:
        imported = imported_signal(signal, self._enums) if signal.name.text not in self._names else None
        if imported is not None:
            self._names.add(imported.name)
            self._signals[chain].append(imported)

    def _add_mux(self, chain: Chain, mux: Mux) -> None:
        name = mux.multiplexor.text
        self.remarks.append((multiplexor_place(chain, name), mux.remarks))
        multiplexor = next((signal for signal in self._signals[chain] if signal.name == name), None)
        if multiplexor is None or multiplexor.type == "float" or multiplexor.length > MULTIPLEXOR_MAX_LENGTH:
            return
        for case in mux.cases:
            ranges = tuple(_ranges(case.ranges))
            inner = (*chain, Condition(name, ranges))
            self.remarks.append((case_place(inner), case.remarks))
            if ranges and len(inner) <= MOST_NESTED:
                self._signals.setdefault(inner, [])
                self._titles.setdefault(inner, case.title)
                self.add(inner, case.members)


def _ranges(intervals: Iterable[RawInterval]) -> Iterator[Range]:
    for low, high, _ in intervals:
        if -(2**31) <= low <= high < 2**32:
            yield Range(low, high)
