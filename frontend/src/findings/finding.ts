export const SEVERITIES = ["info", "warning", "error", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Captured {
  name: string;
  value: number | null;
  quality: string;
  unit: string;
}

/** What a check or event found, as the Data API lists it; `ended` of a raised one: null while it is open. */
export interface Finding {
  rule: number;
  kind: "check" | "event";
  name: string;
  /** Empty where the rule has none. */
  title: string;
  state: "raised" | "cleared";
  severity: Severity;
  text: string;
  ts: string;
  since: string;
  ended: string | null;
  capture: Captured[];
}

/** As it comes over the websocket: times in µs, and provisional. */
export interface LiveFinding extends Pick<Finding, "rule" | "kind" | "name" | "state" | "severity" | "text"> {
  title?: string;
  ts: number;
  since: number;
}

/** How bad it is: 0 for the least, -1 for a word that is none of the severities. */
export function rankOf(severity: string): number {
  return (SEVERITIES as readonly string[]).indexOf(severity);
}

/** The worst severity of which there are any, or null. */
export function worstOf(counts: Record<Severity, number>): Severity | null {
  return SEVERITIES.findLast((severity) => counts[severity] > 0) ?? null;
}

/** Fewer before more, counting the worst severity first. */
export function byOpenFindings(a: Record<Severity, number>, b: Record<Severity, number>): number {
  return SEVERITIES.toReversed().map((severity) => a[severity] - b[severity]).find((difference) => difference !== 0) ?? 0;
}
