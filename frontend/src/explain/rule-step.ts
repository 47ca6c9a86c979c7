import { make } from "../dom";
import { explainAddress } from "./address";
import type { Explanation, RuleInput, RuleRun } from "./explanation";
import { exactTime, qualityChip, quantity, step } from "./words";

/** A rule: what it read, each with its own explanation, and what its parts came to. */
export function ruleSteps(told: Explanation): HTMLElement[] {
  const { rule } = told;
  if (!rule) return [];
  return [...parts(rule, told), inputs(rule, told)];
}

function parts(rule: RuleRun, told: Explanation): HTMLElement[] {
  if (rule.parts.length === 0) return [];
  const unit = told.definition?.unit ?? "";
  const rows = rule.parts.map(({ text, value, quality, depth }) => {
    const said = make("td", {}, make("code", {}, text));
    said.dataset["depth"] = String(Math.min(depth, 6));
    return make("tr", {}, said, make("td", { class: "end" }, quantity(value, depth === 0 ? unit : "")), make("td", {}, qualityChip(quality)));
  });
  const table = make("table", { class: "parts" }, head("Part", "Came to", "Quality"), make("tbody", {}, ...rows));
  return [step("Computation", ["computes it from the whole to its parts:"], scroll("Parts of the rule", table))];
}

function inputs(rule: RuleRun, told: Explanation): HTMLElement {
  const rows = rule.inputs.map((each) => make("tr", {}, ...inputCells(each, told.machine).map((cell) => make("td", {}, cell))));
  const table = make("table", { class: "inputs" }, head("Input", "As the rule read it", "Quality", "From"), make("tbody", {}, ...rows));
  const title = rule.inputs.length === 0 ? "reads no signals." : "reads these; each has an explanation of its own:";
  const notes = rule.since === null ? [] : [note(rule.since)];
  return step("Inputs", [title], ...(rule.inputs.length === 0 ? [] : [scroll("Inputs of the rule", table)]), ...notes);
}

function note(since: string): HTMLElement {
  return make("p", { class: "chain-note" }, "For this the stream was run again from ", exactTime(since), " on.");
}

function inputCells(each: RuleInput, machine: number): (Node | string)[] {
  const came = each.ts === null ? "never came" : exactTime(each.ts);
  const value = each.ts === null ? "–" : `${quantity(each.value, each.unit)}${each.rerun ? "" : " (as stored)"}`;
  return [named(each, machine), value, qualityChip(each.quality), came];
}

/** Leads to the row of that time, or where there is not one for each time (on change), to the last one before. */
function named({ name, group, slot, source, ordinal, ts_us, kind }: RuleInput, machine: number): Node {
  if (group === null || slot === null || ts_us === null) return make("code", {}, name);
  const place = kind === "derived" ? { group, slot, source, ts: ts_us, latest: true } : { group, slot, source, ts: ts_us, ordinal };
  return make("a", { href: explainAddress(machine, place), "aria-label": `Explain ${name}` }, make("code", {}, name));
}

function head(...names: string[]): HTMLElement {
  return make("thead", {}, make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name))));
}

function scroll(label: string, table: HTMLElement): HTMLElement {
  return make("div", { class: "bit-scroll", tabindex: "0", role: "region", "aria-label": label }, table);
}
