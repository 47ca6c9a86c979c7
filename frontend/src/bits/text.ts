import { make } from "../dom";

const PAUSE_MS = 400;

interface Said {
  code: string;
  severity: string;
  why: string;
  help: string;
}

/** The draft as the signal language writes it: asked of the server, which has the formatter; the last answer counts. */
export class TextView {
  readonly element: HTMLElement;
  private readonly text = make("pre", { class: "bits-text", tabindex: "0", "aria-label": "The message as text" });
  private readonly problem = make("p", { class: "bits-error", role: "status", hidden: true });
  private readonly said = make("ul", { class: "bits-said", "aria-label": "What is said of it", hidden: true });
  private waiting: number | undefined;
  private request: AbortController | null = null;

  constructor(private readonly form: HTMLFormElement, private readonly url: string, inText: string) {
    const link = make("a", { href: inText, class: "bits-link" }, "In the text of the set");
    const head = make("div", { class: "bits-bar" }, make("h3", {}, "Text"), link);
    this.element = make("div", { class: "bits-text-view" }, head, this.problem, this.text, this.said);
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
      const said = (await answer.json()) as { text?: string; errors?: string[]; diagnostics?: Said[] };
      this.say(said.text, said.errors?.join(" "));
      this.tell(said.diagnostics ?? []);
    } catch {
      if (!signal.aborted) this.say(undefined, "The text cannot be fetched now.");
    }
  }

  private tell(diagnostics: readonly Said[]): void {
    this.said.hidden = diagnostics.length === 0;
    this.said.replaceChildren(...diagnostics.map(({ code, severity, why, help }) =>
      make("li", { class: `bits-said-${severity}` }, make("strong", {}, code), ` ${why}`, ...(help ? [make("br"), help] : [])),
    ));
  }

  /** What was there stays, greyed, where there is no new text. */
  private say(text: string | undefined, problem: string | undefined): void {
    if (text !== undefined) this.text.textContent = text;
    this.text.classList.toggle("bits-text-old", text === undefined);
    this.problem.hidden = !problem;
    this.problem.textContent = problem ?? "";
  }
}
