import { make } from "../dom";
import { number, sourceInWords } from "../format";
import type { Definition, Explanation } from "./explanation";
import { exactTime, facts, qualityChip, quantity, step } from "./words";

const KINDS: Record<Definition["kind"], string> = {
  plain: "a signal that every frame of its message has",
  page: "a signal on a page of its message",
  derived: "derived by a rule from other signals",
  object: "read from the objects that the machine's app reports",
};

export function signalName(told: Explanation): string {
  const { definition, value } = told;
  if (!definition) return `Group ${value.group}, slot ${value.slot}`;
  return definition.kind === "derived" ? definition.signal : `${definition.message}.${definition.signal}`;
}

/** As people read it: the text, the enum's label, or the number. */
export function shownValue({ value, definition }: Explanation): string {
  if (value.text !== null) return `“${value.text}”`;
  return value.label ? `${value.label} (${quantity(value.value, definition?.unit ?? "")})` : quantity(value.value, definition?.unit ?? "");
}

export function rowStep(told: Explanation): HTMLElement {
  const { value, definition } = told;
  const below: Node[] = [];
  if (value.reason) below.push(make("p", { class: "chain-reason" }, make("strong", {}, "Why this quality: "), value.reason));
  below.push(...agreement(told));
  const derived = definition?.kind === "derived";
  below.push(
    facts(
      ["Time", exactTime(value.ts)],
      ["From", derived ? null : sourceInWords(value.source)],
      ["Received", exactTime(value.received)],
      ["Row", `group ${value.group} · slot ${value.slot} · source ${value.source} · ordinal ${value.ordinal}`],
    ),
  );
  return step("Stored row", [make("strong", {}, shownValue(told)), " ", qualityChip(value.quality)], ...below);
}

function agreement({ again, definition }: Explanation): Node[] {
  if (again === null) return [];
  if (again.agrees) return [make("p", { class: "chain-agrees" }, "Run again by the same release, the same envelopes give the same value and quality.")];
  const now = again.text ?? quantity(again.value, definition?.unit ?? "");
  const why = definition?.kind === "derived" ? " A rule may remember more than the envelopes that were run again." : "";
  return [make("p", { class: "chain-differs", role: "alert" }, make("strong", {}, "This differs: "), `run again, the same release gives ${now} (${again.quality.replaceAll("_", " ")}).${why}`)];
}

export function releaseStep({ release, value }: Explanation): HTMLElement {
  if (!release) return step("Release", ["was decoded by ", make("strong", {}, `release ${value.release}`), ", which cannot be had."]);
  const title = ["was decoded by ", make("strong", {}, `release ${release.number}`), release.note ? `: ${release.note}` : ""];
  return step("Release", title, facts(["Published", exactTime(withMicros(release.published))]));
}

/** Releases say when in their own form of RFC 3339. */
function withMicros(text: string): string {
  return new Date(text).toISOString().replace("Z", "000Z");
}

export function definitionStep(told: Explanation, isStaff: boolean): HTMLElement | null {
  const { definition } = told;
  if (!definition) return null;
  const title = ["which says that it is ", make("strong", {}, KINDS[definition.kind]), ", in these words:"];
  const lines = definition.lines.map(({ text, marked }) => make(marked ? "mark" : "span", {}, `${text ?? "    …"}\n`));
  const text = make("pre", { class: "definition", tabindex: "0", "aria-label": "The definition" }, ...lines);
  const isMessage = definition.kind === "plain" || definition.kind === "page";
  const edit = isStaff && isMessage ? make("a", { href: `/admin/definitions/message/${definition.message_id}/change/` }, `${definition.message} as it is now`) : null;
  const below = facts(
    ["Definition set", definition.set],
    ["Message", isMessage ? definition.title : ""],
    ["Page", definition.page],
    ["Limits", limits(definition)],
    ["Comment", definition.comment],
    ["In the CMS", edit],
  );
  return step("Definition", title, text, below);
}

function limits({ minimum, maximum, unit }: Definition): string {
  if (minimum === null && maximum === null) return "";
  return `${minimum === null ? "−∞" : number(minimum)} to ${maximum === null ? "∞" : number(maximum)}${unit ? ` ${unit}` : ""}`;
}
