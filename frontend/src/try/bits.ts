import { cellsOf } from "../bits/place";
import { make } from "../dom";
import type { Value } from "./types";

const WINDOW_BYTES = 64;

/** The bits of one payload, bit 7 on the left as in the message's bit grid; those of one signal are lit. */
export class Bits {
  readonly element = make("div", { class: "try-bits" });
  private payload: Uint8Array = new Uint8Array();
  private lit: ReadonlySet<number> = new Set();

  constructor(private readonly onCell: (cell: number | null) => void) {
    this.element.addEventListener("pointerover", (event) => this.onCell(cellOf(event.target)));
    this.element.addEventListener("pointerleave", () => this.onCell(null));
  }

  show(hex: string): void {
    this.payload = Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
    this.lit = new Set();
    this.draw();
  }

  light(value: Value | null): void {
    this.lit = new Set(value ? cellsOf({ start: value.start, length: value.length, order: value.byte_order }) : []);
    this.draw();
  }

  private draw(): void {
    const first = this.payload.length > WINDOW_BYTES ? Math.max(0, Math.min((Math.min(...this.lit, Infinity) >> 3) - 4, this.payload.length - WINDOW_BYTES)) : 0;
    const from = Number.isFinite(first) ? first : 0;
    const head = [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => make("span", { class: "try-bit-head" }, String(bit)));
    const rows = Array.from(this.payload.subarray(from, from + WINDOW_BYTES), (byte, row) => this.byte(byte, from + row));
    this.element.replaceChildren(make("span"), make("span"), ...head, ...rows.flat());
    const said = this.payload.length === 0 ? "The frame has no bytes." : "";
    if (said) this.element.append(make("p", { class: "try-hint try-bits-none" }, said));
  }

  private byte(byte: number, number: number): HTMLElement[] {
    const hex = byte.toString(16).toUpperCase().padStart(2, "0");
    const bits = Array.from({ length: 8 }, (_, column) => {
      const cell = number * 8 + column;
      const bit = (byte >> (7 - column)) & 1;
      const classes = `try-bit${bit ? " try-bit-one" : ""}${this.lit.has(cell) ? " try-bit-lit" : ""}`;
      return make("span", { class: classes, "data-cell": String(cell) }, String(bit));
    });
    return [make("span", { class: "try-bit-head" }, String(number + 1)), make("code", {}, hex), ...bits];
  }
}

function cellOf(target: EventTarget | null): number | null {
  const cell = target instanceof HTMLElement ? target.dataset.cell : undefined;
  return cell === undefined ? null : Number(cell);
}
