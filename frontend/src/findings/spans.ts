import { type Captured, type Finding, type LiveFinding, rankOf, type Severity } from "./finding";

/** A time in which a check was failed or an event active. Milliseconds; `to` null while it is open. */
export interface Span {
  readonly rule: number;
  readonly kind: "check" | "event";
  readonly name: string;
  readonly title: string;
  readonly severity: Severity;
  readonly text: string;
  readonly capture: readonly Captured[];
  /** When it was raised, and when its condition began to hold, which is no later. */
  readonly from: number;
  readonly since: number;
  to: number | null;
  /** Whether its beginning, and its end where it has one, are in the store. */
  origin: "live" | "stored";
}

const LIVE_MOST = 50;
// What the store does not have by then is not going to be in it: the live lane was wrong.
const CONFIRMED_WITHIN = 60_000;

export function spanOf(finding: Finding): Span {
  const { rule, kind, name, title, severity, text, capture, ended } = finding;
  return {
    rule, kind, name, title, severity, text, capture,
    from: Date.parse(finding.ts), since: Date.parse(finding.since), to: ended === null ? null : Date.parse(ended),
    origin: "stored",
  };
}

function liveSpan({ rule, kind, name, title = "", severity, text, ts, since }: LiveFinding): Span {
  return { rule, kind, name, title, severity, text, capture: [], from: ts / 1000, since: since / 1000, to: null, origin: "live" };
}

/** The worst first, then the newest. */
export function byRank(a: Span, b: Span): number {
  return rankOf(b.severity) - rankOf(a.severity) || b.from - a.from;
}

export function keyOf({ rule, from }: Span): string {
  return `${rule}:${from}`;
}

/** What was found on a machine: as it is stored, and beyond that what came live and is not stored yet. */
export class Spans {
  private stored: readonly Span[] = [];
  private live: { finding: LiveFinding; heard: number }[] = [];
  private joined: readonly Span[] | null = null;

  /** Takes over raised findings of the store in place of those before. */
  takeStored(findings: readonly Finding[], now: number): void {
    this.stored = [...new Map(findings.map((each) => [`${each.rule}:${each.ts}`, spanOf(each)])).values()];
    this.live = this.live.filter(({ heard }) => now - heard < CONFIRMED_WITHIN);
    this.joined = null;
  }

  takeLive(findings: readonly LiveFinding[], now: number): void {
    const added = findings.map((finding) => ({ finding, heard: now }));
    this.live = [...this.live, ...added].toSorted((a, b) => a.finding.ts - b.finding.ts).slice(-LIVE_MOST);
    this.joined = null;
  }

  /** Newest first. */
  all(): readonly Span[] {
    this.joined ??= this.join();
    return this.joined;
  }

  open(): Span[] {
    return this.all().filter(({ to }) => to === null);
  }

  private join(): Span[] {
    const spans = this.stored.map((span) => ({ ...span }));
    for (const { finding } of this.live) this.joinOne(spans, finding);
    return spans.toSorted((a, b) => b.from - a.from || a.rule - b.rule);
  }

  /** The store is the record: what it knows of the rule at that time or later stands. */
  private joinOne(spans: Span[], finding: LiveFinding): void {
    const ts = finding.ts / 1000;
    const ofRule = spans.filter(({ rule }) => rule === finding.rule);
    const opened = ofRule.find(({ to }) => to === null);
    if (finding.state === "cleared") {
      if (opened && opened.from <= ts) Object.assign(opened, { to: ts, origin: "live" });
      return;
    }
    const known = ofRule.some(({ from, to }) => from >= ts || to === null || to >= ts);
    if (!known) spans.push(liveSpan(finding));
  }
}

/** Spans of both lists, once each; of the second where both have one. Those that end before `from` are left out. */
export function union(first: readonly Span[], second: readonly Span[], from: number): Span[] {
  const all = new Map([...first, ...second].map((span) => [keyOf(span), span]));
  return [...all.values()].filter(({ to }) => to === null || to >= from);
}
