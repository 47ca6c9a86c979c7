import { type Action, type Diagnostic, forEachDiagnostic, setDiagnostics } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { make } from "../dom";
import { type Range, placeOf, spanOf } from "./positions";
import type { Fix, Said } from "./routes";

/** A diagnostic of the editor that knows what the compiler said. */
export interface Problem extends Diagnostic {
  said: Said;
}

const SHOWN = 100;
/** What is said of a text that cannot be read; the other codes need the whole set. */
const SYNTAX = /^E0[01]/;

export function problemsOf(doc: Text, said: Said[]): Problem[] {
  return said.map((one) => {
    const { from, to } = spanOf(doc, one);
    const actions = one.fixes.map((fix): Action => ({ name: labelOf(fix), apply: (view, now) => applyFix(view, fix, now - from, doc) }));
    return {
      said: one, from, to, actions,
      severity: one.severity,
      markClass: `duco-${one.severity}`,
      message: `${one.code} ${one.title}: ${one.why}`,
      renderMessage: () => messageOf(one),
    };
  });
}

/** A fix says places by the text that was sent: an item is a part of it. */
function movedBy(one: Said, lines: number): Said {
  const move = <R extends Range>(range: R): R => ({ ...range, line: range.line + lines, end_line: range.end_line + lines });
  return { ...move(one), fixes: one.fixes.map(move) };
}

const labelOf = (fix: Fix): string => `Write ${fix.text}`;

function messageOf(one: Said): HTMLElement {
  const head = make("p", {}, make("code", {}, one.code), ` ${one.title}: ${one.why}`);
  return make("div", { class: "duco-said" }, head, ...(one.help ? [make("p", { class: "duco-help" }, one.help)] : []));
}

/** The diagnostic may have moved since it was said: the fix moves with it. */
function applyFix(view: EditorView, fix: Fix, moved: number, doc: Text): void {
  const span = spanOf(doc, fix);
  view.dispatch({
    changes: { from: span.from + moved, to: span.to + moved, insert: fix.text },
    selection: { anchor: span.from + moved + fix.text.length },
    userEvent: "input.fix",
    scrollIntoView: true,
  });
  view.focus();
}

/** `2 errors, 1 hint`. */
export function summaryOf(said: Said[], more: number): string {
  const counted = (["error", "warning", "hint"] as const).flatMap((severity) => {
    const count = said.filter((one) => one.severity === severity).length;
    return count ? [`${count} ${severity}${count === 1 ? "" : "s"}`] : [];
  });
  return [...counted, ...(more ? [`${more} more`] : [])].join(", ") || "No problems";
}

/** The list below the editor, and one line that says how the check stands. */
export class ProblemList {
  readonly element: HTMLElement;
  private readonly status = make("p", { class: "duco-status", role: "status" });
  private readonly list = make("ol", { class: "duco-problems" });

  constructor(private readonly view: EditorView) {
    this.element = make("section", { class: "duco-below", "aria-label": "Problems" }, this.status, this.list);
  }

  say(text: string): void {
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  show(said: Said[], more: number): void {
    this.put(problemsOf(this.view.state.doc, said), more);
    this.say(summaryOf(said, more));
  }

  private put(problems: Problem[], more: number): void {
    this.view.dispatch(setDiagnostics(this.view.state, problems));
    const all = problems.length + more;
    this.list.replaceChildren(...problems.slice(0, SHOWN).map((problem) => this.row(problem)));
    if (all > SHOWN) this.list.append(make("li", {}, `and ${all - SHOWN} more`));
  }

  /** What was said of one item by itself: it takes the place of what could not be read of it before. */
  showItem(said: Said[], item: { from: number; to: number }): void {
    const { state } = this.view;
    const kept: Problem[] = [];
    forEachDiagnostic(state, (each, from, to) => {
      const problem = each as Problem;
      const isOfItem = from >= item.from && from <= item.to;
      if (!(isOfItem && SYNTAX.test(problem.said.code))) kept.push({ ...problem, from, to });
    });
    const { number } = state.doc.lineAt(item.from);
    const found = problemsOf(state.doc, said.map((one) => movedBy(one, number - 1)));
    this.put([...kept, ...found].toSorted((one, other) => one.from - other.from), 0);
  }

  private row(problem: Problem): HTMLElement {
    const { said } = problem;
    const { line, column } = placeOf(this.view.state.doc, problem.from);
    const link = make("button", { type: "button", class: "duco-place" }, `${line}:${column}`);
    link.addEventListener("click", () => this.go(problem));
    const fixes = (problem.actions ?? []).map((action) => {
      const button = make("button", { type: "button", class: "duco-fix" }, action.name);
      button.addEventListener("click", () => {
        const from = this.whereIs(problem);
        if (from !== null) action.apply(this.view, from, from);
      });
      return button;
    });
    return make("li", { class: `is-${said.severity}` }, link, messageOf(said), ...fixes);
  }

  private go(problem: Problem): void {
    const at = this.whereIs(problem);
    if (at === null) return;
    this.view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: "center" }) });
    this.view.focus();
  }

  /** Where it is by now; null if what it was about is gone. */
  private whereIs(problem: Problem): number | null {
    let found: number | null = null;
    forEachDiagnostic(this.view.state, (each, from) => {
      if (each === problem) found = from;
    });
    return found;
  }
}
