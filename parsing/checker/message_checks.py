"""Messages of a text: which frames they are, where their signals lie."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence

from parsing.bounds import STANDARD_ID_MAX
from parsing.can_id import pgn_of
from parsing.checker.mux_checks import MuxChecker
from parsing.checker.places import bits_of, end_in_payload, extent_text, from_lowest_bit
from parsing.checker.reporting import Findings, Reporter
from parsing.checker.scope import Scope
from parsing.checker.signal_checks import SignalChecker
from parsing.checker.sources import Source, signals_in
from parsing.definitions import MAX_PAYLOAD_BITS, MAX_PAYLOAD_BYTES
from parsing.language import ast
from parsing.language.codes import DiagnosticCode
from parsing.language.diagnostics import Related
from parsing.language.messages_of import ADDRESS_MAX, EXTENDED_ID_MAX, PGN_MAX, SINGLE_FRAME_BYTES
from parsing.language.printing import duration
from parsing.language.types_of import Enums

_FD_LENGTHS = (12, 16, 20, 24, 32, 48, 64)
_DTC_BYTES = 4
_MOST_DTCS = (MAX_PAYLOAD_BYTES - 2) // _DTC_BYTES
_NO_BITS = 0
_WHOLE_BYTE = re.compile(r"byte\s+[0-9]+\s+be")


class MessageChecker:
    """Of one text."""

    def __init__(self, source: Source, scope: Scope, enums: Enums, findings: Findings) -> None:
        self._source = source
        self._scope = scope
        self._enums = enums
        self._findings = findings
        self._frames: dict[Hashable, ast.Message] = {}

    def check(self, message: ast.Message) -> None:
        reporter = Reporter(self._findings, self._source.name, message.name.text)
        self._source_of(message, reporter)
        self._length(message, reporter)
        _check_timeout(message, reporter)
        signals = list(signals_in(message.members))
        lists = [member for member in message.members if isinstance(member, ast.DtcList)]
        if not signals and not lists:
            why = f"{message.name.text} has no signal, so its frames are only counted"
            reporter.report(
                DiagnosticCode.NO_SIGNALS, message.name.span, why, "add a line:  signal name : u8 at byte 1"
            )
        checker = SignalChecker(reporter, self._scope, self._enums, self._scope.own.owners.get(message.name.text))
        for signal in signals:
            checker.check(signal)
            self._place(signal, message, reporter)
        MuxChecker(reporter, self._enums).check(message.members, {})
        self._overlaps(message.members, [], reporter)
        for each in lists:
            self._dtc_list(each, message, signals, reporter)

    def _source_of(self, message: ast.Message, reporter: Reporter) -> None:
        source = message.source
        why, help_ = _can_fault(source) if isinstance(source, ast.CanSource) else _j1939_fault(source)
        if why:
            reporter.report(DiagnosticCode.INVALID_SOURCE, source.span, why, help_)
            return
        key: Hashable
        if isinstance(source, ast.CanSource):
            key = (source.can_id, source.extended)
        elif source.pgn is None:
            key = (source.can_id, True)
        else:
            key = ("pgn", source.pgn, source.source_address)
        first = self._frames.setdefault(key, message)
        if first is not message:
            related = (Related(self._source.name, first.source.span, f"the frames of {first.name.text}"),)
            why = f"{first.name.text} is for the same frames"
            help_ = f"join the signals of both in one message, or tell them apart by a mux in {first.name.text}"
            reporter.report(DiagnosticCode.SAME_FRAMES, source.span, why, help_, related)

    def _length(self, message: ast.Message, reporter: Reporter) -> None:
        length = message.length
        if length is None:
            return
        span = message.options.get("length", message.name.span)
        if not 0 <= length <= MAX_PAYLOAD_BYTES:
            why = f"{length} bytes; J1939 carries at most {MAX_PAYLOAD_BYTES} in one message"
            reporter.report(DiagnosticCode.MESSAGE_LENGTH, span, why, "see whether it is given in bits")
            return
        if not isinstance(message.source, ast.CanSource) or length <= SINGLE_FRAME_BYTES or length in _FD_LENGTHS:
            return
        if length > _FD_LENGTHS[-1]:
            why = f"a CAN FD frame has at most {_FD_LENGTHS[-1]} bytes; {length} are carried by J1939's transport only"
            reporter.report(DiagnosticCode.FRAME_LENGTH, span, why, "use:  on j1939 pgn …")
            return
        longer = next(each for each in _FD_LENGTHS if each > length)
        why = f"no CAN FD frame has {length} bytes: there are those of 0 to 8, {', '.join(map(str, _FD_LENGTHS))}"
        reporter.report(DiagnosticCode.FRAME_LENGTH, span, why, f"use:  length {longer}")

    def _place(self, signal: ast.Signal, message: ast.Message, reporter: Reporter) -> None:
        place = signal.place
        if isinstance(place, ast.PathPlace):
            why = "a path leads through objects; a frame has bytes and bits"
            reporter.report(DiagnosticCode.PLACE_KIND, place.span, why, "use:  at byte 1   or   at bit 0")
            return
        known = self._enums.type_of(signal)
        if known is None:
            return
        length = known.number.length
        end = end_in_payload(place, length)
        if end > MAX_PAYLOAD_BITS or place.start < 0:
            why = f"it would end in byte {-(-end // 8)}; the longest payload has {MAX_PAYLOAD_BYTES}"
            reporter.report(DiagnosticCode.BEYOND_PAYLOAD, place.span, why, "count bytes from 1 and bits from 0")
            return
        if message.length is not None and end > message.length * 8:
            why = f"{signal.name.text} ends in byte {-(-end // 8)}, {message.name.text} has {message.length}"
            reporter.report(DiagnosticCode.BEYOND_MESSAGE, place.span, why, self._moved(place, length, message.length))

    def _moved(self, place: ast.BitPlace, length: int, bytes_: int) -> str:
        """Big-endian places are told by their highest bit; who means the lowest gets it said."""
        last = (bytes_ * 8 - length) // 8 + 1
        if place.big and _WHOLE_BYTE.fullmatch(self._source.text, *place.span):
            if last >= 1:
                return f"make the message longer, or move the signal; the last place where it fits:  at byte {last} be"
        elif place.big:
            start = from_lowest_bit(place, length)
            if start is not None and end_in_payload(_at(place, start), length) <= bytes_ * 8:
                return f"`be` is placed by its highest bit; if bit {place.start} is its lowest:  at bit {start} be"
        return "make the message longer, or move the signal; else it is absent in every frame"

    def _overlaps(
        self,
        members: Sequence[ast.Signal | ast.Mux | ast.DtcList],
        around: list[tuple[int, ast.Signal]],
        reporter: Reporter,
    ) -> None:
        """Of the signals that can be in one frame; those of two pages never are."""
        taken = list(around)
        used = _NO_BITS
        for mask, _ in taken:
            used |= mask
        for member in members:
            known = self._enums.type_of(member) if isinstance(member, ast.Signal) else None
            if not isinstance(member, ast.Signal) or known is None or not isinstance(member.place, ast.BitPlace):
                continue
            if end_in_payload(member.place, known.number.length) > MAX_PAYLOAD_BITS:
                continue
            mask = bits_of(member.place, known.number.length)
            if mask & used:
                self._report_overlap(mask, member, taken, reporter)
            used |= mask
            taken.append((mask, member))
        for member in members:
            if isinstance(member, ast.Mux):
                for case in member.cases:
                    self._overlaps(case.members, taken, reporter)

    def _report_overlap(
        self, mask: int, signal: ast.Signal, taken: Sequence[tuple[int, ast.Signal]], reporter: Reporter
    ) -> None:
        other_mask, other = next(each for each in taken if each[0] & mask)
        related = (Related(self._source.name, other.place.span, f"{other.name.text} is here"),)
        shared = mask & other_mask
        here = extent_text(shared, in_bytes=self._is_in_bytes(signal))
        why = f"{here} {'are' if here.startswith(('bits', 'bytes')) else 'is'} part of {other.name.text} too"
        own = extent_text(mask, in_bytes=self._is_in_bytes(signal))
        others = extent_text(other_mask, in_bytes=self._is_in_bytes(other))
        help_ = f"{signal.name.text} has {own}, {other.name.text} has {others}; move one of them"
        reporter.report(DiagnosticCode.OVERLAPPING_SIGNALS, signal.place.span, why, help_, related)

    def _is_in_bytes(self, signal: ast.Signal) -> bool:
        """Whether its place is written so."""
        return self._source.text.startswith("byte", signal.place.span.start)

    def _dtc_list(
        self, each: ast.DtcList, message: ast.Message, signals: Sequence[ast.Signal], reporter: Reporter
    ) -> None:
        why = ""
        if not 1 <= each.first_byte <= MAX_PAYLOAD_BYTES - _DTC_BYTES + 1:
            why = f"trouble codes of {_DTC_BYTES} bytes begin at byte 1 to {MAX_PAYLOAD_BYTES - _DTC_BYTES + 1}"
        elif not 1 <= each.maximum <= _MOST_DTCS:
            why = f"a message of {MAX_PAYLOAD_BYTES} bytes holds 1 to {_MOST_DTCS} trouble codes"
        elif isinstance(message.source, ast.CanSource):
            why = "trouble codes come in J1939 messages, of several frames where they are many"
        if why:
            reporter.report(
                DiagnosticCode.DTC_PLACE, each.span, why, "DM1 is:  on j1939 pgn 65226 … dtc active from byte 3 max 60"
            )
            return
        for signal in signals:
            known = self._enums.type_of(signal)
            if known is not None and isinstance(signal.place, ast.BitPlace):
                end = end_in_payload(signal.place, known.number.length)
                if end > (each.first_byte - 1) * 8:
                    related = (Related(self._source.name, each.span, f"{each.name.text} is here"),)
                    why = f"from byte {each.first_byte} on the payload is trouble codes"
                    help_ = "signals of such a message stand before the codes"
                    reporter.report(DiagnosticCode.OVERLAPPING_SIGNALS, signal.place.span, why, help_, related)


def _check_timeout(message: ast.Message, reporter: Reporter) -> None:
    """Whether its values live until the next frame comes."""
    timeout, cycle = message.timeout, message.cycle
    if timeout is None or cycle is None or timeout >= cycle:
        return
    why = f"a frame comes every {duration(cycle)}, so its signals are stale between two frames"
    span = message.options.get("timeout", message.name.span)
    reporter.report(
        DiagnosticCode.STALE_BETWEEN_FRAMES, span, why, f"give it some cycles, such as:  timeout {duration(3 * cycle)}"
    )


def _can_fault(source: ast.CanSource) -> tuple[str, str]:
    most = EXTENDED_ID_MAX if source.extended else STANDARD_ID_MAX
    if 0 <= source.can_id <= most:
        return "", ""
    bits = 29 if source.extended else 11
    help_ = "a 29-bit id is written with eight hex digits: 0x18FF5027"
    return f"an id of {bits} bits is at most {most:#x}", help_


def _j1939_fault(source: ast.J1939Source) -> tuple[str, str]:
    if source.can_id is not None and not 0 <= source.can_id <= EXTENDED_ID_MAX:
        return f"an id of 29 bits is at most {EXTENDED_ID_MAX:#x}", "write it with eight hex digits: 0x18FEF100"
    if source.pgn is None:
        return ("", "") if source.can_id is not None else ("neither pgn nor id is said", "use:  on j1939 pgn 61444")
    if not 0 <= source.pgn <= PGN_MAX:
        return f"a PGN is at most {PGN_MAX}", "is it a 29-bit id?  use:  on j1939 id 0x…"
    if pgn_of(source.pgn << 8) != source.pgn:
        pgn = pgn_of(source.pgn << 8)
        return "below PDU format 240 the lowest byte of a PGN is 0: it is the destination's address", f"use:  pgn {pgn}"
    if source.source_address is not None and not 0 <= source.source_address <= ADDRESS_MAX:
        return f"a source address is at most {ADDRESS_MAX:#x}; 0xFE is none and 0xFF all", "leave it out, or use:  sa *"
    return "", ""


def _at(place: ast.BitPlace, start: int) -> ast.BitPlace:
    return ast.BitPlace(start, place.big, place.span)
