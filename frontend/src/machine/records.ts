import { ApiError, getJson } from "../api";
import { make, need } from "../dom";
import { clock, fullTime, source } from "../format";
import type { LiveEvent } from "../live/socket";
import { showProblem } from "../shell/problem";

type Kind = "dtcs" | "events" | "logs";

interface Dtc { ts: string; source: number; spn: number; fmi: number; oc: number; active: boolean | number; text: string }
interface Event { ts: string; name: string; state: string; severity: string; value: number | null; text: string }
interface Log { ts: string; level: string; severity: string; logger: string; message: string }

type Cell = Node | string;

const HEADS: Record<Kind, string[]> = {
  dtcs: ["Time", "State", "SPN / FMI", "Count", "Description", "Source"],
  events: ["Time", "Severity", "Event", "State", "Text"],
  logs: ["Time", "Level", "Logger", "Message"],
};
const NONE: Record<Kind, [string, string]> = {
  dtcs: ["No trouble codes", "The machine's controllers have reported none."],
  events: ["No events", "The machine's app has sent none."],
  logs: ["No logs", "The machine's app has sent none."],
};
const LIMIT = "100";
const LIVE_EVENTS = 50;

function time(milliseconds: number, live = false): Node {
  const today = new Date(milliseconds).toDateString() === new Date().toDateString();
  const shown = make("time", { datetime: new Date(milliseconds).toISOString(), title: fullTime(milliseconds) }, today ? clock(milliseconds) : fullTime(milliseconds));
  return live ? make("span", {}, shown, " ", make("span", { class: "origin", "data-origin": "live" }, "live")) : shown;
}

function severity(word: string): Node {
  return make("span", { class: "severity", "data-severity": word.toLowerCase() }, word || "–");
}

function dtcCells(dtc: Dtc): Cell[] {
  const state = dtc.active ? severity("active") : severity("previous");
  return [time(Date.parse(dtc.ts)), state, `${dtc.spn} / ${dtc.fmi}`, dtc.oc === 127 ? "–" : String(dtc.oc), dtc.text || "–", source(dtc.source)];
}

function eventCells(event: Omit<Event, "ts" | "value">, ts: number, live: boolean): Cell[] {
  return [time(ts, live), severity(event.severity), event.name, event.state || "–", event.text];
}

function logCells(log: Log): Cell[] {
  return [time(Date.parse(log.ts)), severity(log.severity || log.level), log.logger || "–", log.message];
}

/** The card with a machine's latest trouble codes, events and logs. */
export class RecordsCard {
  private kind: Kind = "dtcs";
  private liveEvents: LiveEvent[] = [];
  private rows: Cell[][] = [];
  private readonly panel = need<HTMLElement>("[data-records-panel]");
  private readonly tabs = [...document.querySelectorAll<HTMLButtonElement>("[data-records]")];

  constructor(private readonly machine: number) {
    for (const tab of this.tabs) {
      tab.addEventListener("click", () => this.choose(tab));
      tab.addEventListener("keydown", (event) => this.moved(event, tab));
    }
  }

  private choose(tab: HTMLButtonElement): void {
    this.kind = tab.dataset["records"] as Kind;
    this.panel.setAttribute("aria-labelledby", tab.id);
    for (const each of this.tabs) {
      each.setAttribute("aria-selected", String(each === tab));
      each.tabIndex = each === tab ? 0 : -1;
    }
    this.panel.replaceChildren();
    void this.load();
  }

  private moved(event: KeyboardEvent, tab: HTMLButtonElement): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = this.tabs.at((this.tabs.indexOf(tab) + step) % this.tabs.length);
    next?.focus();
    next?.click();
  }

  async load(): Promise<void> {
    const kind = this.kind;
    try {
      const rows = await this.read(kind);
      if (kind !== this.kind) return;
      this.rows = rows;
      this.show();
    } catch (error) {
      if (kind === this.kind) this.fail(error);
    }
  }

  private async read(kind: Kind): Promise<Cell[][]> {
    const path = `/machines/${this.machine}/${kind}`;
    if (kind === "dtcs") return (await getJson<Dtc[]>(path, { limit: LIMIT })).map(dtcCells);
    if (kind === "logs") return (await getJson<Log[]>(path, { limit: LIMIT })).map(logCells);
    const events = await getJson<Event[]>(path, { limit: LIMIT });
    const newest = Math.max(0, ...events.map(({ ts }) => Date.parse(ts)));
    this.liveEvents = this.liveEvents.filter(({ ts }) => ts / 1000 > newest);
    return events.map((event) => eventCells(event, Date.parse(event.ts), false));
  }

  takeLive(events: readonly LiveEvent[]): void {
    if (events.length === 0) return;
    this.liveEvents = [...events, ...this.liveEvents].toSorted((a, b) => b.ts - a.ts).slice(0, LIVE_EVENTS);
    if (this.kind === "events") this.show();
  }

  private show(): void {
    const { kind } = this;
    const live = kind === "events" ? this.liveEvents.map((event) => eventCells(event, event.ts / 1000, true)) : [];
    const rows = [...live, ...this.rows];
    if (rows.length === 0) {
      const [title, text] = NONE[kind];
      this.panel.replaceChildren(make("div", { class: "empty" }, make("p", {}, make("strong", {}, title)), make("p", {}, text)));
      return;
    }
    const head = make("thead", {}, make("tr", {}, ...HEADS[kind].map((name) => make("th", { scope: "col" }, name))));
    const body = make("tbody", {}, ...rows.map((cells) => make("tr", {}, ...cells.map((cell) => make("td", {}, cell)))));
    this.panel.replaceChildren(make("table", { class: `record-table ${kind}` }, head, body));
  }

  private fail(error: unknown): void {
    const problem = make("div", { class: "problem", role: "alert" });
    showProblem(problem, error instanceof ApiError ? error : null);
    problem.hidden = false;
    this.panel.replaceChildren(problem);
  }
}
