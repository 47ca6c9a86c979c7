"""A signal's values thinned for a plot, and where they were not good."""

from typing import Any, Final

from studio.sources import Question, SourceError
from studio.sources.direct import catalogue
from studio.sources.direct.clickhouse import QUALITIES, rfc3339, rows, table
from studio.sources.direct.parameters import HOUR, integer, span

VALUES: Final = """
    SELECT toUnixTimestamp64Micro(ts) AS us, ts, source, `values`[slot + 1] AS value, qualities[slot + 1] AS quality
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
        "places": "[" + ",".join(f"({s['group']},{s['slot']})" for s in signals) + "]",
        "groups": sorted({signal["group"] for signal in signals}),
        "begin": begin,
        "end": end,
        "source": integer(question, "source", -1, -1, 2**24 - 1),
        "points": points,
        "step": max(1, (end - begin) // points),
    }
    lines, bad = await _lines(parameters), await _bad(parameters)
    return {
        "machine": question.machine,
        "name": question.signal,
        "unit": signals[0]["unit"],
        "signals": signals,
        "from": rfc3339(begin),
        "to": rfc3339(end),
        "series": [_series(source, lines, bad) for source in sorted(lines.keys() | bad.keys())],
    }


def _series(source: int, lines: dict[int, list[Any]], bad: dict[int, list[Any]]) -> dict[str, Any]:
    return {
        "source": source,
        "bus": source >> 16,
        "source_address": source >> 8 & 255,
        "destination_address": source & 255,
        "points": [(rfc3339(us), value) for us, value in lines.get(source, [])],
        "bad": [
            {"from": rfc3339(begin), "to": rfc3339(end), "quality": QUALITIES[quality]}
            for begin, end, quality in sorted(bad.get(source, []))
        ],
    }


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
