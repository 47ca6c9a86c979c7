import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { make } from "../dom";

const WIDE = "(min-width: 900px)";
const COLLAPSE = { margin: 3, minSize: 8 };

/** What is stored now beside what was written here; where there is room for both, and else in one. Gives the own one. */
export function showConflict(parent: HTMLElement, theirs: string, mine: string, own: Extension, reading: Extension): EditorView {
  if (!matchMedia(WIDE).matches) {
    const merged = unifiedMergeView({
      original: theirs, collapseUnchanged: COLLAPSE, mergeControls: (kind, apply) => control(kind === "accept" ? "Keep mine" : "Take theirs", apply),
    });
    parent.before(heads(["Stored now, and your text"]));
    return new EditorView({ doc: mine, extensions: [own, merged], parent });
  }
  parent.before(heads(["Stored now", "Your text"]));
  const merge = new MergeView({
    a: { doc: theirs, extensions: [reading, EditorState.readOnly.of(true), EditorView.contentAttributes.of({ "aria-label": "Stored now" })] },
    b: { doc: mine, extensions: own },
    parent, revertControls: "a-to-b", collapseUnchanged: COLLAPSE, gutter: true,
    renderRevertControl: () => control("→", pressed, "Take theirs"),
  });
  return merge.b;
}

function heads(texts: string[]): HTMLElement {
  return make("div", { class: "duco-heads" }, ...texts.map((text) => make("span", {}, text)));
}

/** The merge view listens to the mouse alone: a press by the keyboard, which has no count of clicks, is passed on as one. */
function pressed(event: MouseEvent): void {
  if (!event.detail) event.target?.dispatchEvent(new MouseEvent("mousedown", { bubbles: true, cancelable: true }));
}

function control(text: string, apply: (event: MouseEvent) => void, label = text): HTMLButtonElement {
  const button = make("button", { type: "button", class: "duco-merge-control", "aria-label": label, title: label }, text);
  button.addEventListener("click", apply);
  return button;
}
