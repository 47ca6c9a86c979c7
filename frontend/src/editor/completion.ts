import { type Completion, type CompletionContext, type CompletionResult, autocompletion } from "@codemirror/autocomplete";
import type { EditorState, Extension } from "@codemirror/state";
import { type Wanted, itemAt, wantedAt } from "./context";
import type { Language } from "./language";
import type { Names } from "./names";
import type { Entry } from "./outline";

/** An item is not longer than this, as far as what may stand at a place depends on it. */
const LONGEST_ITEM = 20_000;
const VALUES = new Set(["signal", "derived", "const", "check", "event"]);

export function completion(language: Language, names: Names): Extension {
  const functions: Completion[] = language.functions.map(({ name, usage, text }) => ({
    label: usage, apply: `${name}(`, info: text,
  }));

  function source(context: CompletionContext): CompletionResult | null {
    const wanted = wantedAt(itemBefore(context.state, context.pos, language), language);
    if (!wanted || (!context.explicit && !wanted.typed && wanted.names === "values")) return null;
    const options = [...wanted.words.map((label): Completion => ({ label, boost: wanted.names === "values" ? -1 : 0 })), ...named(wanted, context.state)];
    return options.length ? { from: context.pos - wanted.typed, options, validFor: wanted.names === "units" ? /^[^\]]*$/ : /^[\p{L}\p{M}\p{N}_]*$/u } : null;
  }

  function named(wanted: Wanted, state: EditorState): Completion[] {
    const { names: which } = wanted;
    if (which === "none") return [];
    if (which === "units") return unitsOf(names.all(state), language).map((label) => ({ label }));
    const all = names.all(state);
    if (which === "types") return [...language.types.map((label) => ({ label })), ...offered(all, (entry) => entry.kind === "enum")];
    if (which === "messages") return offered(all, (entry) => !VALUES.has(entry.kind) && entry.kind !== "enum");
    if (which === "values") return [...offered(all, (entry) => VALUES.has(entry.kind)), ...functions];
    const { members } = names.outline(state);
    if ("of" in which) {
      const inEnum = (members.get(which.of) ?? []).map((label) => ({ label }));
      return [...inEnum, ...offered(all, (entry) => entry.owner === which.of || (entry.set === which.of && !entry.owner))];
    }
    const compared = all.find((entry) => entry.name === which.comparedWith);
    const enums = [...members].filter(([name]) => compared && new RegExp(String.raw`[:\s]${name}\b`).test(compared.detail));
    const inEnums = enums.flatMap(([, each]) => each.map((label) => ({ label, boost: 2 })));
    return [...inEnums, ...offered(all, (entry) => VALUES.has(entry.kind)), ...functions];
  }

  return autocompletion({ override: [source], maxRenderedOptions: 60, icons: false });
}

/** From the beginning of the item that the place is in. */
function itemBefore(state: EditorState, place: number, language: Language): string {
  const before = state.sliceDoc(Math.max(0, place - LONGEST_ITEM), place);
  return before.slice(itemAt(before, before.length, language).from);
}

function offered(all: Entry[], takes: (entry: Entry) => boolean): Completion[] {
  return all.filter(takes).map((entry) => ({
    label: entry.name,
    detail: [unitOf(entry.detail), entry.owner, entry.set].filter(Boolean).join(" · "),
    info: entry.detail || entry.kind,
  }));
}

const unitOf = (detail: string): string => /\[[^\]]*\]/.exec(detail)?.[0] ?? "";

/** Those that are used already, then those that machines send most. */
function unitsOf(all: Entry[], language: Language): string[] {
  const used = all.map((entry) => unitOf(entry.detail).slice(1, -1)).filter(Boolean);
  return [...new Set([...used, ...language.units])];
}
