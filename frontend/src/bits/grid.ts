import { make, makeSvg } from "../dom";
import { Coverage } from "./coverage";
import type { Draft, Row } from "./draft";
import { placeOf } from "./draft";
import { drawing, patterns } from "./drawing";
import * as gestures from "./gestures";
import type { Gesture } from "./gestures";
import { Layout, WINDOW_BYTES } from "./layout";
import { isOn, type Page } from "./pages";
import type { ByteOrder, End, Place } from "./place";
import { bytesOf, cellsOf } from "./place";
import styles from "../styles/bits-grid.css?inline";
import { Tip } from "./tip";

export const KEYS =
  "Drag a signal to move it, an end to resize it, over free bits to place a new one. Keys: Page Up/Down choose a " +
  "signal, arrows move it, Shift + arrows resize, Insert places, Delete retires, Enter edits its name, Esc takes back.";

export interface GridOptions {
  canChange: boolean;
  canAdd: boolean;
  newOrder: () => ByteOrder;
  onSelect: (key: string | null) => void;
  /** The user wants to write into the signal's fields. */
  onEdit: (key: string) => void;
}

interface Dragging {
  key: string;
  gesture: Gesture;
  before: Place | null;
}

/**
 * The bits of one page of the message; edits the draft and is drawn anew after each change of it. It is in a shadow tree:
 * the admin's front end looks through all that changes in the page itself, which takes many times as long as to draw it.
 */
export class Grid {
  readonly element = make("div", { class: "bits-grid" });
  private readonly shadow = this.element.attachShadow({ mode: "open" });
  private readonly svg = makeSvg("svg", {
    class: "bits-svg", tabindex: 0, role: "listbox", "aria-label": "Bits of the message", "aria-description": KEYS,
  }) as SVGSVGElement;
  private readonly tip: Tip;
  private readonly hues = new Map<string, number>();
  private layout = new Layout(0, 0, 600);
  private dragging: Dragging | null = null;
  private undo: { key: string; place: Place } | null = null;
  private from = 0;
  private isWaiting = false;
  selected: string | null = null;

  constructor(
    private readonly draft: Draft,
    private page: Page,
    private bytes: number,
    private readonly options: GridOptions,
  ) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    this.shadow.adoptedStyleSheets = [sheet];
    this.shadow.append(this.svg);
    this.tip = new Tip(this.element, this.shadow);
    this.svg.addEventListener("pointerdown", (event) => this.down(event));
    this.svg.addEventListener("pointermove", (event) => this.over(event));
    this.svg.addEventListener("pointerup", () => this.drop());
    this.svg.addEventListener("pointercancel", () => this.cancel());
    this.svg.addEventListener("pointerleave", () => this.tip.hide());
    this.svg.addEventListener("keydown", (event) => this.key(event));
    draft.onChange(() => this.draw());
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  get rows(): Row[] {
    return this.draft.rows.filter((row) => isOn(this.page, row));
  }

  get bits(): number {
    return this.bytes * 8;
  }

  coverage(): Coverage {
    return new Coverage(this.rows, this.bits);
  }

  /** Bytes that are drawn: those of the message, and those that signals have beyond it. */
  get drawnBytes(): number {
    const places = this.rows.map(placeOf).filter((place) => place !== null);
    return Math.max(1, this.bytes, ...places.map(bytesOf));
  }

  get window(): number {
    return this.from;
  }

  showPage(page: Page): void {
    this.page = page;
    this.draw();
  }

  showBytes(bytes: number): void {
    this.bytes = bytes;
    this.draw();
  }

  /** From that byte on; long messages are drawn in parts. */
  showWindow(from: number): void {
    this.from = from;
    this.draw();
  }

  select(key: string | null): void {
    if (this.selected === key) return;
    this.selected = key;
    this.undo = null;
    const place = key === null ? null : this.placeOf(key);
    if (place) this.bringIntoView(place);
    this.options.onSelect(key);
    this.draw();
  }

  /** Once for all changes of a moment. */
  draw(): void {
    if (this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() => {
      this.isWaiting = false;
      this.drawNow();
    });
  }

  private drawNow(): void {
    const bytes = this.drawnBytes;
    if (this.from >= bytes) this.from = 0;
    this.layout = new Layout(this.from, Math.min(WINDOW_BYTES, bytes - this.from), this.element.clientWidth);
    this.svg.setAttribute("width", String(this.layout.width));
    this.svg.setAttribute("height", String(this.layout.height));
    const { layout, bits, selected } = this;
    // The selected one is on top of those that it overlaps, where its ends can be gripped.
    const rows = this.rows.sort((a, b) => Number(a.key === selected) - Number(b.key === selected));
    const shown = { layout, rows, bits, selected, coverage: this.coverage(), hueOf: (key: string) => this.hueOf(key) };
    this.svg.replaceChildren(patterns(), ...drawing(shown));
    if (selected === null) this.svg.removeAttribute("aria-activedescendant");
    else this.svg.setAttribute("aria-activedescendant", `bits-${selected}`);
  }

  hueOf(key: string): number {
    const hue = this.hues.get(key) ?? this.hues.size;
    this.hues.set(key, hue);
    return hue;
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0 || !(event.target instanceof Element)) return;
    const cell = this.cellAt(event);
    const key = event.target.closest("[data-key]")?.getAttribute("data-key") ?? this.coverage().on(cell)[0]?.key;
    this.svg.focus({ preventScroll: true });
    if (key) this.grip(key, cell, event.target.getAttribute("data-end") as End | null);
    else if (this.options.canAdd && cell < this.bits) this.place(cell);
    else this.select(null);
    if (this.dragging) {
      event.preventDefault();
      this.svg.setPointerCapture(event.pointerId);
    }
  }

  private grip(key: string, cell: number, end: End | null): void {
    this.select(key);
    const place = this.placeOf(key);
    if (!place || !this.canChange(key)) return;
    // The length of a float is one of three, which are chosen in its field.
    const isFloat = this.draft.row(key)?.fields.type === "float";
    const gesture = end && !isFloat ? gestures.resize(place, end, this.bits) : gestures.move(place, cell, this.bits);
    this.dragging = { key, gesture, before: place };
  }

  private place(cell: number): void {
    const gesture = gestures.span(cell, this.options.newOrder());
    const key = this.draft.add(this.page.group, gesture.at(cell));
    this.select(key);
    this.dragging = { key, gesture, before: null };
  }

  private over(event: PointerEvent): void {
    const cell = this.cellAt(event);
    if (this.dragging) {
      this.tip.hide();
      this.put(this.dragging.key, this.dragging.gesture.at(cell));
      return;
    }
    const key = event.target instanceof Element ? event.target.closest("[data-key]")?.getAttribute("data-key") : null;
    const covered = this.coverage().on(cell);
    const rows = covered.length > 1 ? covered : this.rows.filter((row) => row.key === key);
    this.tip.show(rows, event.clientX, event.clientY);
  }

  private drop(): void {
    this.dragging = null;
  }

  /** As it was before the drag, or before the arrow keys. */
  private cancel(): void {
    if (this.dragging) {
      const { key, before } = this.dragging;
      this.dragging = null;
      if (before) this.put(key, before);
      else {
        this.select(null);
        this.draft.remove(key);
      }
    } else if (this.undo) {
      this.put(this.undo.key, this.undo.place);
      this.undo = null;
    } else this.select(null);
  }

  private key(event: KeyboardEvent): void {
    const isDone = this.step(event) || this.command(event.key);
    if (isDone) event.preventDefault();
  }

  private step(event: KeyboardEvent): boolean {
    if (event.altKey || event.ctrlKey || event.metaKey || this.selected === null) return false;
    const place = this.placeOf(this.selected);
    const next = place && gestures.stepped(place, event.key, event.shiftKey, this.bits);
    if (!place || !next || !this.canChange(this.selected)) return false;
    this.undo ??= { key: this.selected, place };
    this.put(this.selected, event.shiftKey && this.draft.row(this.selected)?.fields.type === "float" ? place : next);
    this.bringIntoView(next);
    return true;
  }

  private command(key: string): boolean {
    if (key === "Escape") this.cancel();
    else if (key === "PageDown" || key === "PageUp") this.selectNext(key === "PageDown" ? 1 : -1);
    else if (key === "Enter" && this.selected !== null) this.options.onEdit(this.selected);
    else if (key === "Insert" && this.options.canAdd) this.placeFirstFree();
    else if (key === "Delete" && this.selected !== null && this.canChange(this.selected)) this.draft.remove(this.selected);
    else return false;
    return true;
  }

  private selectNext(step: number): void {
    const order = this.rows
      .map((row) => ({ key: row.key, place: placeOf(row) }))
      .filter((each): each is { key: string; place: Place } => each.place !== null)
      .sort((a, b) => Math.min(...cellsOf(a.place)) - Math.min(...cellsOf(b.place)));
    if (order.length === 0) return;
    const here = order.findIndex(({ key }) => key === this.selected);
    const next = here < 0 ? (step > 0 ? 0 : order.length - 1) : (here + step + order.length) % order.length;
    this.select(order[next]!.key);
  }

  private placeFirstFree(): void {
    const [cell] = this.coverage().free();
    if (cell === undefined) return;
    const order = this.options.newOrder();
    // The first byte with a free bit, from the end at which a signal of this byte order starts.
    const inByte = this.coverage().free().filter((free) => free >> 3 === cell >> 3);
    this.place(order === "little" ? inByte.at(-1)! : inByte[0]!);
    this.dragging = null;
  }

  private put(key: string, place: Place): void {
    const now = this.placeOf(key);
    if (now && now.start === place.start && now.length === place.length && now.order === place.order) return;
    this.draft.move(key, place);
  }

  private placeOf(key: string): Place | null {
    const row = this.draft.row(key);
    return row ? placeOf(row) : null;
  }

  private canChange(key: string): boolean {
    return this.options.canChange || this.draft.row(key)?.stored === null;
  }

  private bringIntoView(place: Place): void {
    const byte = bytesOf(place) - 1;
    if (byte < this.from || byte >= this.from + WINDOW_BYTES) this.from = Math.floor(byte / WINDOW_BYTES) * WINDOW_BYTES;
  }

  private cellAt(event: PointerEvent): number {
    const box = this.svg.getBoundingClientRect();
    return this.layout.cellAt(event.clientX - box.left, event.clientY - box.top);
  }
}
