import { make } from "../dom";
import { fullTime, number } from "../format";
import { type Quality, qualityWord } from "../quality";

/** A number with its unit, or a dash. */
export function quantity(value: number | null, unit: string): string {
  return value === null ? "–" : `${number(value)}${unit ? ` ${unit}` : ""}`;
}

export function qualityChip(quality: Quality): HTMLElement {
  return make("span", { class: "quality", "data-quality": quality }, qualityWord(quality));
}

/** A time to the microsecond, in the reader's zone; as it is stored, in UTC, on hovering. */
export function exactTime(text: string): HTMLTimeElement {
  const micros = text.slice(20, 26);
  return make("time", { datetime: text, title: text }, `${fullTime(Date.parse(text)).replace(/(:\d\d)(?= |$)/, `$1.${micros}`)}`);
}

export function code(text: string): HTMLElement {
  return make("code", {}, text);
}

/** A list of facts, without those that have nothing to say. */
export function facts(...pairs: [name: string, value: Node | string | null][]): HTMLElement {
  const list = make("dl", { class: "chain-facts" });
  for (const [name, value] of pairs) {
    if (value !== null && value !== "") list.append(make("div", {}, make("dt", {}, name), make("dd", {}, value)));
  }
  return list;
}

/** One link of the chain: what it says in a sentence, and what stands below it. */
export function step(name: string, title: (Node | string)[], ...below: Node[]): HTMLLIElement {
  const body = make("div", { class: "chain-body card" }, make("p", { class: "chain-name" }, name), make("p", { class: "chain-title" }, ...title), ...below);
  return make("li", { class: "chain-step", "data-step": name.toLowerCase() }, body);
}

export function bytes(size: number): string {
  return size < 10_000 ? `${number(size)} bytes` : `${number(Math.round(size / 1024))} KiB`;
}
