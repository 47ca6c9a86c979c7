import { make } from "../dom";
import type { Row } from "./draft";
import { described } from "./ranges";

const AWAY = 14;

/** What the signals under the pointer are. */
export class Tip {
  private readonly element = make("div", { class: "bits-tip", role: "tooltip", hidden: true });
  private shown = "";

  constructor(private readonly within: HTMLElement, root: ParentNode) {
    root.append(this.element);
  }

  hide(): void {
    this.element.hidden = true;
  }

  show(rows: readonly Row[], x: number, y: number): void {
    if (rows.length === 0) return this.hide();
    const shown = rows.map((row) => JSON.stringify(row.fields)).join();
    if (shown !== this.shown) this.element.replaceChildren(...rows.map(block));
    this.shown = shown;
    this.element.hidden = false;
    const box = this.within.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = this.element;
    const left = Math.min(x - box.left + AWAY, box.width - offsetWidth);
    const below = y - box.top + AWAY;
    const isBelow = y + AWAY + offsetHeight < document.documentElement.clientHeight;
    this.element.style.left = `${Math.max(0, left)}px`;
    this.element.style.top = `${isBelow ? below : y - box.top - AWAY - offsetHeight}px`;
  }
}

function block(row: Row): HTMLElement {
  const list = make("dl");
  for (const [label, text] of described(row)) list.append(make("dt", {}, label), make("dd", {}, text));
  return make("div", {}, make("strong", {}, String(row.fields.name)), list);
}
