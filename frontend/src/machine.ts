import "./styles/tokens.css";
import "./styles/shell.css";
import "./styles/machine.css";
import "./styles/history.css";
import "./styles/records.css";
import { ApiError, getJson } from "./api";
import { make, need, setText } from "./dom";
import { contactOf, type Machine } from "./fleet";
import { age, fullTime } from "./format";
import { HistoryPanel } from "./history/panel";
import type { MachineUpdate, ServerMessage } from "./live/socket";
import { Catalogue, type Signal } from "./machine/catalogue";
import { PositionCard } from "./machine/position";
import { Readings, type SnapshotValue } from "./machine/readings";
import { RecordsCard } from "./machine/records";
import { type Only, SignalTable } from "./machine/signal-table";
import { showProblem } from "./shell/problem";
import { startShell } from "./shell/shell";

const REFRESH_SECONDS = 20;
const RETRY_SECONDS = 5;

const machine = Number(need("#machine").textContent);
const silenceSeconds = Number(need("#silence-seconds").textContent);
const problem = need<HTMLElement>("[data-problem]");

/** Everything of the page that needs the catalogue of signals first. */
class MachinePage {
  private readonly readings: Readings;
  private readonly table: SignalTable;
  private readonly history: HistoryPanel;
  private readonly position = new PositionCard(machine);
  private readonly records = new RecordsCard(machine);

  constructor(catalogue: Catalogue) {
    this.readings = new Readings(catalogue);
    this.history = new HistoryPanel(machine, (colours) => this.table.plotted(colours));
    this.table = new SignalTable(need("[data-signal-table]"), catalogue, (reading) => this.history.toggle(reading));
    const filter = need<HTMLInputElement>("[data-signal-filter]");
    filter.addEventListener("input", () => this.table.search(filter.value));
    for (const chip of document.querySelectorAll<HTMLButtonElement>("[data-only]")) {
      chip.addEventListener("click", () => {
        chip.setAttribute("aria-pressed", String(this.table.toggle(chip.dataset["only"] as Only)));
      });
    }
    this.table.tick(Date.now());
    setInterval(() => this.table.tick(Date.now()), 1000);
    this.refresh();
    setInterval(() => document.visibilityState === "visible" && this.refresh(), REFRESH_SECONDS * 1000);
  }

  private refresh(): void {
    void this.position.load();
    void this.records.load();
  }

  take(message: ServerMessage): void {
    if (message.type === "snapshot") {
      const { values } = message.snapshot as { values: SnapshotValue[] };
      this.table.update(this.readings.takeSnapshot(values));
    } else if (message.type === "values") {
      for (const update of message.machines) this.takeUpdate(update);
    }
  }

  private takeUpdate(update: MachineUpdate): void {
    heard(update.received / 1000);
    for (const row of update.rows) {
      this.table.update(this.readings.takeRow(row));
      this.history.takeRow(row);
    }
    if (update.position) this.position.takeLive(update.position);
    this.records.takeLive(update.events);
  }
}

let facts: Machine | null = null;
let lastHeard = 0;

function heard(time: number): void {
  lastHeard = Math.max(lastHeard, time);
}

function fact(name: string, value: Node | string): HTMLElement {
  return make("div", {}, make("dt", {}, name), make("dd", {}, value));
}

function showFacts(): void {
  if (!facts) return;
  setText(need("[data-machine-name]"), facts.name || `Machine ${machine}`);
  document.title = `${facts.name || `Machine ${machine}`} · DUCO Studio`;
  const now = Date.now();
  const state = contactOf({ ...facts, last_contact: lastHeard ? new Date(lastHeard).toISOString() : null }, now, silenceSeconds);
  const contact = make("span", { class: "contact-state", "data-state": state, title: lastHeard ? fullTime(lastHeard) : "" });
  const passed = age(now - lastHeard);
  contact.append(state === "never" ? "never" : `${passed}${passed === "now" ? "" : " ago"}${state === "silent" ? ", silent" : ""}`);
  need("[data-facts]").replaceChildren(
    fact("Device", make("span", { class: "mono" }, facts.device)),
    fact("Model", facts.model),
    fact("Organisation", facts.organisation),
    fact("Last contact", contact),
  );
}

async function readFacts(): Promise<void> {
  try {
    const machines = await getJson<Machine[]>("/machines/");
    facts = machines.find((each) => each.machine === machine) ?? null;
    if (facts?.last_contact) heard(Date.parse(facts.last_contact));
    showFacts();
  } catch (error) {
    // The page's problem line is the catalogue's; the name alone may wait for the next turn.
    if (!(error instanceof ApiError)) throw error;
  }
}

async function start(): Promise<void> {
  let page: MachinePage | null = null;
  const waiting: ServerMessage[] = [];
  const socket = startShell((message) => (page ? page.take(message) : void waiting.push(message)));
  void readFacts();
  setInterval(() => document.visibilityState === "visible" && void readFacts(), REFRESH_SECONDS * 1000);
  setInterval(showFacts, 1000);
  while (!page) {
    try {
      page = new MachinePage(new Catalogue(await getJson<Signal[]>(`/machines/${machine}/signals/`)));
      showProblem(problem, null);
    } catch (error) {
      showProblem(problem, error);
      if (error instanceof ApiError && (error.status === 404 || error.status === 401)) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_SECONDS * 1000));
    }
  }
  for (const message of waiting) page.take(message);
  socket.subscribe(machine);
}

void start();
