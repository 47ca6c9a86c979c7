import { make } from "../dom";
import { Refusal, type Routes } from "./routes";
import type { Sample, Settings } from "./types";

/** The golden samples of a message, and whether they come true by it as the page has it. */
export class Samples {
  readonly element = make("div", { class: "try-samples" });
  private readonly list = make("div");
  private readonly again = make("button", { type: "button" }, "Check again") as HTMLButtonElement;

  constructor(private readonly routes: Routes, private readonly settings: Settings) {
    const head = make("div", { class: "try-bar" }, make("h2", {}, "Golden samples"), this.again);
    this.element.append(head, this.list);
    this.again.addEventListener("click", () => void this.load());
  }

  async load(): Promise<void> {
    this.again.disabled = true;
    try {
      const { samples } = await this.routes.post<{ samples: Sample[] }>("samples", {});
      this.show(samples);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.list.replaceChildren(make("p", { class: "try-problem", role: "alert" }, error.message));
    } finally {
      this.again.disabled = false;
    }
  }

  private show(samples: Sample[]): void {
    if (samples.length === 0) {
      this.list.replaceChildren(make("p", { class: "try-hint" }, "There are none. Try a frame, and keep it as a sample: what it gives now is then what it has to give in every release."));
      return;
    }
    this.list.replaceChildren(...samples.map((each) => this.sample(each)));
  }

  private sample(sample: Sample): HTMLElement {
    const problems = sample.problems ?? ["The message has errors, so the sample is not tried."];
    const passes = sample.problems?.length === 0;
    const verdict = make("strong", { class: passes ? "try-passes" : "try-problem" }, passes ? "comes true" : sample.problems ? "fails" : "not tried");
    const links = [make("a", { href: sample.page }, "Edit")];
    if (this.settings.canDelete) links.push(make("a", { href: sample.delete }, "Delete"));
    const summary = make("summary", {}, verdict, make("span", {}, sample.title));
    const shown = [...problems.map((each) => make("pre", { class: "try-problem" }, each)), make("pre", {}, sample.text)];
    return make("details", { open: sample.problems !== null && !passes }, summary, make("p", { class: "try-bar" }, ...links), ...shown);
  }
}
