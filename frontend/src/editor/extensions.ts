import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { StreamLanguage, bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { lintGutter, lintKeymap } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Extension } from "@codemirror/state";
import {
  EditorView, drawSelection, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers,
} from "@codemirror/view";
import { completion } from "./completion";
import { folding } from "./folding";
import { hover } from "./hover";
import type { Language } from "./language";
import type { Names } from "./names";
import { theme } from "./theme";
import { duco } from "./tokens";

/** A view of a text of the language that cannot be changed. */
export function reading(language: Language): Extension {
  return [
    lineNumbers(), foldGutter(), folding(), highlightSpecialChars(), StreamLanguage.define(duco(language)), bracketMatching(),
    EditorState.tabSize.of(4), theme, EditorView.lineWrapping, keymap.of([...foldKeymap, ...searchKeymap]),
  ];
}

/** The same with all that helps to write it. Escape, then Tab leaves the editor. */
export function writing(language: Language, names: Names, preview: () => void): Extension {
  return [
    lintGutter(), reading(language), history(), drawSelection(), indentOnInput(), closeBrackets(), highlightActiveLine(),
    highlightActiveLineGutter(), highlightSelectionMatches(), indentUnit.of("    "), completion(language, names), hover(language, names),
    keymap.of([
      { key: "Mod-s", preventDefault: true, run: () => (preview(), true) },
      ...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab,
    ]),
  ];
}
