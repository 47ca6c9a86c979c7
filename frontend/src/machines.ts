import "./styles/tokens.css";
import "./styles/shell.css";
import "./styles/machines.css";
import "./styles/severity.css";
import { getJson } from "./api";
import { make, need, setText } from "./dom";
import { byOpenFindings, SEVERITIES, worstOf } from "./findings/finding";
import { contactOf, type Contact, type Machine } from "./fleet";
import { ago, fullTime } from "./format";
import { showProblem } from "./shell/problem";
import { startShell } from "./shell/shell";

const REFRESH_SECONDS = 5;
const WORDS: Record<Contact, string> = { heard: "", silent: "silent", never: "never" };
type SortKey = "name" | "device" | "model" | "organisation" | "findings" | "lastContact";

const silenceSeconds = Number(need("#silence-seconds").textContent);
const rows = need<HTMLTableSectionElement>("[data-rows]");
const empty = need<HTMLElement>("[data-empty]");
const problem = need<HTMLElement>("[data-problem]");
const filter = need<HTMLInputElement>("[data-filter]");

let machines: Machine[] | null = null;
let shownContact = "all";
let sort: { key: SortKey; descending: boolean } = { key: "name", descending: false };

function matches(machine: Machine, words: string[]): boolean {
  const text = `${machine.name} ${machine.device} ${machine.model} ${machine.organisation}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

const ORDERS: Record<SortKey, (a: Machine, b: Machine) => number> = {
  name: byText("name"), device: byText("device"), model: byText("model"), organisation: byText("organisation"),
  findings: (a, b) => byOpenFindings(b.open_findings, a.open_findings),
  lastContact: (a, b) => Date.parse(b.last_contact ?? "1970-01-01") - Date.parse(a.last_contact ?? "1970-01-01"),
};

function byText(key: "name" | "device" | "model" | "organisation"): (a: Machine, b: Machine) => number {
  return (a, b) => a[key].localeCompare(b[key], "en", { numeric: true });
}

function compare(a: Machine, b: Machine): number {
  const order = ORDERS[sort.key](a, b);
  return (sort.descending ? -order : order) || a.machine - b.machine;
}

function contactCell(machine: Machine, now: number): HTMLTableCellElement {
  const state = contactOf(machine, now, silenceSeconds);
  const when = machine.last_contact === null ? null : Date.parse(machine.last_contact);
  const contact = make("span", { class: "contact", "data-state": state });
  if (when !== null) contact.append(make("time", { datetime: machine.last_contact ?? "", title: fullTime(when) }));
  if (WORDS[state]) contact.append(make("b", {}, WORDS[state]));
  contact.append(make("i", { "aria-hidden": "true" }));
  return make("td", { class: "end" }, contact);
}

/** How many of the worst severity are open, and how many more. */
function findingsCell(machine: Machine): HTMLTableCellElement {
  const cell = make("td", { class: "open-findings" });
  const counts = machine.open_findings;
  const worst = worstOf(counts);
  if (worst === null) {
    cell.append(make("span", { class: "none" }, "–"));
    return cell;
  }
  const rest = SEVERITIES.reduce((sum, severity) => sum + counts[severity], 0) - counts[worst];
  const words = SEVERITIES.filter((severity) => counts[severity] > 0).map((severity) => `${counts[severity]} ${severity}`);
  const title = `Open: ${words.toReversed().join(", ")}`;
  const chip = make("span", { class: "severity", "data-severity": worst, title }, `${counts[worst]} ${worst}`);
  cell.append(chip, ...(rest > 0 ? [make("small", {}, `+${rest}`)] : []));
  return cell;
}

function row(machine: Machine, now: number): HTMLTableRowElement {
  const link = make("a", { href: `/machines/${machine.machine}/` }, machine.name || `Machine ${machine.machine}`);
  return make(
    "tr",
    {},
    make("td", { class: "name" }, link, make("small", {}, `${machine.device} · ${machine.model}`)),
    make("td", { class: "device wide" }, machine.device),
    make("td", { class: "wide" }, machine.model),
    make("td", { class: "wide" }, machine.organisation),
    findingsCell(machine),
    contactCell(machine, now),
  );
}

function showAges(): void {
  const now = Date.now();
  for (const time of rows.querySelectorAll("time")) {
    setText(time, ago(now - Date.parse(time.dateTime)));
  }
}

function showEmpty(total: number): void {
  const texts: [string, string] =
    total === 0
      ? ["No machines", "Your organisations have none yet. Machines are created under Definitions by platform staff."]
      : ["No machine matches", "Change the filter, or show all."];
  empty.replaceChildren(make("p", {}, make("strong", {}, texts[0])), make("p", {}, texts[1]));
}

function show(): void {
  if (machines === null) return;
  const now = Date.now();
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const silent = machines.filter((machine) => contactOf(machine, now, silenceSeconds) !== "heard").length;
  const shown = machines
    .filter((machine) => matches(machine, words))
    .filter((machine) => shownContact === "all" || (contactOf(machine, now, silenceSeconds) === "heard") === (shownContact === "heard"))
    .sort(compare);
  // Rows are made anew each time; what has the focus keeps it by its place.
  const focused = document.activeElement instanceof HTMLAnchorElement ? document.activeElement.pathname : "";
  rows.replaceChildren(...shown.map((machine) => row(machine, now)));
  if (focused) rows.querySelector<HTMLAnchorElement>(`a[href="${focused}"]`)?.focus();
  showAges();
  setText(need("[data-counts]"), `${machines.length} · ${machines.length - silent} in contact · ${silent} silent`);
  empty.hidden = shown.length > 0;
  if (shown.length === 0) showEmpty(machines.length);
}

async function refresh(): Promise<void> {
  try {
    machines = await getJson<Machine[]>("/machines/");
    showProblem(problem, null);
    show();
  } catch (error) {
    showProblem(problem, error);
  }
}

function startControls(): void {
  filter.addEventListener("input", show);
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-contact]")) {
    button.addEventListener("click", () => {
      shownContact = button.dataset["contact"] ?? "all";
      for (const each of document.querySelectorAll("[data-contact]")) {
        each.setAttribute("aria-pressed", String(each === button));
      }
      show();
    });
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-sort]")) {
    button.addEventListener("click", () => {
      const key = button.dataset["sort"] as SortKey;
      sort = { key, descending: sort.key === key && !sort.descending };
      showSort();
      show();
    });
  }
}

function showSort(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("[data-sort]")) {
    const mine = button.dataset["sort"] === sort.key;
    button.closest("th")?.setAttribute("aria-sort", mine ? (sort.descending ? "descending" : "ascending") : "none");
  }
}

startShell((message) => {
  if (message.type === "notice" && message.notice !== "release") void refresh();
});
startControls();
showSort();
void refresh();
setInterval(() => document.visibilityState === "visible" && void refresh(), REFRESH_SECONDS * 1000);
setInterval(showAges, 1000);
