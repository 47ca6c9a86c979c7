import { make } from "../dom";
import type { Frame, Settings } from "./types";
import { outcomeText, spacedHex, timeText } from "./words";

/** The frames that were tried, one of which is looked at. */
export class Frames {
  readonly element = make("div", { class: "try-scroll", role: "region", "aria-label": "Frames", tabindex: "0" });
  private rows: HTMLElement[] = [];
  private chosen = 0;

  constructor(private readonly settings: Settings, private readonly onChoose: (index: number) => void) {
    this.element.addEventListener("keydown", (event) => {
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (!step || this.rows.length === 0) return;
      event.preventDefault();
      this.choose(Math.min(Math.max(this.chosen + step, 0), this.rows.length - 1));
      this.rows[this.chosen]!.scrollIntoView({ block: "nearest" });
    });
  }

  show(frames: Frame[]): void {
    const titles = ["", "Time (UTC)", "Bus", "Id", "Data", "Message", "By the draft", "Beside the live release"];
    const head = make("thead", {}, make("tr", {}, ...titles.map((title) => make("th", {}, title))));
    this.rows = frames.map((frame, index) => this.row(frame, index));
    this.element.replaceChildren(make("table", {}, head, make("tbody", {}, ...this.rows)));
    this.choose(Math.max(0, frames.findIndex(({ draft, payload }) => payload !== null || draft.why === "decoded")));
  }

  private row(frame: Frame, index: number): HTMLElement {
    const { message, message_id: number } = frame.draft;
    const page = number === null ? message ?? "—" : make("a", { href: `${this.settings.messagePage}${number}/change/` }, message ?? "");
    const cells: (Node | string)[] = [
      make("button", { type: "button", class: "try-choose", "aria-label": `Frame ${index + 1}` }, String(index + 1)),
      timeText(frame.ts),
      String(frame.bus),
      make("code", {}, frame.id),
      make("code", {}, short(spacedHex(frame.payload ?? frame.data))),
      page,
      frame.payload === null ? outcomeText(frame.draft) : `${outcomeText(frame.draft)}, of several packets`,
      differs(frame),
    ];
    const row = make("tr", {}, ...cells.map((cell) => make("td", {}, cell)));
    row.classList.toggle("try-nothing", frame.values.length === 0);
    row.classList.toggle("try-changed", frame.changed);
    row.addEventListener("click", () => this.choose(index));
    return row;
  }

  private choose(index: number): void {
    this.rows[this.chosen]?.removeAttribute("aria-current");
    this.chosen = index;
    this.rows[index]?.setAttribute("aria-current", "true");
    this.onChoose(index);
  }
}

function differs(frame: Frame): string {
  if (frame.live === null) return "nothing is live";
  if (!frame.changed) return "the same";
  const values = frame.values.filter(({ changed }) => changed).length;
  if (values > 0) return `${values} differ${values === 1 ? "s" : ""}`;
  return frame.live.message === frame.draft.message ? outcomeText(frame.live) : `is ${frame.live.message ?? "unknown"}`;
}

function short(text: string): string {
  return text.length > 72 ? `${text.slice(0, 71)}…` : text;
}
