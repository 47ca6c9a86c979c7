import { type Quality, qualityOf } from "../quality";
import { type Held, steps } from "./steps";
import type { Reading } from "../machine/readings";

export interface Points {
  ts: number[];
  values: (number | null)[];
}

/** A time in which the signal was not good. */
export interface BadSpan {
  from: number;
  to: number;
  quality: Quality;
}

const LIVE_POINTS = 6_000;
// A hole of so many usual steps is a gap and no line is drawn over it.
const GAP_STEPS = 8;
const GAP_LEAST = 2_000;

function median(numbers: number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Puts a null into every hole of the line, which cuts it there. */
export function cutGaps({ ts, values }: Points): Points {
  if (ts.length < 3) return { ts, values };
  const steps = ts.slice(1).map((time, index) => time - (ts[index] as number));
  const longest = Math.max(GAP_LEAST, GAP_STEPS * median(steps));
  const cut: Points = { ts: [], values: [] };
  ts.forEach((time, index) => {
    const before = ts[index - 1];
    if (before !== undefined && time - before > longest) {
      cut.ts.push(before + (time - before) / 2);
      cut.values.push(null);
    }
    cut.ts.push(time);
    cut.values.push(values[index] ?? null);
  });
  return cut;
}

/** One plotted signal of one source: what the store gave, and what came live since. */
export class Series {
  stored: Points = { ts: [], values: [] };
  bad: BadSpan[] = [];
  loading = true;
  error = "";
  private live: Points = { ts: [], values: [] };
  private liveBad: BadSpan[] = [];

  constructor(
    readonly key: string,
    readonly reading: Reading,
    readonly colour: number,
  ) {}

  get unit(): string {
    return this.reading.signal.unit;
  }

  get storedUntil(): number {
    return this.stored.ts.at(-1) ?? 0;
  }

  /** Whether a value holds until the next one: then the line is one of steps, and has no gaps but bad times. */
  get stepped(): boolean {
    return this.reading.signal.store === "on_change";
  }

  /** `before` and `from`: what holds where the range begins, of a signal that is stepped. */
  takeStored(points: Points, bad: BadSpan[], before: Held | null = null, from = 0): void {
    const taken = this.stepped ? steps(points, bad, before, from) : { points: cutGaps(points), bad };
    this.stored = taken.points;
    this.bad = taken.bad;
    this.loading = false;
    this.error = "";
    this.dropLiveBefore(Math.max(this.storedUntil, this.bad.at(-1)?.to ?? 0));
  }

  /** What the store has by now is no longer shown as provisional. */
  private dropLiveBefore(time: number): void {
    const first = this.live.ts.findIndex((ts) => ts > time);
    const keep = first < 0 ? this.live.ts.length : first;
    this.live.ts.splice(0, keep);
    this.live.values.splice(0, keep);
    this.liveBad = this.liveBad.filter((span) => span.to > time);
  }

  takeLive(ts: number, value: number | null, qualityNumber: number): void {
    if (ts <= (this.live.ts.at(-1) ?? this.storedUntil)) return;
    const quality = qualityOf(qualityNumber);
    const good = quality === "ok" || quality === "suspect";
    this.live.ts.push(ts);
    this.live.values.push(good ? value : null);
    if (quality !== "ok") this.extendBad(ts, quality);
    if (this.live.ts.length > LIVE_POINTS) {
      this.live.ts.shift();
      this.live.values.shift();
    }
  }

  private extendBad(ts: number, quality: Quality): void {
    const last = this.liveBad.at(-1);
    const before = this.live.ts.at(-2) ?? ts;
    if (last && last.quality === quality && last.to >= before) last.to = ts;
    else this.liveBad.push({ from: before, to: ts, quality });
    if (this.liveBad.length > LIVE_POINTS) this.liveBad.shift();
  }

  /** The live line begins where the stored one ends, so that the two join. */
  livePoints(): Points {
    const last = this.stored.ts.at(-1);
    const first = this.live.ts[0];
    if (last === undefined || first === undefined || first - last > 60_000) return this.live;
    return { ts: [last, ...this.live.ts], values: [this.stored.values.at(-1) ?? null, ...this.live.values] };
  }

  allBad(): BadSpan[] {
    return [...this.bad, ...this.liveBad];
  }

  qualityAt(time: number): Quality {
    return this.allBad().find((span) => span.from <= time && time <= span.to)?.quality ?? "ok";
  }
}
