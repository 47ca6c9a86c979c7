import type { Row } from "./draft";
import { placeOf } from "./draft";
import { cellsOf } from "./place";

/** Which signals are on each cell, and what follows from it. */
export class Coverage {
  private readonly byCell = new Map<number, Row[]>();

  constructor(rows: readonly Row[], private readonly bits: number) {
    for (const row of rows) {
      const place = placeOf(row);
      for (const cell of place ? cellsOf(place) : []) this.byCell.set(cell, [...this.on(cell), row]);
    }
  }

  on(cell: number): readonly Row[] {
    return this.byCell.get(cell) ?? [];
  }

  isOverlap(cell: number): boolean {
    return this.on(cell).length > 1;
  }

  /** In order. */
  free(): number[] {
    return Array.from({ length: this.bits }, (_, cell) => cell).filter((cell) => !this.byCell.has(cell));
  }

  overlapping(): [string, string][] {
    const pairs = new Map<string, [string, string]>();
    for (const rows of this.byCell.values()) {
      for (let other = 1; other < rows.length; other++) {
        const pair: [Row, Row] = [rows[0]!, rows[other]!];
        pairs.set(pair.map(({ key }) => key).join(), [String(pair[0].fields.name), String(pair[1].fields.name)]);
      }
    }
    return [...pairs.values()];
  }

  pastEnd(): string[] {
    const names = [...this.byCell].filter(([cell]) => cell >= this.bits).flatMap(([, rows]) => rows);
    return [...new Set(names.map(({ fields }) => String(fields.name)))];
  }
}
