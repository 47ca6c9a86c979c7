import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

/** All colours are variables of the style sheet, which follows the admin's light or dark. */
const colours = HighlightStyle.define([
  { tag: tags.comment, color: "var(--ed-comment)", fontStyle: "italic" },
  { tag: tags.definitionKeyword, color: "var(--ed-keyword)", fontWeight: "600" },
  { tag: tags.keyword, color: "var(--ed-keyword)" },
  { tag: tags.definition(tags.variableName), color: "var(--ed-definition)", fontWeight: "600" },
  { tag: tags.function(tags.variableName), color: "var(--ed-function)" },
  { tag: tags.typeName, color: "var(--ed-type)" },
  { tag: tags.atom, color: "var(--ed-state)" },
  { tag: tags.unit, color: "var(--ed-unit)" },
  { tag: [tags.number, tags.literal], color: "var(--ed-number)" },
  { tag: tags.string, color: "var(--ed-string)" },
  { tag: tags.special(tags.string), color: "var(--ed-unit)" },
  { tag: tags.invalid, color: "var(--ed-error)" },
]);

const frame = EditorView.theme({
  "&": { color: "var(--ed-text)", backgroundColor: "var(--ed-surface)", fontSize: "13px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--ed-mono)", lineHeight: "1.55", minHeight: "20rem", maxHeight: "70vh" },
  ".cm-content": { caretColor: "var(--ed-text)" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--ed-text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--ed-selection)" },
  ".cm-gutters": { backgroundColor: "var(--ed-gutter)", color: "var(--ed-dim)", borderRight: "1px solid var(--ed-line)" },
  ".cm-activeLine": { backgroundColor: "var(--ed-active)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--ed-active)", color: "var(--ed-text)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--ed-match)", outline: "1px solid var(--ed-line-strong)" },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "transparent", color: "var(--ed-error)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--ed-gutter)", borderColor: "var(--ed-line-strong)", color: "var(--ed-dim)", padding: "0 0.4em" },
  ".cm-searchMatch": { backgroundColor: "var(--ed-match)" },
  ".cm-searchMatch.cm-searchMatch-selected": { backgroundColor: "var(--ed-selection)" },
  ".cm-selectionMatch": { backgroundColor: "var(--ed-match)" },
  ".cm-panels": { backgroundColor: "var(--ed-gutter)", color: "var(--ed-text)", borderColor: "var(--ed-line)" },
  ".cm-tooltip": { backgroundColor: "var(--ed-raised)", color: "var(--ed-text)", border: "1px solid var(--ed-line-strong)", borderRadius: "6px", boxShadow: "var(--ed-shadow)", maxWidth: "min(40rem, calc(100vw - 2rem))" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--ed-mono)", maxWidth: "min(34rem, calc(100vw - 2rem))" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "2px 8px", lineHeight: "1.5" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--ed-accent)", color: "var(--ed-on-accent)" },
  ".cm-completionDetail": { fontStyle: "normal", color: "var(--ed-dim)", marginLeft: "1em" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-tooltip.cm-completionInfo": { padding: "6px 10px" },
  ".cm-diagnostic": { padding: "6px 10px", borderLeft: "4px solid var(--ed-error)", whiteSpace: "normal" },
  ".cm-diagnostic-warning": { borderLeftColor: "var(--ed-warning)" },
  ".cm-diagnostic-hint": { borderLeftColor: "var(--ed-hint)" },
  ".cm-diagnosticAction": { backgroundColor: "var(--ed-accent)", color: "var(--ed-on-accent)", padding: "3px 8px", margin: "4px 6px 0 0" },
});

export const theme: Extension = [frame, syntaxHighlighting(colours)];
