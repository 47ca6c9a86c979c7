/** Which value: its signal's place, and when. Without `ts` the latest; `ts` in µs. */
export interface ValuePlace {
  group: number;
  slot: number;
  source?: number | null;
  ts?: number;
  ordinal?: number | null;
  /** The last one up to `ts` instead of the one of that very time. */
  latest?: boolean;
}

/** The page that explains a value. */
export function explainAddress(machine: number, place: ValuePlace): string {
  return `/machines/${machine}/explain?${new URLSearchParams(explainQuery(place)).toString()}`;
}

export function explainQuery({ group, slot, source, ts, ordinal, latest }: ValuePlace): Record<string, string> {
  const query: Record<string, string> = { group: String(group), slot: String(slot) };
  if (source != null) query["source"] = String(source);
  if (ts !== undefined) query["ts"] = String(ts);
  if (ordinal) query["ordinal"] = String(ordinal);
  if (latest) query["latest"] = "1";
  return query;
}

/** The µs that a time in milliseconds stands for: all of its last one, as fractions are lost. */
export function endOfMillisecond(milliseconds: number): number {
  return Math.floor(milliseconds) * 1000 + 999;
}
