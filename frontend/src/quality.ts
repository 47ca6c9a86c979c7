export const QUALITIES = ["ok", "suspect", "out_of_range", "stale", "not_available", "error", "absent"] as const;
export type Quality = (typeof QUALITIES)[number];

export function qualityOf(number: number): Quality {
  return QUALITIES[number] ?? "error";
}

export function qualityWord(quality: Quality): string {
  return quality.replaceAll("_", " ");
}

export const QUALITY_MEANS: Record<Quality, string> = {
  ok: "Good",
  suspect: "A check doubts this value",
  out_of_range: "Outside the definition's minimum and maximum",
  stale: "Not heard of for too long",
  not_available: "The controller says that it has no value (J1939 not available)",
  error: "The controller reports an error, or the value is no number",
  absent: "The frame was too short to hold this signal",
};
