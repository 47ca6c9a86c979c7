import type { Quality } from "../quality";

/** What the template gives the script. */
export interface Settings {
  routes: Record<"run" | "frames" | "sample" | "samples" | "keep", string>;
  machines: { device: string; name: string }[];
  samplePage: string;
  messagePage: string;
  canKeep: boolean;
  canDelete: boolean;
  /** Of a message's page. */
  message?: number;
}

/** Where a recorded frame stands in the topic `raw`. */
export interface Origin {
  partition: number;
  offset: number;
  index: number;
}

export interface Recorded {
  ts: number;
  bus: number;
  id: string;
  data: string;
  origin: Origin;
}

export interface Read {
  value: number | null;
  quality: Quality;
  unit: string;
  text: string;
}

export interface Value {
  group: number;
  slot: number;
  set: string;
  message: string;
  signal: string;
  start: number;
  length: number;
  byte_order: "little" | "big";
  draft: Read | null;
  live: Read | null;
  changed: boolean;
}

export interface Outcome {
  why: "decoded" | "unknown_id" | "unknown_page" | "transport" | "no_data";
  message: string | null;
  message_id: number | null;
  page: number | null;
  short: boolean;
}

export interface Frame {
  /** Its place among those that were sent. */
  index: number;
  ts: number;
  bus: number;
  id: string;
  data: string;
  /** Of a message of several packets that ended with this frame. */
  payload: string | null;
  draft: Outcome;
  live: Outcome | null;
  values: Value[];
  more_values: number;
  changed: boolean;
}

export interface Derived {
  ts: number;
  name: string;
  draft: Read | null;
  live: Read | null;
  changed: boolean;
}

export interface Found {
  since: number;
  severity: string | null;
  captured: Record<string, Read>;
}

export interface Finding {
  ts: number;
  name: string;
  kind: "check" | "event";
  state: "raised" | "cleared";
  draft: Found | null;
  live: Found | null;
  changed: boolean;
}

export interface Tried {
  release: number | null;
  sets: string[];
  problems: string[];
  frames: Frame[];
  more_values: number;
  derived: Derived[];
  more_derived: number;
  findings: Finding[];
  more_findings: number;
}

export interface Sample {
  id: number;
  title: string;
  text: string;
  /** null: the message has errors, so nothing can be said. */
  problems: string[] | null;
  page: string;
  delete: string;
}
