import { describe, expect, test } from "vitest";
import { stepped } from "../src/bits/gestures";
import { bytesOf, cellOf, cellsOf, endCell, moved, reordered, resized, runsOf, spanned, type Place } from "../src/bits/place";
import decoded from "./fixtures/places.json";

const little = (start: number, length: number): Place => ({ start, length, order: "little" });
const big = (start: number, length: number): Place => ({ start, length, order: "big" });
/** Every place that fits into three bytes. */
const ALL = (["little", "big"] as const).flatMap((order) =>
  Array.from({ length: 24 }, (_, start) =>
    Array.from({ length: 24 }, (_, more): Place => ({ start, length: more + 1, order })).filter((place) => bytesOf(place) <= 3),
  ).flat(),
);

test("bits are those that the decoder reads", () => {
  expect(decoded.length).toBeGreaterThan(100);
  for (const { bits, ...place } of decoded) expect(cellsOf(place as Place).map(cellOf)).toEqual(bits);
});

test("ends and runs are those of the bits", () => {
  for (const place of ALL) {
    const cells = cellsOf(place);
    expect([endCell(place, "least"), endCell(place, "most")]).toEqual([cells[0], cells.at(-1)]);
    const inRuns = runsOf(place).flatMap(({ byte, first, last }) =>
      Array.from({ length: last - first + 1 }, (_, index) => byte * 8 + first + index),
    );
    expect(inRuns).toEqual([...cells].sort((a, b) => a - b));
    expect(bytesOf(place)).toBe((Math.max(...cells) >> 3) + 1);
  }
});

test("a signal follows the pointer and stays within the message", () => {
  expect(moved(little(0, 16), 4, 20, 64)).toEqual(little(16, 16));
  // One column to the left is the next higher bit.
  expect(moved(little(0, 4), 7, 6, 64)).toEqual(little(1, 4));
  expect(moved(big(7, 12), 0, 9, 64)).toEqual(big(14, 12));
  for (const place of ALL) {
    for (let to = 0; to < 24; to++) expect(bytesOf(moved(place, endCell(place, "least"), to, 24))).toBeLessThanOrEqual(3);
    expect(moved(place, 5, 5, 24)).toEqual(place);
  }
});

test("resizing moves one end and keeps the other", () => {
  for (const place of ALL) {
    for (const end of ["least", "most"] as const) {
      const other = end === "least" ? "most" : "least";
      for (let to = 0; to < 24; to++) {
        const after = resized(place, end, to, 24);
        expect(endCell(after, other)).toBe(endCell(place, other));
        expect([to, endCell(place, other)]).toContain(endCell(after, end));
      }
    }
  }
  expect(resized(little(0, 1), "most", cellOf(100), 128).length).toBe(64);
  expect(resized(big(cellOf(100), 1), "most", 3, 128)).toEqual(big(cellOf(37), 64));
});

test("a new signal covers what was drawn over, in either direction", () => {
  expect(spanned(cellOf(3), cellOf(9), "little")).toEqual(little(3, 7));
  expect(spanned(cellOf(9), cellOf(3), "little")).toEqual(little(3, 7));
  expect(spanned(10, 4, "big")).toEqual(big(cellOf(4), 7));
  expect(spanned(120, 0, "big")).toEqual(big(cellOf(57), 64));
});

test("the byte order changes without the bits of a byte", () => {
  expect(reordered(little(2, 3), "big")).toEqual(big(4, 3));
  expect(reordered(big(4, 3), "little")).toEqual(little(2, 3));
  expect(reordered(little(8, 16), "big")).toEqual(big(15, 16));
  for (const place of ALL.filter((each) => runsOf(each).length === 1)) {
    const other = reordered(place, place.order === "big" ? "little" : "big");
    expect(cellsOf(other).sort()).toEqual(cellsOf(place).sort());
  }
});

describe("arrow keys", () => {
  test("move as they point", () => {
    expect(stepped(little(8, 4), "ArrowLeft", false, 64)).toEqual(little(9, 4));
    expect(stepped(little(8, 4), "ArrowUp", false, 64)).toEqual(little(0, 4));
    expect(stepped(big(7, 4), "ArrowRight", false, 64)).toEqual(big(6, 4));
    expect(stepped(big(7, 4), "ArrowLeft", false, 64)).toEqual(big(7, 4));
    expect(stepped(big(7, 12), "ArrowDown", false, 16)).toEqual(big(cellOf(4), 12));
    expect(stepped(little(8, 4), "a", false, 64)).toBeNull();
  });

  test("with shift make longer and shorter", () => {
    expect(stepped(little(0, 4), "ArrowLeft", true, 64)).toEqual(little(0, 5));
    expect(stepped(little(0, 4), "ArrowRight", true, 64)).toEqual(little(0, 3));
    expect(stepped(big(7, 4), "ArrowRight", true, 64)).toEqual(big(7, 5));
    expect(stepped(big(7, 1), "ArrowLeft", true, 64)).toEqual(big(7, 1));
    expect(stepped(little(0, 60), "ArrowDown", true, 128)).toEqual(little(0, 64));
    expect(stepped(little(56, 8), "ArrowDown", true, 64)).toEqual(little(56, 8));
  });
});
