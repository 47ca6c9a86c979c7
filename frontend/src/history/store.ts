import { getJson } from "../api";
import { type Quality } from "../quality";
import type { BadSpan, Points } from "./series";
import type { Held } from "./steps";
import type { Range } from "./range";

/** What the Data API gives for a signal: good values thinned to `points`, and where values were not good. */
interface HistoryBody {
  series: {
    source: number;
    before: Held | null;
    points: [ts: string, value: number][];
    bad: { from: string; to: string; quality: Quality }[];
  }[];
}

export interface StoredHistory {
  points: Points;
  bad: BadSpan[];
  /** What holds where the range begins, of signals that are stored on change. */
  before: Held | null;
}

const EMPTY: StoredHistory = { points: { ts: [], values: [] }, bad: [], before: null };

export async function readHistory(
  machine: number, name: string, source: number, range: Range, points: number, signal: AbortSignal,
): Promise<StoredHistory> {
  const body = await getJson<HistoryBody>(
    `/machines/${machine}/signals/${encodeURIComponent(name)}`,
    {
      from: new Date(range.from).toISOString(),
      to: new Date(range.to).toISOString(),
      points: String(points),
      source: String(source),
    },
    signal,
  );
  const found = body.series.find((each) => each.source === source);
  if (!found) return EMPTY;
  return {
    points: { ts: found.points.map(([ts]) => Date.parse(ts)), values: found.points.map(([, value]) => value) },
    bad: found.bad.map(({ from, to, quality }) => ({ from: Date.parse(from), to: Date.parse(to), quality })),
    before: found.before,
  };
}
