/** The inbox of what is not modelled. All is there without this script; it says what a bit does without a pointer. */

import "./styles/activity.css";

/** One cell takes part in tabbing, arrows go on from it, and what it does stands below the map. */
function walk(table: HTMLTableElement, line: HTMLElement): void {
  const rows = Array.from(table.tBodies[0]?.rows ?? []).map((row) => Array.from(row.querySelectorAll<HTMLElement>("td[title]")));
  const say = (cell: HTMLElement) => {
    line.textContent = cell.title;
  };
  const first = rows[0]?.[0];
  if (first) first.tabIndex = 0;
  rows.forEach((cells, at) => {
    cells.forEach((cell, column) => {
      cell.addEventListener("pointerenter", () => say(cell));
      cell.addEventListener("click", () => cell.focus());
      cell.addEventListener("focus", () => {
        rows.flat().forEach((each) => (each.tabIndex = -1));
        cell.tabIndex = 0;
        say(cell);
      });
      cell.addEventListener("keydown", (event) => {
        const [down, right] = STEPS[event.key] ?? [0, 0];
        const next = rows[at + down]?.[column + right];
        if (!next || next === cell) return;
        event.preventDefault();
        next.focus();
      });
    });
  });
}

const STEPS: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

const map = document.querySelector<HTMLTableElement>(".un-map");
const said = document.querySelector<HTMLElement>("[data-said]");
if (map && said) walk(map, said);
