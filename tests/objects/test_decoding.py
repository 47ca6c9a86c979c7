"""What definitions read of bodies: columns of the kinds' tables, values, texts, lists and what is refused."""

from typing import Any

import msgpack
import pytest

from parsing.codes import Code
from parsing.objects.decoding import MAX_OBJECTS, TextValue
from parsing.objects.faults import ObjectFault
from parsing.objects.kinds import DtcObject, EventObject, LogObject, PositionObject
from parsing.quality import Quality
from tests.objects.definitions import SECOND, T0, batches, catalogue_of, envelope, read, rows, run

VEHICLE = """
position Vehicle on vehicle_position {
    signal ts       : f64 at $.time.s [s]
    signal lat      : f64 at $.gps[0] [rad]
    signal lon      : f64 at $.gps[1] [rad]
    signal speed    : f64 at $.v [km/h] range 0..200 [km/h]
    signal alt      : i16 at $.h scale 0.1 [ft]
    signal is_fixed : bool at $.fix
    signal count    : u8 at $.n scale 2 offset 10
    signal note     : text at $.note
    signal key      : bytes at $.key
}
"""
BODY: dict[str, Any] = {
    "time": {"s": 1_700_000_000.25}, "gps": [0.5, -1.0], "v": 36.0, "h": 1000, "fix": True, "n": 3, "note": "n",
    "heading": 90, "key": b"\x01\xff",
}  # fmt: skip


def position(**changed: Any) -> PositionObject:
    (one,) = read(VEHICLE, "vehicle_position", BODY | changed).objects
    return one


def values(**changed: Any) -> dict[str, tuple[float, int]]:
    """By name, of the definition's own numbers."""
    found = read(VEHICLE, "vehicle_position", BODY | changed)
    signals = found.plan.definition.signals
    return {
        signal.name: (found.values[0][signal.slot], found.qualities[0][signal.slot])
        for signal in signals
        if signal.type not in ("text", "bytes") and signal.name != "ts"
    }


def refusal(text: str, kind: str, document: Any) -> tuple[Code, str]:
    with pytest.raises(ObjectFault) as raised:
        read(text, kind, document)
    return raised.value.code, raised.value.detail


def test_columns_are_in_their_units() -> None:
    one = position()
    assert one.ts == T0 + 250_000
    assert (one.lat, one.lon) == pytest.approx((28.64788975654116, -57.29577951308232), abs=1e-12)
    assert one.speed == pytest.approx(10.0)
    assert one.alt == pytest.approx(30.48)
    # what the definition does not say is read as the default does
    assert (one.heading, one.hdop, one.satellites) == (90.0, None, None)
    assert (one.quality, one.reason) == (Quality.OK, "")


def test_values_are_in_the_units_of_the_definition() -> None:
    assert values() == {
        "lat": (0.5, 0), "lon": (-1.0, 0), "speed": (36.0, 0), "alt": (100.0, 0), "is_fixed": (1.0, 0),
        "count": (16.0, 0),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "key", "raw", "expected"),
    [
        ("speed", "v", None, (0.0, Quality.ABSENT)),
        ("speed", "v", "fast", (0.0, Quality.ERROR)),
        ("speed", "v", True, (0.0, Quality.ERROR)),
        ("speed", "v", [1], (0.0, Quality.ERROR)),
        ("speed", "v", float("inf"), (float("inf"), Quality.ERROR)),
        ("speed", "v", 200, (200.0, Quality.OK)),
        ("speed", "v", 200.5, (200.5, Quality.OUT_OF_RANGE)),
        ("speed", "v", -1, (-1.0, Quality.OUT_OF_RANGE)),
        ("is_fixed", "fix", False, (0.0, Quality.OK)),
        ("is_fixed", "fix", 1, (0.0, Quality.ERROR)),
        ("count", "n", 3.0, (16.0, Quality.OK)),
        ("count", "n", 3.5, (17.0, Quality.ERROR)),
        ("count", "n", 255, (520.0, Quality.OK)),
        ("count", "n", 256, (522.0, Quality.OUT_OF_RANGE)),
        ("count", "n", 2**64, (0.0, Quality.ERROR)),
        ("alt", "h", -32768, (-3276.8, Quality.OK)),
    ],
)
def test_a_number_has_a_quality(name: str, key: str, raw: Any, expected: tuple[float, int]) -> None:
    assert values(**{key: raw})[name] == pytest.approx(expected)


def test_a_number_that_is_not_usable_is_null_in_its_column() -> None:
    assert position(v="fast").speed is None
    assert position(v=720.0).speed == pytest.approx(200.0)
    one = position(satellites=70_000, hdop=float("nan"))
    assert (one.satellites, one.hdop, one.quality) == (None, None, Quality.OK)


def test_places_outside_the_globe_are_kept_and_said() -> None:
    one = position(gps=[2.0, -4.0])
    assert (one.quality, one.reason) == (Quality.OUT_OF_RANGE, "lat,lon")
    assert one.lat == pytest.approx(114.59155902616465)
    assert [position(gps=[lat, lon]).reason for lat, lon in ((1.57, 3.14), (1.5709, 0), (0, -3.1416))] == [
        "",
        "lat",
        "lon",
    ]


def test_texts_that_no_column_takes_are_rows() -> None:
    found = read(VEHICLE, "vehicle_position", [BODY, BODY | {"note": None, "key": 5}, BODY | {"note": "x" * 10_001}])
    assert found.texts == (
        TextValue(0, 7, "n", Quality.OK),
        TextValue(0, 8, "01ff", Quality.OK),
        TextValue(1, 8, "", Quality.ERROR),
        TextValue(2, 7, "x" * 10_000, Quality.OUT_OF_RANGE),
        TextValue(2, 8, "01ff", Quality.OK),
    )


@pytest.mark.parametrize(
    ("changed", "code", "detail"),
    [
        ({"gps": [0.5]}, Code.INVALID_FIELD, "gps[1] is missing"),
        ({"gps": {"0": 1}}, Code.INVALID_FIELD, "gps[0] is missing"),
        ({"gps": ["a", 1]}, Code.INVALID_FIELD, "gps[0] is not a finite number"),
        ({"gps": [0.5, float("nan")]}, Code.INVALID_FIELD, "gps[1] is not a finite number"),
        ({"time": {}}, Code.INVALID_FIELD, "time.s is neither a number nor RFC 3339 text"),
        ({"time": {"s": 1e300}}, Code.TIME_OUT_OF_BOUNDS, "time.s is before 1970 or after 2106"),
        ({"time": {"s": -0.1}}, Code.TIME_OUT_OF_BOUNDS, "time.s is before 1970 or after 2106"),
    ],
)
def test_what_a_position_cannot_be_without_rejects_the_body(changed: dict[str, Any], code: Code, detail: str) -> None:
    assert refusal(VEHICLE, "vehicle_position", BODY | changed) == (code, detail)
    assert refusal(VEHICLE, "vehicle_position", [BODY, BODY | changed]) == (code, f"[1].{detail}")


FAULTS = """
fault Controllers "Trouble codes by controller" on vehicle_dtc each $.report.dtcs {
    signal spn    : u32 at $.code.spn
    signal fmi    : u8 at $.code.fmi
    signal active : u1 at $.on
    signal hours  : f32 at $.h [h]
    signal place  : text at $.where
}
"""


def test_objects_are_the_members_of_a_list_and_inherit_what_the_body_says() -> None:
    body = {
        "ts": T0, "sa": 3, "bus": 1, "h": 7.0, "report": {
            "dtcs": [
                {"code": {"spn": 110, "fmi": 3}, "on": 1, "h": 12.5, "where": "engine"},
                {"code": {"spn": 520, "fmi": 31}, "on": 0, "ts": T0 + 1, "sa": 9, "text": "hot"},
            ]
        },
    }  # fmt: skip
    found = read(FAULTS, "vehicle_dtc", body)
    assert found.objects == (
        DtcObject(T0, 110, 3, 127, 0, True, 1, 3, ""),
        DtcObject(T0 + 1, 520, 31, 127, 0, False, 1, 9, "hot"),
    )
    assert [row[3] for row in found.values] == [12.5, 7.0]
    assert [row[3] for row in found.qualities] == [Quality.OK, Quality.OK]
    assert found.texts == (TextValue(0, 4, "engine", Quality.OK),)
    assert len(read(FAULTS, "vehicle_dtc", [body, body]).objects) == 4


@pytest.mark.parametrize(
    ("document", "code", "detail"),
    [
        ({"ts": T0}, Code.INVALID_FIELD, "report.dtcs is not a list"),
        ([{"ts": T0, "report": {"dtcs": [5]}}], Code.INVALID_FIELD, "[0].report.dtcs[0] is not a map"),
        (
            {"ts": T0, "report": {"dtcs": [{"code": {"spn": 1, "fmi": 32}}]}},
            Code.INVALID_FIELD,
            "report.dtcs[0].code.fmi is not an integer from 0 to 31",
        ),
        ([], Code.EMPTY, "the list is empty"),
        (5, Code.INVALID_FIELD, "body is not a map"),
        (
            [{"report": {"dtcs": []}}, {"report": {"dtcs": [{}] * (MAX_OBJECTS + 1)}}],
            Code.TOO_MANY_FRAMES,
            "10001 objects, at most 10000",
        ),
    ],
)
def test_a_list_that_breaks_a_rule_rejects_the_body(document: Any, code: Code, detail: str) -> None:
    assert refusal(FAULTS, "vehicle_dtc", document) == (code, detail)


def test_a_body_that_lists_nothing_is_no_fault_and_has_no_rows() -> None:
    outcomes, _ = run(catalogue_of(FAULTS), [[envelope(0, "vehicle_dtc", {"ts": T0, "report": {"dtcs": []}})]])
    (row,) = rows(outcomes, "envelope")
    assert (row["frames"], row["rows"], row["first_ts"]) == (0, 0, None)
    assert outcomes[0].envelopes[0].rejected is None


def test_listed_faults_reach_the_lifecycle_and_their_values_the_store() -> None:
    body = {"ts": T0, "sa": 3, "report": {"dtcs": [{"code": {"spn": 110, "fmi": 3}, "on": 1, "h": 2.5}]}}
    outcomes, _ = run(catalogue_of(FAULTS), batches([envelope(0, "vehicle_dtc", body)], 1))
    (row,) = rows(outcomes, "frame_values")
    assert row["source"] == 0x0003FF
    assert row["values"] == [110.0, 3.0, 1.0, 2.5, 0.0]
    assert row["qualities"] == [0, 0, 0, 0, Quality.ABSENT]
    assert [each.occurrence.spn for each in outcomes[0].heard.occurrences] == [110]


REPORTS = """
report Events on vehicle_event {
    signal ts    : u64 at $.at [ns]
    signal name  : text at $.what.id
    signal value : f64 at $.what.x
    signal load  : f64 at $.load [%]
    signal kind  : text at $.kind
    severity from kind { "alarm" -> critical  /^warn/i -> warning  else -> info }
}
"""


def test_a_report() -> None:
    body = {
        "at": T0 * 1000 + 700,
        "what": {"id": "n", "x": 3},
        "load": 50,
        "kind": "WARNING",
        "state": "raised",
        "k": 1,
    }
    found = read(REPORTS, "vehicle_event", body)
    # a time is rounded to whole µs; of `what` more than this is read by nobody, so it is kept whole
    fields = '{"what":{"id":"n","x":3},"k":1}'
    assert found.objects == (EventObject(T0 + 1, "n", "raised", "warning", 3.0, "", fields),)
    assert read(REPORTS, "vehicle_event", body | {"kind": "alarm"}).objects[0].severity == "critical"
    assert refusal(REPORTS, "vehicle_event", body | {"state": "on"})[1] == "state is not one of raised, cleared, once"


LOGS = """
log Android on vehicle_log {
    signal lvl : text at $.lvl
    signal tag : text at $.tag
    severity from lvl {
        "V" -> info  "D" -> info  "W" -> warning
        /^(E|ERR)$/i -> error
        "F" -> critical
        else -> warning
    }
}
"""


def test_a_log_of_its_own_levels() -> None:
    found = read(LOGS, "vehicle_log", {"ts": T0, "message": "m", "lvl": "err", "logger": "l", "more": [1]})
    assert found.objects == (LogObject(T0, "m", "", "error", "l", '{"more":[1]}'),)
    assert found.texts == (TextValue(0, 0, "err", Quality.OK),)


def test_binary_cannot_be_kept_as_a_field() -> None:
    document = msgpack.unpackb(msgpack.packb({"ts": T0, "message": "m", "lvl": "V", "x": b"\0"}))
    assert refusal(LOGS, "vehicle_log", document)[1].startswith("fields cannot be kept as JSON")


def test_the_first_definition_of_a_kind_is_used_and_other_kinds_keep_the_default() -> None:
    two = LOGS + "log Second on vehicle_log { signal message : text at $.other }"
    lines = [{"ts": T0, "message": "m", "lvl": "F"}]
    where = {"ts": T0 + SECOND, "lat": 1.0, "lon": 2.0}
    outcomes, _ = run(catalogue_of(two), [[envelope(0, "vehicle_log", lines), envelope(1, "vehicle_position", where)]])
    assert [row["severity"] for row in rows(outcomes, "log")] == ["critical"]
    assert [(row["lat"], row["lon"]) for row in rows(outcomes, "position")] == [(1.0, 2.0)]


def test_objects_of_one_time_are_told_apart_by_their_ordinal() -> None:
    bodies = [BODY | {"time": {"s": second}, "v": v} for second, v in ((1e9, 1), (2e9, 2), (1e9, 3))]
    outcomes, _ = run(catalogue_of(VEHICLE), [[envelope(0, "vehicle_position", [b | {"key": None} for b in bodies])]])
    for table in ("position", "frame_values", "text_value"):
        assert [row["ordinal"] for row in rows(outcomes, table)] == [0, 0, 1], table
    assert [row["values"][3] for row in rows(outcomes, "frame_values")] == [1.0, 2.0, 3.0]
