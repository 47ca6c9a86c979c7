"""A signal's values over time: every row, or thinned to what a plot can show."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from distribution.queries.reader import read
from distribution.queries.signals import CatalogueSignal
from distribution.schema import ce_technology
from parsing.quality import Quality

_HOUR: Final = 3_600_000_000

# One row a value: the arrays of a frame opened at the slots that the name stands for. A slot beyond the arrays is one
# that the row's release did not have.
_VALUES: Final = """
    SELECT toUnixTimestamp64Micro(ts) AS us, source, `group`, ordinal, slot, `values`[slot + 1] AS value,
           qualities[slot + 1] AS quality, `release`, ts
    FROM {table} FINAL
    ARRAY JOIN arrayMap(p -> p.2, arrayFilter(p -> p.1 = `group`, {{places:Array(Tuple(UInt32, UInt16))}})) AS slot
    WHERE machine = {{machine:UInt32}} AND `group` IN {{groups:Array(UInt32)}}
      AND ts >= fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC') AND ts < fromUnixTimestamp64Micro({{end:Int64}}, 'UTC')
      AND ({{source:Int64}} < 0 OR source = {{source:Int64}})
      AND slot < length(`values`) AND quality != {absent}
"""


@dataclass(frozen=True, slots=True)
class Span:
    """Event time from `begin` (included) to `end` (not included), µs."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a value stands in the order of pages: ts µs, source, group, ordinal, slot."""

    us: int
    source: int
    group: int
    ordinal: int
    slot: int


@dataclass(frozen=True, slots=True)
class Value:
    """A stored value; `value` may be NaN or infinite where `quality` is ERROR."""

    place: Place
    value: float
    quality: Quality
    release: int


@dataclass(frozen=True, slots=True)
class BadSpan:
    """Values from `begin` to `end` (µs, both included) had this quality."""

    begin: int
    end: int
    quality: Quality


@dataclass(frozen=True, slots=True)
class Before:
    """The last value before a span, which holds until the next where only changes are stored; ts in µs."""

    us: int
    value: float
    quality: Quality


@dataclass(frozen=True, slots=True)
class Series:
    """One source's plot: points as (ts µs, value) by time, of quality OK or SUSPECT; and where quality was not OK.

    `before` of signals that are stored on change, where they have one.
    """

    source: int
    points: list[tuple[int, float]]
    bad: list[BadSpan]
    before: Before | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """Which values: a machine's, of the signals that a name stands for, of one source or (None) of all."""

    machine: int
    signals: Sequence[CatalogueSignal]
    span: Span
    source: int | None = None

    def parameters(self) -> dict[str, Any]:
        return {
            "machine": self.machine,
            "places": [(signal.group, signal.slot) for signal in self.signals],
            "groups": sorted({signal.group for signal in self.signals}),
            "begin": self.span.begin,
            "end": self.span.end,
            "source": -1 if self.source is None else self.source,
        }


def every_value(question: Question, after: Place | None, limit: int) -> list[Value]:
    """At most `limit` values in the order of Place, those after `after`. Raises TooMuchError, StoreUnavailableError.

    Read in growing windows of time: rows lie by source before time, so one read of the whole span would sort all of it
    for each page.
    """
    begin = max(question.span.begin, after.us) if after else question.span.begin
    found: list[Value] = []
    width = _HOUR
    while begin < question.span.end and len(found) < limit:
        end = min(begin + width, question.span.end)
        found += _window(question, Span(begin, end), after, limit - len(found))
        begin, width = end, width * 4
    return found


def _window(question: Question, span: Span, after: Place | None, limit: int) -> list[Value]:
    place = after or Place(-(2**63), 0, 0, 0, 0)
    sql = f"""
        SELECT us, source, `group`, ordinal, slot, value, quality, `release` FROM ({_values()})
        WHERE (us, source, `group`, ordinal, slot) >
              ({{us:Int64}}, {{after_source:UInt32}}, {{group:UInt32}}, {{ordinal:UInt8}}, {{slot:UInt16}})
        ORDER BY us, source, `group`, ordinal, slot LIMIT {{limit:UInt32}}
    """  # noqa: S608 - our own names
    parameters = question.parameters() | {
        "begin": span.begin, "end": span.end, "limit": limit, "us": place.us, "after_source": place.source,
        "group": place.group, "ordinal": place.ordinal, "slot": place.slot,
    }  # fmt: skip
    return [Value(Place(*row[:5]), row[5], Quality(row[6]), row[7]) for row in read(sql, parameters)]


def thinned(question: Question, points: int) -> list[Series]:
    """Each source's values by largest-triangle-three-buckets, at most `points` of them.

    Only values of quality OK and SUSPECT are points. Raises TooMuchError, StoreUnavailableError.
    """
    sql = f"""
        SELECT source, arrayMap(p -> (toUnixTimestamp64Micro(p.1), p.2), largestTriangleThreeBuckets({{points:UInt32}})(ts, value))
        FROM ({_values()}) WHERE quality <= {int(Quality.SUSPECT)} AND isFinite(value)
        GROUP BY source ORDER BY source
    """  # noqa: E501, S608 - our own names
    lines = {row[0]: list(row[1]) for row in read(sql, question.parameters() | {"points": points})}
    bad, before = _bad_spans(question, points), _before(question)
    return [
        Series(source, lines.get(source, []), bad.get(source, []), before.get(source))
        for source in sorted(lines.keys() | bad.keys() | before.keys())
    ]


def _before(question: Question) -> dict[int, Before]:
    """By source, the last value before the span, of the signals that are stored on change."""
    changing = [signal for signal in question.signals if signal.store == "on_change"]
    if not changing:
        return {}
    earlier = Question(question.machine, changing, Span(0, question.span.begin), question.source)
    sql = f"SELECT source, argMax((us, value, quality), (us, ordinal)) FROM ({_values()}) GROUP BY source"  # noqa: S608
    return {
        source: Before(us, value, Quality(quality)) for source, (us, value, quality) in read(sql, earlier.parameters())
    }


def _bad_spans(question: Question, points: int) -> dict[int, list[BadSpan]]:
    """By source, where quality was not OK, no finer than a point of the plot."""
    step = max(1, (question.span.end - question.span.begin) // points)
    sql = f"""
        SELECT source, quality, intDiv(us - {{begin:Int64}}, {{step:Int64}}) AS bucket, min(us), max(us)
        FROM ({_values()}) WHERE quality != {int(Quality.OK)}
        GROUP BY source, quality, bucket ORDER BY source, quality, bucket
    """  # noqa: S608 - our own names
    spans: dict[int, list[BadSpan]] = {}
    last: tuple[int, int, int] | None = None
    for source, quality, bucket, begin, end in read(sql, question.parameters() | {"step": step}):
        of_source = spans.setdefault(source, [])
        if last == (source, quality, bucket - 1):
            of_source[-1] = BadSpan(of_source[-1].begin, end, Quality(quality))
        else:
            of_source.append(BadSpan(begin, end, Quality(quality)))
        last = (source, quality, bucket)
    for of_source in spans.values():
        of_source.sort(key=lambda span: span.begin)
    return spans


def _values() -> str:
    return _VALUES.format(table=ce_technology("frame_values"), absent=int(Quality.ABSENT))
