import type { Extension } from "@codemirror/state";
import { type EditorView, type Tooltip, hoverTooltip } from "@codemirror/view";
import { make } from "../dom";
import type { Language } from "./language";
import type { Names } from "./names";
import { withoutTexts } from "./outline";

const MOST = 4;

/** Over a function what it does, over a name what its definition says. */
export function hover(language: Language, names: Names): Extension {
  function shown(view: EditorView, place: number): Tooltip | null {
    const line = view.state.doc.lineAt(place);
    const plain = withoutTexts(line.text);
    const at = place - line.from;
    for (const found of plain.matchAll(/(?:([\p{L}_][\p{L}\p{N}_]*)\.)?([\p{L}_][\p{L}\p{M}\p{N}_]*|`[^`]+`)/gu)) {
      const end = found.index + found[0].length;
      const start = end - (found[2]?.length ?? 0);
      if (at < start || at > end) continue;
      const parts = said(view, found[2] ?? "", found[1] ?? "", /^\s*\(/.test(plain.slice(end)));
      if (!parts.length) return null;
      return { pos: line.from + start, end: line.from + end, create: () => ({ dom: make("div", { class: "duco-hover" }, ...parts) }) };
    }
    return null;
  }

  function said(view: EditorView, name: string, owner: string, isCall: boolean): HTMLElement[] {
    if (isCall) {
      const functions = language.functions.filter((each) => each.name === name);
      return functions.map(({ usage, text }) => make("p", {}, make("code", {}, usage), ` ${text}`));
    }
    return names.find(view.state, name, owner).slice(0, MOST).map(({ kind, detail, owner: of, set }) => {
      const where = [of && kind === "signal" ? `of ${of}` : "", set ? `in set ${set}` : ""].filter(Boolean).join(", ");
      return make("p", {}, make("code", {}, detail || `${kind} ${name}`), where ? ` ${set ? kind : ""} ${where}` : "");
    });
  }

  return hoverTooltip(shown);
}
