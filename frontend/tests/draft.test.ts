import { expect, test } from "vitest";
import { Coverage } from "../src/bits/coverage";
import { Draft, type Base, type Fields } from "../src/bits/draft";
import { Layout } from "../src/bits/layout";
import { isOn, pagesOf } from "../src/bits/pages";
import { described } from "../src/bits/ranges";

function fields(name: string, start: number, length: number): Fields {
  return {
    name, start, length, byte_order: "little", type: "unsigned", scale: 0.5, offset: -10, minimum: null, maximum: 90,
    unit: "kPa", spn: null, retired: false,
  };
}

const BASE: Base = {
  groups: [
    { id: 1, title: "", condition: [] },
    { id: 2, title: "low", condition: [["Page", [[0, 3]]]] },
    { id: 3, title: "", condition: [["Page", [[2, 2]]], ["Sub", [[1, 1]]]] },
  ],
  signals: [
    { id: 10, group: 1, ...fields("Always", 0, 8) },
    { id: 11, group: 2, ...fields("Low", 8, 8) },
    { id: 12, group: 3, ...fields("Nested", 12, 8) },
  ],
};

const drafted = (): Draft => new Draft(structuredClone(BASE), []);

test("only what is changed is sent, and what is changed back is not", () => {
  const draft = drafted();
  draft.set("10", { start: "4", scale: "0.50" });
  expect(draft.edits()).toEqual([{ key: "10", group: null, fields: { start: "4" } }]);
  draft.move("10", { start: 0, length: 8, order: "little" });
  expect(draft.edits()).toEqual([]);
});

test("what was sent and came back goes on where it was", () => {
  const draft = drafted();
  draft.remove("11");
  const added = draft.add(2, { start: 24, length: 4, order: "big" });
  const again = new Draft(structuredClone(BASE), draft.edits());
  expect(again.edits()).toEqual(draft.edits());
  expect(again.row(added)?.group).toBe(2);
  expect(again.add(null, { start: 0, length: 1, order: "little" })).not.toBe(added);
});

test("new signals have names of their own and are dropped, stored ones are retired and taken back", () => {
  const draft = drafted();
  const place = { start: 24, length: 4, order: "little" } as const;
  const [one, two] = [draft.add(1, place), draft.add(1, place)];
  expect([draft.row(one)?.fields.name, draft.row(two)?.fields.name]).toEqual(["Signal1", "Signal2"]);
  draft.remove(one);
  expect(draft.row(one)).toBeUndefined();
  draft.remove("10");
  expect(draft.row("10")?.fields.retired).toBe(true);
  draft.remove("10");
  expect(draft.edits().map(({ key }) => key)).toEqual([two]);
});

test("a page has what holds always, its own, and what its condition implies", () => {
  const draft = drafted();
  const names = pagesOf(draft.groups).map((page) => draft.rows.filter((row) => isOn(page, row)).map((row) => row.fields.name));
  expect(names).toEqual([["Always"], ["Always", "Low"], ["Always", "Low", "Nested"]]);
  expect(pagesOf(draft.groups).map(({ title }) => title)).toEqual(["Always", "Page = 0–3 · low", "Page = 2, Sub = 1"]);
});

test("overlaps, free bits and bits past the end are found", () => {
  const draft = drafted();
  draft.move("10", { start: 18, length: 8, order: "little" });
  const coverage = new Coverage(draft.rows, 24);
  expect(coverage.overlapping()).toEqual([["Always", "Nested"], ["Low", "Nested"]]);
  expect(coverage.free()).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(coverage.pastEnd()).toEqual(["Always"]);
});

test("a signal is described with its ranges", () => {
  const row = drafted().row("10")!;
  expect(described(row)).toEqual([
    ["bits", "0|8 little-endian unsigned"],
    ["raw", "0 … 255"],
    ["physical", "-10 … 117.5 kPa"],
    ["limits", " … 90 kPa"],
    ["unit", "kPa"],
  ]);
  row.fields.type = "signed";
  row.fields.length = 64;
  expect(described(row)[1]).toEqual(["raw", "-9223372036854775808 … 9223372036854775807"]);
});

test("a point is in the cell that is drawn there, in every layout", () => {
  for (const [bytes, width] of [[1, 320], [8, 600], [64, 1100], [64, 320]] as const) {
    const layout = new Layout(64, bytes, width);
    for (let cell = 64 * 8; cell < (64 + bytes) * 8; cell++) {
      const [x, y] = layout.corner(cell >> 3);
      const at = layout.cellAt(x + ((cell & 7) + 0.5) * layout.cellWidth, y + layout.cellHeight / 2);
      expect(at).toBe(cell);
    }
    expect(layout.width).toBeLessThanOrEqual(width);
  }
});
