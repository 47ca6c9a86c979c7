import { cellsOf } from "../bits/place";
import { make } from "../dom";
import { Bits } from "./bits";
import type { Frame, Value } from "./types";
import { outcomeText, qualityText, readText, spacedHex } from "./words";

/** One frame: its bits, and its values by the draft and by the live release. */
export class Detail {
  readonly element = make("div", { class: "try-detail" });
  private readonly bits = new Bits((cell) => this.pointAt(cell));
  private values: Value[] = [];
  private rows: HTMLElement[] = [];
  private chosen: number | null = null;

  show(frame: Frame | undefined, release: number | null, keep: HTMLElement | null): void {
    if (!frame) {
      this.element.replaceChildren();
      return;
    }
    this.values = frame.values;
    this.chosen = null;
    this.bits.show(frame.payload ?? frame.data);
    const title = `${frame.draft.message ?? frame.id}: ${outcomeText(frame.draft)}`;
    const head = make("div", { class: "try-bar" }, make("h3", {}, title), ...(keep ? [keep] : []));
    const payload = make("p", {}, make("code", {}, spacedHex(frame.payload ?? frame.data)));
    const views = make("div", { class: "try-views" }, this.bits.element, this.table(release));
    const more = frame.more_values > 0 ? [make("p", { class: "try-hint" }, `${frame.more_values} more values are not shown: try fewer frames.`)] : [];
    this.element.replaceChildren(head, payload, views, ...more);
  }

  private table(release: number | null): HTMLElement {
    if (this.values.length === 0) return make("p", { class: "try-hint" }, "The frame gives no values.");
    const live = release === null ? [] : [`Release ${release}`, ""];
    const head = make("tr", {}, ...["Signal", "Draft", "Quality", ...live].map((title) => make("th", {}, title)));
    this.rows = this.values.map((value, index) => this.row(value, index, release !== null));
    return make("div", { class: "try-scroll" }, make("table", {}, make("thead", {}, head), make("tbody", {}, ...this.rows)));
  }

  private row(value: Value, index: number, withLive: boolean): HTMLElement {
    const name = make("button", { type: "button", class: "try-choose", "aria-label": `${value.signal}: show its bits` }, value.signal);
    const live = withLive ? [`${readText(value.live)}, ${qualityText(value.live)}`, value.changed ? "differs" : ""] : [];
    const cells = [name, readText(value.draft), qualityText(value.draft), ...live];
    const row = make("tr", {}, ...cells.map((cell) => make("td", {}, cell)));
    row.classList.toggle("try-changed", value.changed);
    row.classList.toggle("try-bad", value.draft !== null && value.draft.quality !== "ok");
    row.addEventListener("pointerenter", () => this.bits.light(value));
    row.addEventListener("pointerleave", () => this.light());
    name.addEventListener("focus", () => this.bits.light(value));
    row.addEventListener("click", () => this.choose(index));
    return row;
  }

  /** Its bits stay lit. */
  private choose(index: number): void {
    this.chosen = this.chosen === index ? null : index;
    this.rows.forEach((row, each) => row.toggleAttribute("aria-current", each === this.chosen));
    this.light();
  }

  private light(): void {
    this.bits.light(this.chosen === null ? null : (this.values[this.chosen] ?? null));
  }

  /** The signals that have this bit. */
  private pointAt(cell: number | null): void {
    this.rows.forEach((row, index) => {
      const { start, length, byte_order: order } = this.values[index]!;
      row.classList.toggle("try-pointed", cell !== null && cellsOf({ start, length, order }).includes(cell));
    });
  }
}
