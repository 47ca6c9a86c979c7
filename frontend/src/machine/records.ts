import { getJson } from "../api";
import { make, need } from "../dom";
import { source } from "../format";
import type { LiveEvent } from "../live/socket";
import { showProblem } from "../shell/problem";
import { liveTag, severityChip, timeOf } from "./cells";

type Cell = Node | string;

interface Lamp { status: string; flash: string }
interface Dtc {
  state: "active" | "previously_active"; first_seen: string; last_seen: string; ended: string | null; source: number;
  spn: number; fmi: number; oc: number; occurrence: number; lamps: Record<string, Lamp>; text: string;
}
interface Event { ts: string; name: string; state: string; severity: string; text: string }
interface Log { ts: string; level: string; severity: string; logger: string; message: string }

/** What a list of records is called, asks for and shows. */
interface Listing {
  heads: string[];
  none: [title: string, text: string];
  read: (machine: number) => Promise<Cell[][]>;
  /** On a narrow screen a record is a block of labelled lines, as it has too many columns. */
  stacked?: boolean;
}

const LIMIT = { limit: "100" };
const LIVE_EVENTS = 50;
// J1939-73: 127 is "not available".
const OCCURRENCE_UNKNOWN = 127;
const FLASHING = new Set(["slow", "fast"]);
const LAMPS: Record<string, [word: string, colour: string]> = {
  red_stop: ["stop", "critical"], amber_warning: ["warning", "warning"], malfunction: ["malfunction", "warning"],
  protect: ["protect", "info"],
};

function lampCells(lamps: Record<string, Lamp>): Cell {
  const on = Object.entries(lamps).filter(([, { status }]) => status === "on");
  if (on.length === 0) return "–";
  const chips = on.map(([name, { flash }]) => {
    const [word = name, colour = "info"] = LAMPS[name] ?? [];
    return make("span", { class: "severity", "data-severity": colour }, FLASHING.has(flash) ? `${word}, flashing` : word);
  });
  return make("span", { class: "lamps" }, ...chips);
}

function dtcCells(dtc: Dtc): Cell[] {
  const code = make("span", {}, `${dtc.spn} / ${dtc.fmi}`);
  if (dtc.text) code.append(make("span", { class: "detail" }, dtc.text));
  const own = dtc.occurrence === 0 ? "–" : String(dtc.occurrence);
  const count = make("span", {}, own);
  if (dtc.oc !== OCCURRENCE_UNKNOWN) count.append(make("span", { class: "detail" }, `OC ${dtc.oc}`));
  return [
    severityChip(dtc.state === "active" ? "active" : "previous"), code, count, timeOf(Date.parse(dtc.first_seen)),
    timeOf(Date.parse(dtc.last_seen)), lampCells(dtc.lamps), source(dtc.source),
  ];
}

/** Those that are active stand first, whenever they began. */
async function readDtcs(machine: number): Promise<Cell[][]> {
  const states = ["active", "previously_active"];
  const lists = await Promise.all(states.map((state) => getJson<Dtc[]>(`/machines/${machine}/dtcs`, { ...LIMIT, state })));
  return lists.flat().map(dtcCells);
}

function eventCells(event: Omit<Event, "ts">, at: Node): Cell[] {
  return [at, severityChip(event.severity), event.name, event.state || "–", event.text];
}

function logCells(log: Log): Cell[] {
  return [timeOf(Date.parse(log.ts)), severityChip(log.severity || log.level), log.logger || "–", log.message];
}

/** A table of records, newest first; read when its tab is open. */
class RecordList {
  protected rows: Cell[][] = [];

  constructor(
    protected readonly panel: HTMLElement,
    private readonly listing: Listing,
  ) {}

  async load(machine: number): Promise<void> {
    try {
      this.rows = await this.listing.read(machine);
      this.show(this.rows);
    } catch (error) {
      const problem = make("div", { class: "problem", role: "alert" });
      showProblem(problem, error);
      this.panel.replaceChildren(problem);
    }
  }

  protected show(rows: Cell[][]): void {
    if (rows.length === 0) {
      const [title, text] = this.listing.none;
      this.panel.replaceChildren(make("div", { class: "empty" }, make("p", {}, make("strong", {}, title)), make("p", {}, text)));
      return;
    }
    const { heads, stacked } = this.listing;
    const head = make("thead", {}, make("tr", {}, ...heads.map((name) => make("th", { scope: "col" }, name))));
    const cell = (content: Cell, column: number): Node => make("td", { "data-head": heads[column] ?? "" }, content);
    const body = make("tbody", {}, ...rows.map((cells) => make("tr", {}, ...cells.map(cell))));
    this.panel.replaceChildren(make("table", { class: stacked ? "record-table stacked" : "record-table" }, head, body));
  }
}

/** Events: above the stored ones stand those that came live and are not stored yet. */
class EventList extends RecordList {
  private live: LiveEvent[] = [];

  constructor(panel: HTMLElement) {
    super(panel, {
      heads: ["Time", "Severity", "Event", "State", "Text"],
      none: ["No events", "The machine's app has sent none."],
      read: (machine) => this.read(machine),
    });
  }

  private async read(machine: number): Promise<Cell[][]> {
    const events = await getJson<Event[]>(`/machines/${machine}/events`, LIMIT);
    const newest = events.reduce((last, { ts }) => Math.max(last, Date.parse(ts)), 0);
    this.live = this.live.filter(({ ts }) => ts / 1000 > newest);
    return events.map((event) => eventCells(event, timeOf(Date.parse(event.ts))));
  }

  takeLive(events: readonly LiveEvent[]): void {
    this.live = [...events, ...this.live].toSorted((a, b) => b.ts - a.ts).slice(0, LIVE_EVENTS);
    this.show(this.rows);
  }

  protected override show(rows: Cell[][]): void {
    const live = this.live.map((event) => eventCells(event, make("span", {}, timeOf(event.ts / 1000), " ", liveTag())));
    super.show([...live, ...rows]);
  }
}

/** The lists behind a machine's tabs. */
export class Records {
  private readonly events = new EventList(need("#panel-events"));
  private readonly lists: Record<string, RecordList> = {
    "tab-dtcs": new RecordList(need("#panel-dtcs"), {
      heads: ["State", "SPN / FMI", "Occurrences", "First seen", "Last seen", "Lamps", "Source"],
      none: ["No trouble codes", "The machine's controllers have reported none."],
      read: readDtcs,
      stacked: true,
    }),
    "tab-events": this.events,
    "tab-logs": new RecordList(need("#panel-logs"), {
      heads: ["Time", "Level", "Logger", "Message"],
      none: ["No logs", "The machine's app has sent none."],
      read: async (machine) => (await getJson<Log[]>(`/machines/${machine}/logs`, LIMIT)).map(logCells),
    }),
  };
  private open = "";

  constructor(private readonly machine: number) {}

  /** Shows the list of a tab, if it has one. */
  choose(tab: string): void {
    this.open = tab;
    this.refresh();
  }

  refresh(): void {
    void this.lists[this.open]?.load(this.machine);
  }

  takeLive(events: readonly LiveEvent[]): void {
    if (events.length > 0) this.events.takeLive(events);
  }
}
