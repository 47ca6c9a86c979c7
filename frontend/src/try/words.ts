import { number } from "../format";
import { qualityWord } from "../quality";
import type { Outcome, Read } from "./types";

/** What became of a frame. */
export function outcomeText(outcome: Outcome): string {
  switch (outcome.why) {
    case "unknown_id":
      return "no message has this id";
    case "unknown_page":
      return `page ${outcome.page} is in no case`;
    case "transport":
      return "part of a message of several packets";
    case "no_data":
      return "remote or error frame";
    default:
      return outcome.short ? "shorter than the message" : "decoded";
  }
}

export function readText(read: Read | null): string {
  if (!read) return "—";
  const value = read.value === null ? "none" : `${number(read.value)}${read.unit ? ` ${read.unit}` : ""}`;
  return read.text ? `${read.text} (${value})` : value;
}

export function qualityText(read: Read | null): string {
  return read ? qualityWord(read.quality) : "—";
}

const DAY = 86_400_000_000;

/** Of µs, in UTC; of frames that came without a time, how far they are from the first. */
export function timeText(ts: number): string {
  if (ts < DAY) return `${(ts / 1_000_000).toFixed(6)} s`;
  const micros = String(((ts % 1_000_000) + 1_000_000) % 1_000_000).padStart(6, "0");
  return `${new Date(Math.floor(ts / 1_000_000) * 1000).toISOString().slice(0, 19).replace("T", " ")}.${micros}`;
}

export function spacedHex(data: string): string {
  return data.match(/../g)?.join(" ") ?? "";
}
