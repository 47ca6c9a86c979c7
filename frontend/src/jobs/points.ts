/** Values of both contents where they differ, as the Meta API has them. */

import { qualityOf, type Quality } from "../quality";

export interface Point {
  ts: number;
  ordinal: number;
  before: number | null;
  beforeQuality: Quality;
  after: number | null;
  afterQuality: Quality;
}

export interface SourceOfPoints {
  source: number;
  points: Point[];
}

interface Told {
  source: number;
  points: [number, number, number | null, number, number | null, number][];
}

/** Throws Error with a text for people. */
export async function readPoints(url: string, machine: string, group: string, slot: string): Promise<SourceOfPoints[]> {
  const response = await fetch(`${url}?${new URLSearchParams({ machine, group, slot })}`, {
    headers: { Accept: "application/json" },
  });
  if (!response.ok) throw new Error(`The server answered ${response.status}.`);
  const told = (await response.json()) as Told[];
  return told.map(({ source, points }) => ({
    source,
    points: points.map(([ts, ordinal, before, beforeQuality, after, afterQuality]) => ({
      ts, ordinal, before, after, beforeQuality: qualityOf(beforeQuality), afterQuality: qualityOf(afterQuality),
    })),
  }));
}
