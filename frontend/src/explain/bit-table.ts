import { make } from "../dom";
import type { Bits } from "./explanation";

const AROUND = 1;
const SHORT = 8;

type Lit = "signal" | "multiplexor";

/** The payload, a byte a row and its bits from 7 to 0, with those lit that make the value and those that chose the page. */
export function bitTable(bits: Bits): HTMLElement {
  const bytes = bytesOf(bits.payload);
  const lit = litBits(bits);
  const head = make("tr", {}, make("th", { scope: "col" }, "Byte"), ...columns(), make("th", { scope: "col" }, "Hex"));
  const body = make("tbody");
  let gap = false;
  for (const byte of Array.from({ length: shownBytes(bits, bytes.length) }, (_, each) => each)) {
    if (isNear(byte, bytes.length, lit)) body.append(row(byte, bytes[byte], lit));
    else if (!gap) body.append(make("tr", { class: "gap" }, make("td", { colspan: "10" }, "…")));
    gap = !isNear(byte, bytes.length, lit);
  }
  const table = make("table", { class: "bit-table" }, make("caption", { class: "visually-hidden" }, "The payload's bits"), make("thead", {}, head), body);
  return make("div", { class: "bit-scroll" }, table);
}

/** What the colours say; the bits that are lit have a line under them as well. */
export function bitLegend(signal: string, bits: Bits): HTMLElement {
  const names = bits.multiplexors.map(({ name }) => name).join(", ");
  const items = [make("span", { class: "legend", "data-lit": "signal" }, signal)];
  if (names) items.push(make("span", { class: "legend", "data-lit": "multiplexor" }, `${names} (chooses the page)`));
  return make("p", { class: "bit-legend" }, ...items);
}

export function bytesOf(hex: string): number[] {
  return Array.from({ length: hex.length / 2 }, (_, at) => parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}

function litBits(bits: Bits): Map<number, Lit> {
  const lit = new Map<number, Lit>();
  for (const { bits: numbers } of bits.multiplexors) for (const bit of numbers) lit.set(bit, "multiplexor");
  for (const bit of bits.bits) lit.set(bit, "signal");
  return lit;
}

/** Bytes that the payload should have had for the signal are shown too. */
function shownBytes(bits: Bits, there: number): number {
  return Math.max(there, ...bits.bits.map((bit) => (bit >> 3) + 1));
}

function isNear(byte: number, bytes: number, lit: ReadonlyMap<number, Lit>): boolean {
  return bytes <= SHORT || [...lit.keys()].some((bit) => Math.abs((bit >> 3) - byte) <= AROUND);
}

function columns(): HTMLElement[] {
  return Array.from({ length: 8 }, (_, column) => make("th", { scope: "col" }, String(7 - column)));
}

function row(byte: number, value: number | undefined, lit: ReadonlyMap<number, Lit>): HTMLTableRowElement {
  const cells = Array.from({ length: 8 }, (_, column) => cell(byte * 8 + 7 - column, value, lit));
  const hex = value === undefined ? "–" : value.toString(16).toUpperCase().padStart(2, "0");
  return make("tr", {}, make("th", { scope: "row" }, String(byte + 1)), ...cells, make("td", { class: "hex" }, hex));
}

function cell(bit: number, value: number | undefined, lit: ReadonlyMap<number, Lit>): HTMLTableCellElement {
  const kind = lit.get(bit);
  const text = value === undefined ? "" : String((value >> (bit & 7)) & 1);
  const shown = make("td", { class: "bit", title: `Bit ${bit}` }, text);
  if (kind) shown.dataset["lit"] = kind;
  if (value === undefined) shown.dataset["missing"] = "";
  return shown;
}
