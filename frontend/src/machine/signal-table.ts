import { make, need, setText } from "../dom";
import type { Signal } from "./catalogue";
import { type Reading, readingKey } from "./readings";
import { SignalRow } from "./signal-row";

interface MessageGroup {
  body: HTMLTableSectionElement;
  rows: SignalRow[];
  visible: boolean;
}

export type Only = "value" | "bad" | "plotted";

// As in the style sheet: there the table has fewer columns.
const NARROW = matchMedia("(max-width: 700px)");

function headingSpan(): string {
  return NARROW.matches ? "5" : "8";
}

/** The machine's signals, grouped by message, and those that are derived. Writes are gathered and done once a frame, for visible rows only. */
export class SignalTable {
  private readonly groups = new Map<string, MessageGroup>();
  private readonly rows = new Map<string, SignalRow>();
  private readonly unheard = new Map<Signal, SignalRow>();
  private readonly changed = new Set<SignalRow>();
  private readonly only = new Set<Only>();
  private readonly groupOf = new Map<Element, MessageGroup>();
  private readonly observer: IntersectionObserver;
  private loaded = false;
  private words: string[] = [];
  private scheduled = false;

  constructor(
    private readonly machine: number,
    private readonly table: HTMLTableElement,
    private readonly onPlot: (reading: Reading) => void,
  ) {
    this.observer = new IntersectionObserver((entries) => this.seen(entries), {
      root: need("[data-signal-scroll]"),
      rootMargin: "200px",
    });
    NARROW.addEventListener("change", () => this.spanHeadings());
    table.addEventListener("click", (event) => this.clicked(event));
    table.addEventListener("keydown", (event) => this.moved(event));
  }

  private messageGroup(signal: Signal): MessageGroup {
    const derived = signal.kind === "derived";
    const key = `${signal.kind}/${signal.set}/${signal.message}`;
    const held = this.groups.get(key);
    if (held) return held;
    const heading = make("th", { colspan: headingSpan(), scope: "rowgroup" }, derived ? "Derived signals" : signal.message, make("small", {}, signal.set));
    const body = make("tbody", { class: derived ? "derived" : "" }, make("tr", { class: "message" }, heading));
    const group: MessageGroup = { body, rows: [], visible: true };
    this.groups.set(key, group);
    this.groupOf.set(body, group);
    // What rules make of the messages stands above them.
    this.table.insertBefore(body, derived ? this.table.querySelector("tbody:not(.derived)") : null);
    this.observer.observe(body);
    return group;
  }

  add(signals: readonly Signal[]): void {
    this.loaded = true;
    for (const signal of signals) {
      const row = new SignalRow(this.machine, signal);
      const group = this.messageGroup(signal);
      group.rows.push(row);
      group.body.append(row.element);
      this.unheard.set(signal, row);
    }
    this.filter();
  }

  private spanHeadings(): void {
    for (const heading of this.table.querySelectorAll("tr.message th")) heading.setAttribute("colspan", headingSpan());
  }

  /** The row of a reading: the signal's empty one for its first source, a new one beneath for each further. */
  private rowOf(reading: Reading): SignalRow {
    const key = readingKey(reading.signal, reading.source);
    const held = this.rows.get(key);
    if (held) return held;
    const row = this.unheard.get(reading.signal) ?? this.addSource(reading.signal);
    this.unheard.delete(reading.signal);
    row.bind(reading);
    this.rows.set(key, row);
    row.showAge(Date.now());
    this.filterRow(row);
    return row;
  }

  private addSource(signal: Signal): SignalRow {
    const row = new SignalRow(this.machine, signal);
    const group = this.messageGroup(signal);
    const last = group.rows.findLastIndex((each) => each.signal === signal);
    group.rows[last]?.element.after(row.element);
    group.rows.splice(last + 1, 0, row);
    return row;
  }

  update(readings: readonly Reading[]): void {
    for (const reading of readings) this.changed.add(this.rowOf(reading));
    if (this.scheduled || this.changed.size === 0) return;
    this.scheduled = true;
    requestAnimationFrame(() => this.paint());
  }

  private paint(): void {
    this.scheduled = false;
    for (const row of this.changed) {
      const group = this.groupOf.get(row.element.parentElement as Element);
      if (!group?.visible) continue;
      row.show();
      this.changed.delete(row);
    }
  }

  private seen(entries: IntersectionObserverEntry[]): void {
    for (const entry of entries) {
      const group = this.groupOf.get(entry.target);
      if (!group) continue;
      group.visible = entry.isIntersecting;
      if (group.visible) for (const row of group.rows) row.showAge(Date.now());
    }
    this.paint();
  }

  /** Once a second. */
  tick(now: number): void {
    for (const group of this.groups.values()) {
      if (group.visible) for (const row of group.rows) row.showAge(now);
    }
    // A quality may have changed since; nothing else makes a row come or go by itself.
    if (this.only.has("bad")) this.filter();
    this.showCount();
  }

  plotted(colours: ReadonlyMap<string, number>): void {
    for (const [key, row] of this.rows) row.plotted(colours.get(key) ?? null);
    if (this.only.has("plotted")) this.filter();
  }

  search(text: string): void {
    this.words = text.toLowerCase().split(/\s+/).filter(Boolean);
    this.filter();
  }

  toggle(only: Only): boolean {
    if (!this.only.delete(only)) this.only.add(only);
    this.filter();
    return this.only.has(only);
  }

  private filter(): void {
    for (const group of this.groups.values()) {
      for (const row of group.rows) row.element.hidden = !this.matches(row);
      group.body.hidden = group.rows.every((row) => row.element.hidden);
    }
    this.showCount();
  }

  private filterRow(row: SignalRow): void {
    row.element.hidden = !this.matches(row);
    const body = row.element.parentElement;
    if (body && !row.element.hidden) body.hidden = false;
  }

  private matches(row: SignalRow): boolean {
    if (this.only.has("value") && !row.reading) return false;
    if (this.only.has("bad") && (!row.reading || row.reading.quality === "ok")) return false;
    if (this.only.has("plotted") && row.button.getAttribute("aria-pressed") !== "true") return false;
    return this.words.every((word) => row.searchText.includes(word));
  }

  private showCount(): void {
    const all = [...this.groups.values()].flatMap((group) => group.rows);
    const shown = all.reduce((count, row) => count + Number(!row.element.hidden), 0);
    const text = shown === all.length ? `${this.rows.size} of ${all.length} heard` : `${shown} of ${all.length} shown`;
    setText(need("[data-signal-count]"), all.length > 0 ? text : "");
    this.showEmpty(shown, all.length);
  }

  private showEmpty(shown: number, total: number): void {
    const empty = need<HTMLElement>("[data-signal-empty]");
    empty.hidden = shown > 0;
    if (shown > 0) return;
    const [title, text] = this.emptyWords(total);
    empty.replaceChildren(make("p", {}, make("strong", {}, title)), make("p", {}, text));
  }

  private emptyWords(total: number): [title: string, text: string] {
    if (!this.loaded) return ["No signals yet", "Their names have not been read so far."];
    if (total > 0) return ["No signal matches", "Change the filter, or switch off “With value”, “Not ok” or “Plotted”."];
    return ["No signals", "This machine has sent no message that a published release defines. Its signals appear here when it does."];
  }

  private clicked(event: Event): void {
    if (event.target instanceof Element && event.target.closest("a")) return;
    const element = event.target instanceof Element ? event.target.closest("tr.signal") : null;
    const row = element && this.rowAt(element);
    if (row?.reading) this.onPlot(row.reading);
  }

  private rowAt(element: Element): SignalRow | undefined {
    return this.groupOf.get(element.parentElement as Element)?.rows.find((row) => row.element === element);
  }

  /** Arrow keys go from row to row, so that five hundred rows are not five hundred tabs. */
  private moved(event: KeyboardEvent): void {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const buttons = [...this.table.querySelectorAll<HTMLButtonElement>("tr.signal:not([hidden]):not(.never) button.plot")];
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const next = buttons[at + (event.key === "ArrowDown" ? 1 : -1)];
    if (at < 0 || !next) return;
    event.preventDefault();
    next.focus();
  }
}
