import type { Quality } from "../quality";

/** An explanation as the Data API gives it; what is null could not be told, and `gaps` say why. */
export interface Explanation {
  machine: number;
  machine_name: string;
  value: ExplainedValue;
  release: { number: number; note: string; published: string } | null;
  definition: Definition | null;
  bits: Bits | null;
  object: ReadObject | null;
  rule: RuleRun | null;
  again: { value: number | null; text: string | null; quality: Quality; agrees: boolean } | null;
  envelope: Envelope | null;
  gaps: Gap[];
}

export interface ExplainedValue {
  ts: string;
  ts_us: number;
  value: number | null;
  text: string | null;
  label: string;
  quality: Quality;
  reason: string;
  group: number;
  slot: number;
  source: number;
  ordinal: number;
  release: number;
  received: string;
}

export interface Definition {
  kind: "plain" | "page" | "derived" | "object";
  set: string;
  message: string;
  message_id: number;
  title: string;
  page: string;
  signal: string;
  unit: string;
  minimum: number | null;
  maximum: number | null;
  comment: string;
  lines: { text: string | null; marked: boolean }[];
}

export interface Multiplexor {
  name: string;
  raw: number | null;
  label: string;
  ranges: [low: number, high: number][];
  bits: number[];
}

export interface Bits {
  payload: string;
  length: number;
  transport: "single" | "packets";
  bits: number[];
  raw_bits: string | null;
  raw: number | null;
  scale: number;
  offset: number;
  byte_order: "little" | "big";
  type: "unsigned" | "signed" | "float";
  multiplexors: Multiplexor[];
  frames: Frame[];
}

export interface Frame {
  ts: string;
  bus: number;
  id: string;
  pgn: number | null;
  data: string;
  partition: number;
  offset: number;
  index: number;
  role: "frame" | "announcement" | "packet";
  number: number;
  used: boolean;
}

export interface ReadObject {
  number: number;
  path: string;
  raw: unknown;
  scale: number;
  offset: number;
  document: string;
  cut: boolean;
}

export interface RuleInput {
  name: string;
  kind: "signal" | "derived" | "check" | "event";
  unit: string;
  value: number | null;
  quality: Quality;
  ts: string | null;
  ts_us: number | null;
  group: number | null;
  slot: number | null;
  source: number | null;
  ordinal: number | null;
  rerun: boolean;
}

export interface RuleRun {
  text: string;
  inputs: RuleInput[];
  parts: { text: string; value: number | null; quality: Quality; depth: number }[];
  since: string | null;
}

export interface Envelope {
  topic: string;
  partition: number;
  offset: number;
  hub: { entity: string; partition: number | null; offset: number | null };
  message_id: string;
  device: string;
  kind: string;
  frames: number;
  first_ts: string | null;
  last_ts: string | null;
  received: string;
  enqueued: string | null;
  size: number | null;
  content_type: string | null;
  content_encoding: string | null;
  realtime: boolean | null;
  stored: boolean;
}

export interface Gap {
  code: string;
  detail: string;
}
