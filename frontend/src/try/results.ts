import { make } from "../dom";
import type { Tried } from "./types";
import { qualityText, readText, timeText } from "./words";

/** What derived signals, checks and events made of the frames. */
export function results(tried: Tried): HTMLElement[] {
  const parts: HTMLElement[] = [];
  const live = tried.release === null ? [] : [`Release ${tried.release}`, ""];
  if (tried.findings.length > 0) {
    const rows = tried.findings.map((each) => ({
      changed: each.changed,
      cells: [
        timeText(each.ts), each.kind, each.name, each.state,
        each.draft ? "yes" : "no",
        ...(tried.release === null ? [] : [each.live ? "yes" : "no", each.changed ? "differs" : ""]),
      ],
    }));
    parts.push(make("h3", {}, "Checks and events"), table(["Time (UTC)", "", "Name", "", "Draft", ...live], rows));
    parts.push(...more(tried.more_findings));
  }
  if (tried.derived.length > 0) {
    const rows = tried.derived.map((each) => ({
      changed: each.changed,
      cells: [
        timeText(each.ts), each.name, readText(each.draft), qualityText(each.draft),
        ...(tried.release === null ? [] : [`${readText(each.live)}, ${qualityText(each.live)}`, each.changed ? "differs" : ""]),
      ],
    }));
    parts.push(make("h3", {}, "Derived signals"), table(["Time (UTC)", "Name", "Draft", "Quality", ...live], rows));
    parts.push(...more(tried.more_derived));
  }
  return parts;
}

interface Row {
  changed: boolean;
  cells: string[];
}

function table(titles: string[], rows: Row[]): HTMLElement {
  const head = make("thead", {}, make("tr", {}, ...titles.map((title) => make("th", {}, title))));
  const body = rows.map(({ changed, cells }) => {
    const row = make("tr", {}, ...cells.map((cell) => make("td", {}, cell)));
    row.classList.toggle("try-changed", changed);
    return row;
  });
  return make("div", { class: "try-scroll", tabindex: "0", role: "region", "aria-label": titles.join(" ") }, make("table", {}, head, make("tbody", {}, ...body)));
}

function more(number: number): HTMLElement[] {
  return number > 0 ? [make("p", { class: "try-hint" }, `and ${number} more.`)] : [];
}
