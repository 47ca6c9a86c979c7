"""A signal's values thinned for a plot, and where they were not good."""

from typing import Any, Final

from studio.sources import Question, SourceError
from studio.sources.direct import catalogue
from studio.sources.direct.clickhouse import QUALITIES, rfc3339, rows, table
from studio.sources.direct.parameters import HOUR, integer, span

VALUES: Final = """
    SELECT toUnixTimestamp64Micro(ts) AS us, ts, source, ordinal,
           `values`[slot + 1] AS value, qualities[slot + 1] AS quality
    FROM {table} FINAL
    ARRAY JOIN arrayMap(p -> p.2, arrayFilter(p -> p.1 = `group`, {{places:Array(Tuple(UInt32, UInt16))}})) AS slot
    WHERE machine = {{machine:UInt32}} AND `group` IN {{groups:Array(UInt32)}}
      AND ts >= fromUnixTimestamp64Micro({{begin:Int64}}, 'UTC') AND ts < fromUnixTimestamp64Micro({{end:Int64}}, 'UTC')
      AND ({{source:Int64}} < 0 OR source = {{source:Int64}}) AND slot < length(`values`) AND quality != 6
"""


async def history(question: Question) -> dict[str, Any]:
    begin, end = span(question, HOUR)
    points = integer(question, "points", 1_000, 2, 10_000)
    signals = await catalogue.named(question.signal)
    if not signals:
        raise SourceError(404, "unknown_signal", "No release has a signal of this name.")
    parameters = {
        "machine": question.machine,
        **_places(signals),
        "begin": begin,
        "end": end,
        "source": integer(question, "source", -1, -1, 2**24 - 1),
        "points": points,
        "step": max(1, (end - begin) // points),
    }
    lines, bad = await _lines(parameters), await _bad(parameters)
    before = await _before(parameters, [signal for signal in signals if signal["store"] == "on_change"])
    return {
        "machine": question.machine,
        "name": question.signal,
        "unit": signals[0]["unit"],
        "signals": signals,
        "from": rfc3339(begin),
        "to": rfc3339(end),
        "series": [_series(source, lines, bad, before) for source in sorted(lines.keys() | bad.keys() | before.keys())],
    }


def _places(signals: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "places": "[" + ",".join(f"({s['group']},{s['slot']})" for s in signals) + "]",
        "groups": sorted({signal["group"] for signal in signals}),
    }


def _series(
    source: int, lines: dict[int, list[Any]], bad: dict[int, list[Any]], before: dict[int, list[Any]]
) -> dict[str, Any]:
    return {
        "source": source,
        "bus": source >> 16,
        "source_address": source >> 8 & 255,
        "destination_address": source & 255,
        "before": _last(*before[source]) if source in before else None,
        "points": [(rfc3339(us), value) for us, value in lines.get(source, [])],
        "bad": [
            {"from": rfc3339(begin), "to": rfc3339(end), "quality": QUALITIES[quality]}
            for begin, end, quality in sorted(bad.get(source, []))
        ],
    }


def _last(us: int, value: float | None, quality: int) -> dict[str, Any]:
    return {"ts": rfc3339(us), "value": value, "quality": QUALITIES[quality]}


async def _before(parameters: dict[str, Any], changing: list[dict[str, Any]]) -> dict[int, list[Any]]:
    """By source: [µs, value, quality] of the last row before the span, of signals that are stored on change."""
    if not changing:
        return {}
    sql = f"SELECT source, argMax((us, value, quality), (us, ordinal)) FROM ({VALUES.format(table=table('frame_values'))}) GROUP BY source"  # noqa: E501, S608 - our own names  # fmt: skip
    earlier = parameters | _places(changing) | {"begin": 0, "end": parameters["begin"]}
    return {source: last for source, last in await rows(sql, earlier)}  # noqa: C416 - rows are lists


async def _lines(parameters: dict[str, Any]) -> dict[int, list[Any]]:
    sql = f"""
        SELECT source, arrayMap(p -> (toUnixTimestamp64Micro(p.1), p.2),
                                largestTriangleThreeBuckets({{points:UInt32}})(ts, value))
        FROM ({VALUES.format(table=table("frame_values"))}) WHERE quality <= 1 AND isFinite(value) GROUP BY source
    """  # noqa: S608 - our own names
    return {source: line for source, line in await rows(sql, parameters)}  # noqa: C416 - rows are lists


async def _bad(parameters: dict[str, Any]) -> dict[int, list[Any]]:
    """By source: [begin, end, quality], no finer than a point of the plot."""
    sql = f"""
        SELECT source, quality, intDiv(us - {{begin:Int64}}, {{step:Int64}}) AS bucket, min(us), max(us)
        FROM ({VALUES.format(table=table("frame_values"))}) WHERE quality != 0
        GROUP BY source, quality, bucket ORDER BY source, quality, bucket
    """  # noqa: S608 - our own names
    spans: dict[int, list[Any]] = {}
    last: tuple[int, int, int] | None = None
    for source, quality, bucket, begin, end in await rows(sql, parameters):
        of_source = spans.setdefault(source, [])
        if last == (source, quality, bucket - 1):
            of_source[-1][1] = end
        else:
            of_source.append([begin, end, quality])
        last = (source, quality, bucket)
    return spans
