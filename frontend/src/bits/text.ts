import { make } from "../dom";

const PAUSE_MS = 400;

/** The draft as the signal language writes it: asked of the server, which has the formatter; the last answer counts. */
export class TextView {
  readonly element: HTMLElement;
  private readonly text = make("pre", { class: "bits-text", tabindex: "0", "aria-label": "The message as text" });
  private readonly problem = make("p", { class: "bits-error", role: "status", hidden: true });
  private waiting: number | undefined;
  private request: AbortController | null = null;

  constructor(private readonly form: HTMLFormElement, private readonly url: string, inText: string) {
    const link = make("a", { href: inText, class: "bits-link" }, "In the text of the set");
    const head = make("div", { class: "bits-bar" }, make("h3", {}, "Text"), link);
    this.element = make("div", { class: "bits-text-view" }, head, this.problem, this.text);
  }

  /** Soon, as one is still typing. */
  refresh(): void {
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.load(), PAUSE_MS);
  }

  async load(): Promise<void> {
    this.request?.abort();
    this.request = new AbortController();
    const { signal } = this.request;
    try {
      const answer = await fetch(this.url, { method: "POST", body: new FormData(this.form), signal });
      const said = (await answer.json()) as { text?: string; errors?: string[] };
      this.say(said.text, said.errors?.join(" "));
    } catch {
      if (!signal.aborted) this.say(undefined, "The text cannot be fetched now.");
    }
  }

  /** What was there stays, greyed, where there is no new text. */
  private say(text: string | undefined, problem: string | undefined): void {
    if (text !== undefined) this.text.textContent = text;
    this.text.classList.toggle("bits-text-old", text === undefined);
    this.problem.hidden = !problem;
    this.problem.textContent = problem ?? "";
  }
}
