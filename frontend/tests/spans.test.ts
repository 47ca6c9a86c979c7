import { expect, test } from "vitest";
import type { Finding, LiveFinding } from "../src/findings/finding";
import { byOpenFindings, worstOf } from "../src/findings/finding";
import { Spans, spanOf, union } from "../src/findings/spans";

function stored(rule: number, ts: number, ended: number | null): Finding {
  const at = (time: number): string => new Date(time).toISOString();
  return {
    rule, kind: "event", name: `R${rule}`, title: "", state: "raised", severity: "error", text: "", ts: at(ts),
    since: at(ts - 500), ended: ended === null ? null : at(ended), capture: [],
  };
}

function live(rule: number, state: "raised" | "cleared", ts: number): LiveFinding {
  return { rule, kind: "check", name: `R${rule}`, state, severity: "warning", text: "", ts: ts * 1000, since: ts * 1000 };
}

function shown(spans: Spans): [rule: number, from: number, to: number | null, origin: string][] {
  return spans.all().map(({ rule, from, to, origin }) => [rule, from, to, origin]);
}

test("what is raised live is open until it is cleared, and provisional", () => {
  const spans = new Spans();
  spans.takeLive([live(1, "raised", 1000), live(2, "raised", 2000)], 0);
  expect(shown(spans)).toEqual([[2, 2000, null, "live"], [1, 1000, null, "live"]]);
  spans.takeLive([live(1, "cleared", 3000)], 0);
  expect(shown(spans)).toEqual([[2, 2000, null, "live"], [1, 1000, 3000, "live"]]);
  expect(spans.open().map(({ rule }) => rule)).toEqual([2]);
});

test("the store is the record", () => {
  const spans = new Spans();
  // Raised live though it is open already; raised live again within a span that is over; cleared before it was raised.
  spans.takeLive([live(1, "raised", 1500), live(2, "raised", 1500), live(3, "cleared", 900)], 0);
  spans.takeStored([stored(1, 1000, null), stored(2, 1000, 2000), stored(3, 1000, null)], 0);
  expect(shown(spans)).toEqual([[1, 1000, null, "stored"], [2, 1000, 2000, "stored"], [3, 1000, null, "stored"]]);
});

test("what is open in the store and cleared live ends live, until the store knows better", () => {
  const spans = new Spans();
  spans.takeStored([stored(1, 1000, null)], 0);
  spans.takeLive([live(1, "cleared", 5000)], 0);
  expect(shown(spans)).toEqual([[1, 1000, 5000, "live"]]);
  spans.takeStored([stored(1, 1000, 4900)], 0);
  expect(shown(spans)).toEqual([[1, 1000, 4900, "stored"]]);
});

test("what the store does not have after a minute was none", () => {
  const spans = new Spans();
  spans.takeLive([live(1, "raised", 1000)], 10_000);
  spans.takeStored([], 69_000);
  expect(spans.open()).toHaveLength(1);
  spans.takeStored([], 71_000);
  expect(spans.open()).toHaveLength(0);
});

test("a finding that two lists have is there once", () => {
  const spans = new Spans();
  spans.takeStored([stored(1, 1000, null), stored(1, 1000, null), stored(1, 500, 900)], 0);
  expect(shown(spans)).toEqual([[1, 1000, null, "stored"], [1, 500, 900, "stored"]]);
});

test("a range shows what overlaps it", () => {
  const older = [stored(1, 100, 200), stored(1, 300, 900), stored(2, 100, null)].map(spanOf);
  const newer = [stored(1, 300, 1000)].map(spanOf);
  expect(union(older, newer, 500).map(({ rule, from, to }) => [rule, from, to])).toEqual([[1, 300, 1000], [2, 100, null]]);
});

test("machines are ordered by the worst that is open", () => {
  const none = { info: 0, warning: 0, error: 0, critical: 0 };
  const many = { ...none, info: 9, warning: 5 };
  const bad = { ...none, error: 1 };
  expect([bad, none, many].toSorted(byOpenFindings)).toEqual([none, many, bad]);
  expect([worstOf(none), worstOf(many), worstOf(bad)]).toEqual([null, "warning", "error"]);
});
