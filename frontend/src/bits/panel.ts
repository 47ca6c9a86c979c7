import { make, need, setText } from "../dom";
import type { Base, Draft, State } from "./draft";
import { Draft as DraftOf } from "./draft";
import { Grid, KEYS } from "./grid";
import { WINDOW_BYTES } from "./layout";
import { pagesOf, type Page } from "./pages";
import type { ByteOrder } from "./place";
import { Table } from "./table";
import { TextView } from "./text";
import { Unsaved } from "./unsaved";

const BYTES_MAXIMUM = 1785;

/** Everything that the page has of the signals. */
export class Panel {
  private readonly draft: Draft;
  private readonly pages: Page[];
  private readonly grid: Grid;
  private readonly table: Table;
  private readonly text: TextView | null;
  private readonly sent: HTMLInputElement;
  private readonly order: HTMLSelectElement;
  private readonly unsaved: Unsaved;
  private readonly status = make("p", { class: "bits-status", role: "status" });
  private readonly parts = make("div", { class: "bits-parts", role: "group", "aria-label": "Bytes" });

  constructor(private readonly root: HTMLElement, private readonly form: HTMLFormElement) {
    const base = JSON.parse(need<HTMLInputElement>('[name="base"]', form).value) as Base;
    const state = JSON.parse(need("#bits-state").textContent ?? "") as State;
    const { canChange, canAdd, signalPage, text, inText } = root.dataset;
    this.sent = need<HTMLInputElement>('[name="signals"]', form);
    this.draft = new DraftOf(base, state.edits);
    this.pages = pagesOf(this.draft.groups);
    this.order = orderSelect(this.draft);
    const [page] = this.pages as [Page];
    this.grid = new Grid(this.draft, page, this.bytes(), {
      canChange: canChange !== undefined,
      canAdd: canAdd !== undefined,
      newOrder: () => this.order.value as ByteOrder,
      onSelect: (key) => this.table.select(key),
      onEdit: (key) => this.table.select(key, true),
    });
    this.table = new Table(this.draft, page, {
      canChange: canChange !== undefined,
      signalPage: signalPage ?? "",
      errors: state.errors,
      onSelect: (key) => this.grid.select(key),
    });
    this.text = text && inText ? new TextView(form, text, inText) : null;
    this.unsaved = new Unsaved(form, state.edits.length > 0 || form.querySelector(".errornote") !== null);
    this.draft.onChange(() => this.changed());
    form.addEventListener("input", (event) => this.typed(event));
    this.build(canAdd !== undefined);
    this.summarise();
    this.send();
    void this.text?.load();
  }

  private build(canAdd: boolean): void {
    const bar = make("div", { class: "bits-bar" }, make("h2", {}, "Signals"));
    if (this.pages.length > 1) bar.append(this.pageSelect());
    if (canAdd) bar.append(make("label", {}, "New ones ", this.order));
    const keys = make("p", { class: "bits-keys", "aria-hidden": "true" }, KEYS);
    const drawn = make("div", { class: "bits-drawn" }, this.parts, this.grid.element, this.status, keys);
    const views = make("div", { class: "bits-views" }, drawn, ...(this.text ? [this.text.element] : []));
    this.root.append(bar, views, this.table.element);
  }

  private pageSelect(): HTMLElement {
    const options = this.pages.map((page, index) => make("option", { value: String(index) }, page.title));
    const select = make("select", { "aria-label": "Condition" }, ...options);
    select.addEventListener("input", (event) => {
      event.stopPropagation();
      const page = this.pages[Number(select.value)]!;
      this.grid.select(null);
      this.grid.showPage(page);
      this.table.showPage(page);
      this.summarise();
    });
    return make("label", {}, "When ", select);
  }

  private changed(): void {
    this.unsaved.note();
    this.send();
    this.summarise();
    this.text?.refresh();
  }

  private typed(event: Event): void {
    if (event.target instanceof Node && this.root.contains(event.target)) return;
    this.grid.showBytes(this.bytes());
    this.summarise();
    this.text?.refresh();
  }

  private send(): void {
    this.sent.value = JSON.stringify(this.draft.edits());
  }

  private bytes(): number {
    const field = this.form.elements.namedItem("length");
    const typed = field instanceof HTMLInputElement ? Number(field.value) : 0;
    return Number.isInteger(typed) ? Math.min(Math.max(typed, 0), BYTES_MAXIMUM) : 0;
  }

  /** What is wrong or free, in words; and the parts of a long message. */
  private summarise(): void {
    const coverage = this.grid.coverage();
    const free = coverage.free().length;
    const count = this.grid.rows.length;
    const said = [`${count} ${count === 1 ? "signal" : "signals"} on ${this.grid.bits} bits, ${free} free.`];
    const pairs = coverage.overlapping().map(([one, other]) => `${one} and ${other}`);
    if (pairs.length > 0) said.push(`Overlap: ${some(pairs)}.`);
    const past = coverage.pastEnd();
    if (past.length > 0) said.push(`Past the message's end: ${some(past)}.`);
    setText(this.status, said.join(" "));
    this.status.classList.toggle("bits-status-wrong", pairs.length + past.length > 0);
    this.root.classList.toggle("bits-wide", this.grid.drawnBytes > 16);
    this.drawParts();
  }

  private drawParts(): void {
    const bytes = this.grid.drawnBytes;
    this.parts.hidden = bytes <= WINDOW_BYTES;
    if (this.parts.hidden) return;
    const starts = Array.from({ length: Math.ceil(bytes / WINDOW_BYTES) }, (_, index) => index * WINDOW_BYTES);
    const options = starts.map((from) =>
      make("option", { value: String(from), selected: from === this.grid.window }, `Bytes ${from + 1}–${Math.min(from + WINDOW_BYTES, bytes)}`),
    );
    const select = make("select", { "aria-label": "Bytes shown" }, ...options);
    select.addEventListener("input", (event) => {
      event.stopPropagation();
      this.grid.showWindow(Number(select.value));
    });
    this.parts.replaceChildren(select);
  }
}

/** As most of the message's signals are. */
function orderSelect(draft: Draft): HTMLSelectElement {
  const big = draft.rows.filter((row) => row.fields.byte_order === "big").length;
  const usual = big > draft.rows.length / 2 ? "big" : "little";
  const options = ["little", "big"].map((order) => make("option", { value: order, selected: order === usual }, `${order}-endian`));
  return make("select", { "aria-label": "Byte order of new signals" }, ...options);
}

function some(names: string[]): string {
  const shown = names.slice(0, 5).join(", ");
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}
