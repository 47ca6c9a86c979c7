import type { Severity } from "./findings/finding";

/** A machine as the Data API lists it. */
export interface Machine {
  machine: number;
  device: string;
  name: string;
  model: string;
  organisation: string;
  /** RFC 3339, or null where it was never heard of. */
  last_contact: string | null;
  open_findings: Record<Severity, number>;
}

export type Contact = "heard" | "silent" | "never";

export function contactOf(machine: Machine, now: number, silenceSeconds: number): Contact {
  if (machine.last_contact === null) return "never";
  return now - Date.parse(machine.last_contact) > silenceSeconds * 1000 ? "silent" : "heard";
}
