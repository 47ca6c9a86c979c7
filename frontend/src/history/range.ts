/** Milliseconds. `following`: the range ends now and moves on. */
export interface Range {
  from: number;
  to: number;
  following: boolean;
}

export type Preset = number | "all";

/** The range of a preset; `all` begins with the first microsecond there can be. */
export function presetRange(preset: Preset, now: number): Range {
  if (preset === "all") return { from: 0, to: now, following: false };
  return { from: now - preset * 1000, to: now, following: true };
}

/** A range around a time, as wide as the one given: to find data that is long past. */
export function rangeAround(time: number, width: number): Range {
  return { from: time - width * 0.9, to: time + width * 0.1, following: false };
}

/** For an `input type=datetime-local`, which knows no zone: local time. */
export function toLocalInput(time: number): string {
  const local = new Date(time - new Date(time).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}
