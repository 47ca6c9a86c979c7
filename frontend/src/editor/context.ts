import type { Language } from "./language";
import { withoutTexts } from "./outline";

/** What may be written at a place. `words` are of the language; `names` says which named things go there. */
export interface Wanted {
  /** How many characters before the place belong to what is being written. */
  typed: number;
  words: string[];
  names: "none" | "units" | "types" | "messages" | "values" | { of: string } | { comparedWith: string };
}

const OBJECTS = new Set(["position", "log", "fault", "report"]);

/** `before` is the text from the beginning of the item up to the place. Null: within a comment or a text in quotes. */
export function wantedAt(before: string, language: Language): Wanted | null {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const bare = line.replace(/"(?:[^"\\]|\\.)*"/g, (text) => "_".repeat(text.length));
  if (bare.includes("#") || bare.includes('"')) return null;
  const unit = /\[([^\[\]]*)$/.exec(bare);
  if (unit) return { typed: unit[1]?.length ?? 0, words: [], names: "units" };
  const plain = withoutTexts(before);
  const typed = /[\p{L}_][\p{L}\p{M}\p{N}_]*$/u.exec(plain)?.[0].length ?? 0;
  const left = plain.slice(0, plain.length - typed);
  const want = (words: string[], names: Wanted["names"]): Wanted => ({ typed, words, names });
  const owner = /([\p{L}_][\p{L}\p{M}\p{N}_]*|`[^`\n]+`)\.$/u.exec(left);
  if (owner && !/\.\.$/.test(left)) return want([], { of: owner[1] ?? "" });
  if (/[0-9.$]$/.test(left)) return null;
  if (/\bis\s+(?:not\s+)?$/.test(left)) return want([...(language.choices["is"] ?? []), ...(/not\s+$/.test(left) ? [] : ["not"])], "none");
  if (/\b(?:signal|derived)\s+(?:\S+|`[^`]*`)\s*:\s*$/.test(left)) return want([], "types");
  if (/\bgolden\s+"[^"]*"\s+for\s+$|\bsend\s+$/.test(left)) return want([], "messages");
  const compared = /([\p{L}_][\p{L}\p{M}\p{N}_]*)\s*[=!]=\s*$/u.exec(left);
  if (compared) return want([], { comparedWith: compared[1] ?? "" });
  const word = /([\p{L}_][\p{L}\p{M}\p{N}_]*)\s+$/u.exec(left)?.[1] ?? "";
  const choices = language.choices[word];
  if (choices) return want([...choices, ...(language.follow[word] ?? [])], "none");
  const block = blockAt(left);
  const starts = block ? (language.blocks[block] ?? []) : language.items;
  const isStart = /(?:^|[\n{}])\s*$/.test(left);
  if (isStart) return want(starts, block === "golden" || block === "expect" || block === "test" ? "values" : "none");
  const follow = language.follow[word];
  if (follow && !follow.includes("true")) return want(follow, takesValue(word) ? "values" : "none");
  if (isNaming(word, block)) return null;
  return want([...(follow ?? []), ...goingOn(left, language)], "values");
}

/** The kind of the innermost block that is open, or empty between items. */
export function blockAt(plain: string): string {
  const open: string[] = [];
  let from = 0;
  for (let at = 0; at < plain.length; at += 1) {
    const sign = plain[at];
    if (sign !== "{" && sign !== "}") continue;
    if (sign === "{") open.push(kindOf(plain.slice(from, at)));
    else open.pop();
    from = at + 1;
  }
  return open.at(-1) ?? "";
}

const OPENERS = ["message", "mux", "case", "enum", ...OBJECTS, "severity", "check", "event", "golden", "test", "expect", "else"];

function kindOf(head: string): string {
  const words = head.match(/[a-z]+/g) ?? [];
  return words.findLast((word) => OPENERS.includes(word)) ?? "";
}

const takesValue = (word: string): boolean => ["when", "expect", "else", "suspect", "drop", "replace", "with", "in", "capture"].includes(word);

/** Behind these stands a name that is being given. */
const isNaming = (word: string, block: string): boolean =>
  ["message", "enum", "const", "derived", "check", "event", "signal", "dtc"].includes(word) || (block === "" && OBJECTS.has(word));

function goingOn(left: string, language: Language): string[] {
  const clause = left.slice(Math.max(left.lastIndexOf("\n"), left.lastIndexOf("{"), left.lastIndexOf("}")) + 1);
  const first = /^\s*(signal|derived|raise|clear|when)\b/.exec(clause)?.[1];
  const options = language.options[first === "clear" ? "raise" : (first ?? "raise")] ?? [];
  return options.filter((word) => !language.items.includes(word));
}

/** The item that a place is in, by the lines that begin with the word of one: an unfinished text has no better bounds. */
export function itemAt(text: string, place: number, language: Language): { from: number; to: number } {
  const heads = new RegExp(String.raw`^(?:${language.items.join("|")})\s`, "gm");
  let from = 0;
  for (const { index } of text.matchAll(heads)) {
    if (index > place) return { from, to: index };
    from = index;
  }
  return { from, to: text.length };
}
