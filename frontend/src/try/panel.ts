import { make, need } from "../dom";
import { Detail } from "./detail";
import { Frames } from "./frames";
import { Keep } from "./keep";
import { results } from "./results";
import { Routes } from "./routes";
import { Samples } from "./samples";
import { type Given, Source } from "./source";
import type { Settings, Tried } from "./types";

/** Frames are tried on the draft, beside the live release. */
export class TryPanel {
  private readonly settings = JSON.parse(need("#try-settings").textContent ?? "") as Settings;
  private readonly source: Source;
  private readonly frames: Frames;
  private readonly detail = new Detail();
  private readonly keep: Keep;
  private readonly summary = make("div");
  private readonly results = make("div", { class: "try-results" });
  private tried: Tried | null = null;
  private given: Given | null = null;
  private readonly routes: Routes;

  /** `form`: of a message's page, whose edits are tried too. */
  constructor(root: HTMLElement, form: HTMLFormElement | null) {
    this.routes = new Routes(this.settings, root, form);
    this.source = new Source(this.routes, this.settings, form ? filterOf(form) : {}, (given) => this.run(given));
    this.frames = new Frames(this.settings, (index) => this.choose(index));
    const samples = this.settings.message ? new Samples(this.routes, this.settings) : null;
    this.keep = new Keep(this.routes, this.settings, () => void samples?.load());
    if (samples) root.append(samples.element, make("h2", {}, "Try it"));
    this.frames.element.hidden = true;
    root.append(this.source.element, this.summary, this.frames.element, this.detail.element, this.keep.element, this.results);
    void samples?.load();
  }

  private async run(given: Given): Promise<void> {
    const tried = await this.routes.post<Tried>("run", given.fields);
    this.tried = tried;
    this.given = given;
    this.keep.element.hidden = true;
    this.frames.element.hidden = false;
    this.frames.show(tried.frames);
    this.summary.replaceChildren(...problems(tried.problems));
    const found = given.fields.rules && tried.problems.length === 0 ? results(tried) : [];
    const none = given.fields.rules && tried.problems.length === 0 && found.length === 0;
    this.results.replaceChildren(...found, ...(none ? [make("p", { class: "try-hint" }, "No derived signal, check or event says anything of these frames.")] : []));
    this.source.say(summary(tried));
  }

  private choose(index: number): void {
    const frame = this.tried?.frames[index];
    const origin = frame ? (this.given?.recorded?.[frame.index]?.origin ?? null) : null;
    const where = { device: this.given?.fields.machine ?? "", origin, rejected: this.given?.rejected ?? false };
    this.detail.show(frame, this.tried?.release ?? null, frame ? this.keep.button(frame, where) : null);
  }
}

function problems(texts: string[]): HTMLElement[] {
  if (texts.length === 0) return [];
  const shown = texts.slice(0, 5).map((text) => make("pre", { class: "try-problem" }, text));
  return [make("p", { role: "alert" }, "The rules as they stand have errors, so none was run."), ...shown];
}

function summary({ frames, release, sets }: Tried): string {
  const decoded = frames.filter(({ values }) => values.length > 0).length;
  const differ = frames.filter(({ changed }) => changed).length;
  const beside = release === null ? "Nothing is live yet." : `${differ} differ from release ${release}, which is live.`;
  return `${frames.length} frames, ${decoded} with values, by ${sets.join(", ")}. ${beside}`;
}

/** Recorded frames of the message that the page is of. */
function filterOf(form: HTMLFormElement): Record<string, string> {
  const field = (name: string): string => {
    const found = form.elements.namedItem(name);
    return found instanceof HTMLInputElement || found instanceof HTMLSelectElement ? found.value.trim() : "";
  };
  if (field("match") === "pgn") return { pgn: field("pgn") };
  const extended = form.elements.namedItem("extended");
  const digits = extended instanceof HTMLInputElement && extended.checked ? 8 : 3;
  const id = field("can_id").replace(/^0x/i, "").toUpperCase();
  return id ? { id: id.padStart(digits, "0") } : {};
}
