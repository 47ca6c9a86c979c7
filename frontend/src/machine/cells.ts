import { make } from "../dom";
import { clock, fullTime } from "../format";

/** A time as records have it: today's without the date. */
export function timeOf(milliseconds: number): HTMLTimeElement {
  const today = new Date(milliseconds).toDateString() === new Date().toDateString();
  const iso = new Date(milliseconds).toISOString();
  return make("time", { datetime: iso, title: fullTime(milliseconds) }, today ? clock(milliseconds) : fullTime(milliseconds));
}

export function severityChip(word: string): Node | string {
  return word ? make("span", { class: "severity", "data-severity": word.toLowerCase() }, word) : "–";
}

/** Marks what is provisional. */
export function liveTag(): HTMLElement {
  return make("span", { class: "origin", "data-origin": "live" }, "live");
}
