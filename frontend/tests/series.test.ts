import { expect, test } from "vitest";
import type { Reading } from "../src/machine/readings";
import { cutGaps, Series } from "../src/history/series";
import { heldUntil } from "../src/history/steps";

function series(store: "always" | "on_change" = "always"): Series {
  const signal = { store, name: "M.S", kind: "message" as const, message: "M", signal: "S", set: "s", group: 1, slot: 0, unit: "rpm", enum: null };
  const reading: Reading = { signal, source: 255, value: 1, quality: "ok", ts: 0, origin: "stored" };
  return new Series("1:0:255", reading, 0);
}

test("a hole of many steps cuts the line, a single late point does not", () => {
  const ts = [0, 1000, 2000, 3500, 4500, 60_000, 61_000];
  const cut = cutGaps({ ts, values: ts.map(() => 1) });
  expect(cut.values.filter((value) => value === null)).toHaveLength(1);
  expect(cut.ts[cut.values.indexOf(null)]).toBeGreaterThan(4500);
});

test("what the store has by now is live no more", () => {
  const plotted = series();
  for (const ts of [1000, 2000, 3000]) plotted.takeLive(ts, ts, 0);
  plotted.takeStored({ ts: [1000, 2000], values: [1, 2] }, []);
  expect(plotted.livePoints().ts).toEqual([2000, 3000]);
  expect(plotted.storedUntil).toBe(2000);
});

test("bad live values leave a gap and a span", () => {
  const plotted = series();
  plotted.takeLive(1000, 5, 0);
  plotted.takeLive(2000, 6, 2);
  plotted.takeLive(3000, 7, 2);
  plotted.takeLive(4000, 8, 0);
  expect(plotted.livePoints().values).toEqual([5, null, null, 8]);
  expect(plotted.allBad()).toEqual([{ from: 1000, to: 3000, quality: "out_of_range" }]);
  expect(plotted.qualityAt(2500)).toBe("out_of_range");
});

test("values that come late are not drawn backwards", () => {
  const plotted = series();
  plotted.takeLive(2000, 1, 0);
  plotted.takeLive(1000, 2, 0);
  expect(plotted.livePoints().ts).toEqual([2000]);
});

test("what is stored on change holds, from before the range and until it is bad", () => {
  const plotted = series("on_change");
  const bad = [{ from: 5000, to: 6000, quality: "error" as const }];
  plotted.takeStored({ ts: [2000, 60_000], values: [4, 7] }, bad, { value: 3, quality: "ok" }, 1000);
  expect(plotted.stored).toEqual({ ts: [1000, 2000, 5000, 60_000], values: [3, 4, null, 7] });
  expect(plotted.bad).toEqual([{ from: 5000, to: 60_000, quality: "error" }]);
  // What was bad before the range is bad in it.
  plotted.takeStored({ ts: [2000], values: [4] }, [], { value: null, quality: "error" }, 1000);
  expect(plotted.stored).toEqual({ ts: [1000, 2000], values: [null, 4] });
  expect(plotted.qualityAt(1500)).toBe("error");
  plotted.takeStored({ ts: [], values: [] }, [], { value: 3, quality: "suspect" }, 1000);
  expect(heldUntil(plotted.stored, 9000)).toEqual({ ts: [1000, 9000], values: [3, 3] });
});
