"""How objects are read where no definition says it: of each kind the fields of docs/contracts/envelope.md.

`TEXT` says it in the language of definitions. The records are the same, so that who decodes needs no compiler.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from parsing.objects.conditions import record_of
from parsing.objects.records import (
    NEVER_SUSPECT,
    ObjectDefinition,
    ObjectJudgement,
    ObjectSignal,
    SeverityArm,
    SeverityMap,
)
from parsing.rules.program import (
    Constant,
    Elapsed,
    EventTime,
    Judgement,
    Op,
    Operation,
    Previous,
    Read,
    ReceivedTime,
    SignalInput,
)

if TYPE_CHECKING:
    from parsing.objects.records import ObjectKind, SignalType
    from parsing.rules.program import Expr

TEXT = r"""
position Position "Positions of devices that nothing else is said of" on vehicle_position {
    signal ts         : i64 at $.ts [us]
    signal lat        : f64 at $.lat [deg] range -90..90
    signal lon        : f64 at $.lon [deg] range -180..180
    signal alt        : f64 at $.alt [m]
    signal speed      : f64 at $.speed [m/s]
    signal heading    : f64 at $.heading [deg]
    signal hdop       : f64 at $.hdop
    signal satellites : u16 at $.satellites
    suspect when lat == 0 [deg] and lon == 0 [deg] as null_island
    # Recordings of years ago are as good as those of today. A receiver that has no date begins in 1980 or 1970, and one
    # that has lost count is 1,024 weeks behind.
    suspect when ts > received_at + 5min or received_at - ts > 7000d as bad_clock
    # Faster than any low loader, and by more than what a receiver is wrong at the edge of a wood.
    suspect when haversine(prev, this) > 200 [m] + 55 [m/s] * elapsed(prev) as speed_jump
    suspect when hdop > 20 as poor_fix
}

fault Fault "Trouble codes of devices that nothing else is said of" on vehicle_dtc {
    signal ts     : i64 at $.ts [us]
    signal spn    : u32 at $.spn range 0..524287
    signal fmi    : u8 at $.fmi range 0..31
    signal oc     : u8 at $.oc range 0..127
    signal cm     : u8 at $.cm range 0..1
    signal active : bool at $.active
    signal bus    : u8 at $.bus
    signal sa     : u8 at $.sa
    signal text   : text at $.text
}

log Log "Log lines of devices that nothing else is said of" on vehicle_log {
    signal ts      : i64 at $.ts [us]
    signal message : text at $.message
    signal level   : text at $.level
    signal logger  : text at $.logger
    severity from level {
        /^\s*(v|verbose|trace|d|debug|i|info|notice)?\s*$/i -> info
        /^\s*(w|warn|warning)\s*$/i -> warning
        /^\s*(e|err|error)\s*$/i -> error
        /^\s*(f|fatal|c|critical)\s*$/i -> critical
        else -> warning
    }
}

report Report "Events of devices that nothing else is said of" on vehicle_event {
    signal ts       : i64 at $.ts [us]
    signal name     : text at $.name
    signal state    : text at $.state
    signal severity : text at $.severity
    signal value    : f64 at $.value
    signal text     : text at $.text
}
"""

_LAT, _LON, _HDOP = 0, 1, 2
"""Inputs of the judgement."""

_MINUTES_AHEAD = 5 * 60.0
_DAYS_BEHIND = 7000 * 86_400.0
_JUMP_METRES = 200.0
_JUMP_METRES_A_SECOND = 55.0
_POOR_HDOP = 20.0


def _op(op: Op, *operands: Expr) -> Operation:
    return Operation(op, operands)


def _plausibility(inputs: tuple[int, ...]) -> ObjectJudgement:
    jumped = _op(Op.HAVERSINE, Previous(_LAT), Previous(_LON), Read(_LAT), Read(_LON))
    reach = _op(
        Op.ADD, Constant(_JUMP_METRES), _op(Op.MULTIPLY, Constant(_JUMP_METRES_A_SECOND), Elapsed(_LAT))
    )  # fmt: skip
    ahead = _op(Op.GREATER, EventTime(), _op(Op.ADD, ReceivedTime(), Constant(_MINUTES_AHEAD)))
    behind = _op(Op.GREATER, _op(Op.SUBTRACT, ReceivedTime(), EventTime()), Constant(_DAYS_BEHIND))
    nowhere = [_op(Op.EQUAL, Read(number), Constant(0.0)) for number in (_LAT, _LON)]
    suspicions = (
        ("null_island", _op(Op.AND, *nowhere)),
        ("bad_clock", _op(Op.OR, ahead, behind)),
        ("speed_jump", _op(Op.GREATER, jumped, reach)),
        ("poor_fix", _op(Op.GREATER, Read(_HDOP), Constant(_POOR_HDOP))),
    )
    return record_of(Judgement(tuple(SignalInput(0, slot, None) for slot in inputs), (), suspicions))


def _signals(*said: tuple[str, SignalType, int, str, float | None, float | None]) -> tuple[ObjectSignal, ...]:
    return tuple(
        ObjectSignal(slot, name, kind, length, (name,), 1.0, 0.0, low, high, unit, None, "")
        for slot, (name, kind, length, unit, low, high) in enumerate(said)
    )


def _definition(
    kind: ObjectKind,
    title: str,
    signals: tuple[ObjectSignal, ...],
    judgement: ObjectJudgement = NEVER_SUSPECT,
    severity: SeverityMap | None = None,
) -> ObjectDefinition:
    about = f"{title} of devices that nothing else is said of"
    return ObjectDefinition(0, 0, kind, kind.capitalize(), about, None, 0, signals, judgement, severity, "")


_TS: tuple[str, SignalType, int, str, None, None] = ("ts", "signed", 64, "us", None, None)

_LEVELS = SeverityMap(
    "level",
    (
        SeverityArm(r"^\s*(v|verbose|trace|d|debug|i|info|notice)?\s*$", True, True, "info"),
        SeverityArm(r"^\s*(w|warn|warning)\s*$", True, True, "warning"),
        SeverityArm(r"^\s*(e|err|error)\s*$", True, True, "error"),
        SeverityArm(r"^\s*(f|fatal|c|critical)\s*$", True, True, "critical"),
        SeverityArm(None, False, False, "warning"),
    ),
)

_POSITION = _definition(
    "position",
    "Positions",
    _signals(
        _TS,
        ("lat", "float", 64, "deg", -90.0, 90.0),
        ("lon", "float", 64, "deg", -180.0, 180.0),
        ("alt", "float", 64, "m", None, None),
        ("speed", "float", 64, "m/s", None, None),
        ("heading", "float", 64, "deg", None, None),
        ("hdop", "float", 64, "", None, None),
        ("satellites", "unsigned", 16, "", None, None),
    ),
    _plausibility((1, 2, 6)),
)
_FAULT = _definition(
    "fault",
    "Trouble codes",
    _signals(
        _TS,
        ("spn", "unsigned", 32, "", 0.0, 524_287.0),
        ("fmi", "unsigned", 8, "", 0.0, 31.0),
        ("oc", "unsigned", 8, "", 0.0, 127.0),
        ("cm", "unsigned", 8, "", 0.0, 1.0),
        ("active", "boolean", 0, "", None, None),
        ("bus", "unsigned", 8, "", None, None),
        ("sa", "unsigned", 8, "", None, None),
        ("text", "text", 0, "", None, None),
    ),
)
_LOG = _definition(
    "log",
    "Log lines",
    _signals(
        _TS,
        ("message", "text", 0, "", None, None),
        ("level", "text", 0, "", None, None),
        ("logger", "text", 0, "", None, None),
    ),
    severity=_LEVELS,
)
_REPORT = _definition(
    "report",
    "Events",
    _signals(
        _TS,
        ("name", "text", 0, "", None, None),
        ("state", "text", 0, "", None, None),
        ("severity", "text", 0, "", None, None),
        ("value", "float", 64, "", None, None),
        ("text", "text", 0, "", None, None),
    ),
)

DEFAULTS: dict[ObjectKind, ObjectDefinition] = {
    "position": _POSITION, "fault": _FAULT, "log": _LOG, "report": _REPORT,
}  # fmt: skip
"""Their ids, sets and groups are 0: no release has those, and nothing but the kinds' own tables holds their values."""
