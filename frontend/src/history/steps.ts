import type { Quality } from "../quality";
import type { BadSpan, Points } from "./series";

/** What holds until the next row. */
export interface Held {
  value: number | null;
  quality: Quality;
}

/** Rows that hold until the next: the line is cut where one is bad, and bad it is until a good one comes. */
export function steps(points: Points, bad: BadSpan[], before: Held | null, from: number): { points: Points; bad: BadSpan[] } {
  const good = points.ts.map((ts, index) => ({ ts, value: points.values[index] ?? null }));
  const spans = before && before.quality !== "ok" ? [{ from, to: from, quality: before.quality }, ...bad] : bad;
  const cuts = spans.filter(({ quality }) => quality !== "suspect").map((span) => ({ ts: span.from, value: null }));
  const first = before?.quality === "ok" || before?.quality === "suspect" ? [{ ts: from, value: before.value }] : [];
  const rows = [...first, ...good, ...cuts].toSorted((a, b) => a.ts - b.ts);
  return {
    points: { ts: rows.map(({ ts }) => ts), values: rows.map(({ value }) => value) },
    bad: spans.map((span) => ({ ...span, to: rows.find(({ ts }) => ts > span.to)?.ts ?? span.to })),
  };
}

/** The line with its last value held until a time. */
export function heldUntil({ ts, values }: Points, time: number): Points {
  const last = ts.at(-1);
  if (last === undefined || last >= time) return { ts, values };
  return { ts: [...ts, time], values: [...values, values.at(-1) ?? null] };
}
