import { make } from "../dom";
import { Refusal, type Routes } from "./routes";
import type { Frame, Origin, Settings } from "./types";

/** Where the frame came from: a machine, or somebody's clipboard. */
export interface Provenance {
  device: string;
  origin: Origin | null;
  rejected: boolean;
}

/** A frame becomes a golden sample: its text is proposed, edited, and stored in the set. */
export class Keep {
  readonly element = make("div", { class: "try-keep", hidden: true });
  private readonly text = make("textarea", { rows: "12", spellcheck: "false", "aria-label": "Golden sample" }) as HTMLTextAreaElement;
  private readonly status = make("div", { class: "try-status", role: "status" });
  private readonly save = make("button", { type: "button", class: "try-main" }, "Keep") as HTMLButtonElement;
  private readonly cancel = make("button", { type: "button" }, "Cancel");

  constructor(private readonly routes: Routes, private readonly settings: Settings, private readonly onKept: () => void) {
    const hint = "What the frame gives by the draft is what the sample expects. Mend what is wrong in it: while a sample fails, nothing is published.";
    const bar = make("div", { class: "try-bar" }, this.save, this.cancel);
    this.element.append(make("h3", {}, "Keep as golden sample"), make("p", { class: "try-hint" }, hint), this.text, bar, this.status);
    this.save.addEventListener("click", () => void this.keep());
    this.cancel.addEventListener("click", () => (this.element.hidden = true));
  }

  /** null: there is nothing to keep of it, or nobody who may. */
  button(frame: Frame, where: Provenance): HTMLElement | null {
    if (!this.settings.canKeep || frame.draft.why !== "decoded" || frame.draft.message_id === null) return null;
    const button = make("button", { type: "button" }, "Keep as sample …");
    button.addEventListener("click", () => void this.propose(frame, where));
    return button;
  }

  private async propose(frame: Frame, where: Provenance): Promise<void> {
    const { device, origin, rejected } = where;
    const of = frame.draft.message_id ?? undefined;
    const recorded = origin ? { machine: device, ts: frame.ts, ...origin, rejected } : {};
    await this.attempt(async () => {
      const said = await this.routes.post<{ text: string }>("sample", { of, id: frame.id, payload: frame.payload ?? frame.data, ...recorded });
      this.text.value = said.text;
      this.save.disabled = false;
      this.say("");
    });
    this.element.hidden = false;
    this.element.scrollIntoView({ block: "nearest" });
    this.text.focus();
  }

  private async keep(): Promise<void> {
    await this.attempt(async () => {
      const said = await this.routes.post<{ sample: number; problems: string[] }>("keep", { text: this.text.value });
      const link = make("a", { href: `${this.settings.samplePage}${said.sample}/change/` }, "the sample");
      const kept = said.problems.length > 0 ? "Kept, and it fails as the set is stored now: " : "Kept: ";
      this.status.replaceChildren(make("p", {}, kept, link), ...said.problems.map((each) => make("pre", {}, each)));
      this.save.disabled = true;
      this.onKept();
    });
  }

  private async attempt(what: () => Promise<void>): Promise<void> {
    try {
      await what();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.say(error.message);
    }
  }

  private say(text: string): void {
    this.status.replaceChildren(...(text ? [make("pre", { class: "try-problem" }, text)] : []));
  }
}
