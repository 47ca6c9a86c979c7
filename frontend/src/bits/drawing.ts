import { makeSvg } from "../dom";
import type { Coverage } from "./coverage";
import type { Row } from "./draft";
import { placeOf } from "./draft";
import type { Layout } from "./layout";
import type { Place, Run } from "./place";
import { cellOf, endCell, runsOf } from "./place";

const HUES = 8;
const LETTER = 6.7;
const INSET = 2;
const HANDLE = 9;

/** What a drawing shows; `bits` are those of the message. */
export interface Shown {
  layout: Layout;
  rows: readonly Row[];
  coverage: Coverage;
  bits: number;
  selected: string | null;
  hueOf: (key: string) => number;
}

export function hueClass(hue: number): string {
  return `bits-hue-${hue % HUES}`;
}

/** Stripes for bits of two signals, and for those that no frame has. */
export function patterns(): SVGElement {
  const defs = makeSvg("defs");
  for (const name of ["overlap", "beyond"]) {
    const size = { id: `bits-${name}`, width: 8, height: 8, patternUnits: "userSpaceOnUse" };
    const pattern = makeSvg("pattern", { ...size, patternTransform: "rotate(45)" });
    pattern.append(makeSvg("rect", { width: 8, height: 8, class: `bits-ground-${name}` }));
    pattern.append(makeSvg("rect", { width: 3, height: 8, class: `bits-stripe-${name}` }));
    defs.append(pattern);
  }
  return defs;
}

export function drawing(shown: Shown): SVGElement[] {
  const signals = shown.rows.map((row) => signal(row, shown)).filter((each) => each !== null);
  return [...headers(shown.layout), ...cells(shown), ...signals, ...overlaps(shown)];
}

function headers(layout: Layout): SVGElement[] {
  return layout.lefts.flatMap((left) =>
    Array.from({ length: 8 }, (_, column) =>
      makeSvg("text", { x: left + (column + 0.5) * layout.cellWidth, y: 13, class: "bits-label" }, String(7 - column)),
    ),
  );
}

/** Every cell with its bit's number, which a start bit is written as. */
function cells({ layout, coverage, bits }: Shown): SVGElement[] {
  const drawn: SVGElement[] = [];
  for (let byte = layout.from; byte < layout.from + layout.bytes; byte++) {
    const [left, top] = layout.corner(byte);
    const middle = top + layout.cellHeight / 2 + 4;
    drawn.push(makeSvg("text", { x: left - 14, y: middle, class: "bits-label bits-byte" }, String(byte + 1)));
    for (let column = 0; column < 8; column++) {
      const cell = byte * 8 + column;
      const kind = cell >= bits ? "beyond" : coverage.on(cell).length === 0 ? "free" : "used";
      const x = left + column * layout.cellWidth;
      const fill: More = kind === "beyond" ? { fill: "url(#bits-beyond)" } : {};
      const more = { class: `bits-cell bits-${kind}`, "data-cell": cell, ...fill };
      drawn.push(rect(x, top, layout.cellWidth, layout.cellHeight, more));
      if (kind === "free") drawn.push(makeSvg("text", { x: x + 5, y: top + 12, class: "bits-number" }, String(cellOf(cell))));
    }
  }
  return drawn;
}

/** null: nothing of it is in the part that is drawn. */
function signal(row: Row, shown: Shown): SVGElement | null {
  const place = placeOf(row);
  const runs = place ? runsOf(place).filter((run) => shown.layout.has(run.byte)) : [];
  if (!place || runs.length === 0) return null;
  const isSelected = row.key === shown.selected;
  const classes = `bits-signal ${hueClass(shown.hueOf(row.key))}${isSelected ? " bits-selected" : ""}`;
  const group = makeSvg("g", { class: classes, "data-key": row.key, id: `bits-${row.key}`, role: "option" });
  group.setAttribute("aria-selected", String(isSelected));
  group.setAttribute("aria-label", `${row.fields.name}, start bit ${row.fields.start}, ${row.fields.length} bits`);
  const longest = runs.reduce<Run | null>((best, run) => (!best || width(run) > width(best) ? run : best), null);
  for (const run of runs) {
    group.append(...drawnRun(run, shown.layout));
    const isNamed = run === longest || width(run) * shown.layout.cellWidth > 90;
    if (isNamed) group.append(...name(row, run, shown.layout));
  }
  group.append(...ends(place, shown.layout));
  return group;
}

function width(run: Run): number {
  return run.last - run.first + 1;
}

function drawnRun(run: Run, layout: Layout): SVGElement[] {
  const [left, top] = layout.corner(run.byte);
  const x = left + run.first * layout.cellWidth + INSET;
  const size = [width(run) * layout.cellWidth - 2 * INSET, layout.cellHeight - 2 * INSET] as const;
  return [rect(x, top + INSET, ...size, { class: "bits-run", rx: 4 })];
}

function name(row: Row, run: Run, layout: Layout): SVGElement[] {
  const [left, top] = layout.corner(run.byte);
  const space = width(run) * layout.cellWidth - 2 * HANDLE;
  const letters = Math.floor(space / LETTER);
  const whole = String(row.fields.name);
  if (letters < 2) return [];
  const text = whole.length <= letters ? whole : `${whole.slice(0, letters - 1)}…`;
  const x = left + ((run.first + run.last + 1) / 2) * layout.cellWidth;
  return [makeSvg("text", { x, y: top + layout.cellHeight / 2 + 4, class: "bits-name" }, text)];
}

/** Handles at both ends: a full bar at the most significant bit, a dot where the start bit is counted from. */
function ends(place: Place, layout: Layout): SVGElement[] {
  const drawn: SVGElement[] = [];
  for (const end of ["least", "most"] as const) {
    const cell = endCell(place, end);
    if (!layout.has(cell >> 3)) continue;
    const [left, top] = layout.corner(cell >> 3);
    const isLeft = end === "most";
    const edge = left + ((cell & 7) + (isLeft ? 0 : 1)) * layout.cellWidth;
    const x = isLeft ? edge : edge - HANDLE;
    drawn.push(rect(isLeft ? edge + 4 : edge - 7, top + 7, 3, layout.cellHeight - 14, { class: "bits-end", rx: 1.5 }));
    if (cellOf(cell) === place.start) {
      drawn.push(makeSvg("circle", { cx: isLeft ? edge + 5.5 : edge - 5.5, cy: top + 6.5, r: 3, class: "bits-start" }));
    }
    drawn.push(rect(x, top, HANDLE, layout.cellHeight, { class: "bits-handle", "data-end": end }));
  }
  return drawn;
}

function overlaps({ layout, coverage }: Shown): SVGElement[] {
  const drawn: SVGElement[] = [];
  for (let cell = layout.from * 8; cell < (layout.from + layout.bytes) * 8; cell++) {
    if (!coverage.isOverlap(cell)) continue;
    const [left, top] = layout.corner(cell >> 3);
    const x = left + (cell & 7) * layout.cellWidth;
    drawn.push(rect(x, top, layout.cellWidth, layout.cellHeight, { class: "bits-overlap", fill: "url(#bits-overlap)" }));
  }
  return drawn;
}

type More = Record<string, string | number>;

function rect(x: number, y: number, w: number, h: number, more: More): SVGElement {
  return makeSvg("rect", { x, y, width: w, height: h, ...more });
}
