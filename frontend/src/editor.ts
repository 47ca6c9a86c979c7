import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { make, need } from "./dom";
import { Checker } from "./editor/checker";
import { showConflict } from "./editor/conflict";
import { itemAt } from "./editor/context";
import { DraftStore } from "./editor/draft";
import { reading, writing } from "./editor/extensions";
import { replaceText } from "./editor/formatting";
import type { Settings } from "./editor/language";
import { Names } from "./editor/names";
import { ProblemList } from "./editor/problems";
import { Routes } from "./editor/routes";
import "./styles/editor.css";

const PAUSE = 300;
const READ_PAUSE = 100;
const KEEP = 800;

interface Part {
  from: number;
  to: number;
  part: string;
}

function start(form: HTMLFormElement): void {
  const settings = JSON.parse(need("#editor-settings").textContent ?? "") as Settings;
  const area = need<HTMLTextAreaElement>("textarea[name=text]", form);
  const etag = need<HTMLInputElement>("input[name=etag]", form);
  const theirs = document.querySelector<HTMLTextAreaElement>("textarea[data-theirs]");
  const holder = make("div", { class: "duco-editor" });
  area.before(holder);
  area.hidden = true;
  if (!settings.editable) {
    new EditorView({ doc: area.value, extensions: [reading(settings.language), EditorState.readOnly.of(true)], parent: holder });
    return;
  }
  const routes = new Routes(form);
  const names = new Names();
  void names.load(routes);
  const check = need<HTMLButtonElement>("button[name=check]", form);
  const draft = new DraftStore(`duco.text${location.pathname}`, settings.applied);
  let isEdited = settings.edited;
  let isLeaving = false;
  let keeping: ReturnType<typeof setTimeout> | undefined;

  const changed = EditorView.updateListener.of((update) => {
    if (!update.docChanged) return;
    isEdited = true;
    checker.changed();
    // The first check of a large set takes seconds.
    reader.changed();
    // Whoever has seen what a text changes applies that text.
    form.querySelector("button[name=apply]")?.remove();
    clearTimeout(keeping);
    keeping = setTimeout(() => draft.keep(text(), etag.value), KEEP);
  });
  const label = EditorView.contentAttributes.of({ "aria-label": "Text of the set", "aria-describedby": "editor-keys" });
  const own = [writing(settings.language, names, () => form.requestSubmit(check)), changed, label];
  const view = theirs
    ? showConflict(holder, theirs.value, area.value, own, reading(settings.language))
    : new EditorView({ doc: area.value, extensions: own, parent: holder });
  const text = (): string => view.state.doc.toString();
  const problems = new ProblemList(view);
  const checker = new Checker((sent: string) => routes.check(sent), text, {
    asking: () => problems.say("Checking…"),
    answered: ({ diagnostics, more }) => problems.show(diagnostics, more),
    failed: () => problems.say("Not checked: the server could not be asked. The next change tries again."),
  }, PAUSE);
  const reader = new Checker(({ part }: Part) => routes.read(part), part, {
    asking: () => undefined,
    answered: ({ diagnostics }, { from, to }) => problems.showItem(diagnostics, { from, to }),
    failed: () => undefined,
  }, READ_PAUSE);
  holder.after(problems.element);
  if (theirs) need("[data-conflict]").remove();
  need<HTMLElement>("#editor-keys").hidden = false;
  offerDraft();
  addFormat();
  void checker.run();

  form.addEventListener("submit", (event) => {
    area.value = text();
    isLeaving = true;
    if (isEdited) draft.keep(text(), etag.value, event.submitter?.getAttribute("name") === "apply");
  });
  addEventListener("beforeunload", (event) => {
    if (isEdited && !isLeaving) event.preventDefault();
  });
  // A page that comes back from the browser's cache was not left.
  addEventListener("pageshow", () => (isLeaving = false));

  function part(): Part {
    const whole = text();
    const item = itemAt(whole, view.state.selection.main.head, settings.language);
    return { ...item, part: whole.slice(item.from, item.to) };
  }

  function offerDraft(): void {
    if (settings.edited) return;
    const left = draft.left(text());
    if (!left) return;
    const show = make("button", { type: "button", class: "duco-button" }, "Bring them back");
    const drop = make("button", { type: "button", class: "duco-button" }, "Forget them");
    const bar = make("p", { class: "duco-draft", role: "status" }, "There are edits here that were not applied. ", show, drop);
    show.addEventListener("click", () => {
      // With the tag of the text that was edited: if the set was changed since, the next check says so.
      etag.value = left.etag;
      replaceText(view, left.text);
      bar.remove();
    });
    drop.addEventListener("click", () => (draft.forget(), bar.remove()));
    holder.before(bar);
  }

  function addFormat(): void {
    const button = make("button", { type: "button", class: check.className }, "Format");
    button.addEventListener("click", async () => {
      const asked = text();
      try {
        const answer = await routes.format(asked);
        if (asked === text()) replaceText(view, answer.text);
      } catch (error) {
        problems.say(error instanceof Error ? error.message : "The server could not be asked.");
      }
    });
    check.after(button);
  }
}

const found = document.querySelector<HTMLFormElement>("form[data-text-editor]");
if (found) start(found);
