import type { RowMessage } from "../live/socket";
import { type Quality, qualityOf } from "../quality";
import type { Catalogue, Signal } from "./catalogue";

/** The latest of one signal from one source. ts in milliseconds, with fractions. */
export interface Reading {
  readonly signal: Signal;
  readonly source: number;
  value: number | null;
  quality: Quality;
  ts: number;
  origin: "live" | "stored";
}

/** One value of the snapshot as the Data API gives it. */
export interface SnapshotValue {
  group: number;
  slot: number;
  source: number;
  value: number | null;
  quality: Quality;
  ts: string;
  release: number;
}

export function readingKey(signal: Signal, source: number): string {
  return `${signal.group}:${signal.slot}:${source}`;
}

/** The latest readings of a machine; newer replaces older, whichever way it came. */
export class Readings {
  readonly all = new Map<string, Reading>();

  constructor(private readonly catalogue: Catalogue) {}

  /** Takes over a snapshot; returns what is new or changed. */
  takeSnapshot(values: readonly SnapshotValue[]): Reading[] {
    const changed: Reading[] = [];
    for (const value of values) {
      const signal = this.catalogue.at(value.group, value.slot);
      if (!signal) continue;
      const reading = this.put(signal, value.source, value.value, value.quality, Date.parse(value.ts), "stored");
      if (reading) changed.push(reading);
    }
    return changed;
  }

  /** Takes over a live row; returns what is new or changed. */
  takeRow([group, source, ts, , values, qualities]: RowMessage): Reading[] {
    const changed: Reading[] = [];
    for (const signal of this.catalogue.ofGroup(group)) {
      const quality = qualityOf(qualities[signal.slot] ?? 6);
      if (quality === "absent") continue;
      const reading = this.put(signal, source, values[signal.slot] ?? null, quality, ts / 1000, "live");
      if (reading) changed.push(reading);
    }
    return changed;
  }

  private put(
    signal: Signal, source: number, value: number | null, quality: Quality, ts: number, origin: "live" | "stored",
  ): Reading | null {
    const key = readingKey(signal, source);
    const held = this.all.get(key);
    if (!held) {
      const reading = { signal, source, value, quality, ts, origin };
      this.all.set(key, reading);
      return reading;
    }
    if (ts < held.ts || (ts === held.ts && origin === held.origin)) return null;
    Object.assign(held, { value, quality, ts, origin });
    return held;
  }
}
