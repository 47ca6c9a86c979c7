import type { Fields, Row } from "./draft";
import { placeOf } from "./draft";

/** What the bits of a signal can be, raw; null: of a float, or of no place. */
export function rawRange(row: Row): [low: bigint, high: bigint] | null {
  const place = placeOf(row);
  if (!place || row.fields.type === "float") return null;
  const size = 1n << BigInt(place.length);
  return row.fields.type === "signed" ? [-size / 2n, size / 2n - 1n] : [0n, size - 1n];
}

/** What they mean then; null where scale and offset are no numbers. */
export function physicalRange(row: Row): [low: number, high: number] | null {
  const raw = rawRange(row);
  const [scale, offset] = [Number(row.fields.scale), Number(row.fields.offset)];
  if (!raw || !Number.isFinite(scale) || !Number.isFinite(offset)) return null;
  const [one, other] = raw.map((number) => Number(number) * scale + offset) as [number, number];
  return one <= other ? [one, other] : [other, one];
}

export function limitsText({ minimum, maximum }: Fields): string {
  const isSaid = (limit: unknown): boolean => limit !== null && limit !== "";
  if (!isSaid(minimum) && !isSaid(maximum)) return "";
  return `${isSaid(minimum) ? minimum : ""} … ${isSaid(maximum) ? maximum : ""}`;
}

/** Lines that say what a signal is. */
export function described(row: Row): [label: string, text: string][] {
  const { fields } = row;
  const unit = fields.unit ? ` ${fields.unit}` : "";
  const raw = rawRange(row);
  const physical = physicalRange(row);
  const limits = limitsText(fields);
  const lines: [string, string][] = [
    ["bits", `${fields.start}|${fields.length} ${fields.byte_order}-endian ${fields.type}`],
    ["raw", raw ? `${raw[0]} … ${raw[1]}` : "any float"],
  ];
  if (physical) lines.push(["physical", `${short(physical[0])} … ${short(physical[1])}${unit}`]);
  if (limits) lines.push(["limits", `${limits}${unit}`]);
  lines.push(["unit", String(fields.unit || "none")]);
  return lines;
}

function short(number: number): string {
  return String(Number(number.toPrecision(10)));
}
