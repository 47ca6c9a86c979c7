/**
 * Where a signal's bits are. A bit has two numbers: the DBC's (byte × 8 + bit, 0 the least significant), which start
 * bits are in, and its cell (byte × 8 + column, bit 7 in column 0), in which bits are drawn and sent.
 */

export type ByteOrder = "little" | "big";
export type End = "least" | "most";

export interface Place {
  /** The DBC's number of the least significant bit where little-endian, of the most significant where big-endian. */
  start: number;
  length: number;
  order: ByteOrder;
}

/** A part of a signal within one byte; columns inclusive. */
export interface Run {
  byte: number;
  first: number;
  last: number;
}

export const LONGEST = 64;

/** The cell of a bit of the DBC's number, and the other way round. */
export function cellOf(bit: number): number {
  return bit ^ 7;
}

/** The least significant first. */
export function cellsOf({ start, length, order }: Place): number[] {
  const first = cellOf(start);
  return Array.from({ length }, (_, index) => (order === "little" ? cellOf(start + index) : first + length - 1 - index));
}

export function endCell(place: Place, end: End): number {
  const cell = cellOf(place.start);
  if (place.order === "big") return end === "most" ? cell : cell + place.length - 1;
  return end === "least" ? cell : cellOf(place.start + place.length - 1);
}

/** In the order of the bytes. */
export function runsOf(place: Place): Run[] {
  const runs = new Map<number, Run>();
  for (const cell of cellsOf(place)) {
    const byte = cell >> 3;
    const column = cell & 7;
    const run = runs.get(byte);
    if (!run) runs.set(byte, { byte, first: column, last: column });
    else runs.set(byte, { byte, first: Math.min(run.first, column), last: Math.max(run.last, column) });
  }
  return [...runs.values()].sort((a, b) => a.byte - b.byte);
}

/** Bytes that a frame must have for the signal to be all there. */
export function bytesOf(place: Place): number {
  const last = place.order === "little" ? place.start + place.length - 1 : cellOf(place.start) + place.length - 1;
  return (last >> 3) + 1;
}

/** Moved as from one cell to another, and kept within so many bits. */
export function moved(place: Place, from: number, to: number, bits: number): Place {
  const highest = Math.max(0, bits - place.length);
  const little = place.order === "little";
  const first = line(little, cellOf(place.start)) + line(little, to) - line(little, from);
  return { ...place, start: startOf(little, Math.min(Math.max(first, 0), highest)) };
}

/** With one end at a cell; the other stays where it is. */
export function resized(place: Place, end: End, to: number, bits: number): Place {
  const little = place.order === "little";
  const first = line(little, cellOf(place.start));
  const last = first + place.length - 1;
  const at = Math.min(Math.max(line(little, to), 0), bits - 1);
  // Of a little-endian signal the least significant end comes first, of a big-endian one the most significant.
  if ((end === "least") === little) {
    const begin = Math.min(Math.max(at, last - LONGEST + 1), last);
    return { ...place, start: startOf(little, begin), length: last - begin + 1 };
  }
  return { ...place, length: Math.min(Math.max(at - first + 1, 1), LONGEST) };
}

/** From one cell to another, whichever comes first. */
export function spanned(from: number, to: number, order: ByteOrder): Place {
  const little = order === "little";
  const [one, other] = [line(little, from), line(little, to)];
  // It stays where it was begun, however far it is drawn.
  const begin = Math.max(Math.min(one, other), one - LONGEST + 1);
  const end = Math.min(Math.max(one, other), one + LONGEST - 1);
  return { start: startOf(little, begin), length: end - begin + 1, order };
}

/** The same bits in the other byte order where both can name them, otherwise from the same first byte on. */
export function reordered(place: Place, order: ByteOrder): Place {
  if (order === place.order) return place;
  const first = Math.min(...runsOf(place).map((run) => run.byte));
  const isWithin = bytesOf(place) - 1 === first;
  if (isWithin) return { ...place, order, start: cellOf(endCell(place, order === "little" ? "least" : "most")) };
  return { ...place, order, start: first * 8 + (order === "little" ? 0 : 7) };
}

/** Cells in the order in which a signal of this byte order takes them. */
function line(little: boolean, cell: number): number {
  return little ? cellOf(cell) : cell;
}

function startOf(little: boolean, first: number): number {
  return little ? first : cellOf(first);
}
