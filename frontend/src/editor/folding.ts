import { foldService } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { withoutTexts } from "./outline";

const MOST_LINES = 2_000;

/** From an opening brace at the end of a line to the one that closes it. */
export function folding(): Extension {
  return foldService.of((state, start, end) => {
    const head = withoutTexts(state.sliceDoc(start, end)).trimEnd();
    if (!head.endsWith("{")) return null;
    let depth = 1;
    let line = state.doc.lineAt(end);
    for (let lines = 0; lines < MOST_LINES && line.number < state.doc.lines; lines += 1) {
      line = state.doc.line(line.number + 1);
      const plain = withoutTexts(line.text);
      for (let at = 0; at < plain.length; at += 1) {
        if (plain[at] === "{") depth += 1;
        if (plain[at] === "}") depth -= 1;
        if (!depth) return { from: start + head.length, to: line.from + at };
      }
    }
    return null;
  });
}
