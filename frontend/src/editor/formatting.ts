import { diff } from "@codemirror/merge";
import type { EditorView } from "@codemirror/view";

/** Puts the text in the place of the other; what stays the same is not touched, so that the cursor stays where it was. */
export function replaceText(view: EditorView, text: string): void {
  const before = view.state.doc.toString();
  const changes = diff(before, text, { scanLimit: 500 }).map(({ fromA, toA, fromB, toB }) => ({
    from: fromA, to: toA, insert: text.slice(fromB, toB),
  }));
  if (changes.length) view.dispatch({ changes, userEvent: "input.format" });
}
