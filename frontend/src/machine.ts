import "./styles/tokens.css";
import "./styles/shell.css";
import "./styles/machine.css";
import "./styles/history.css";
import "./styles/records.css";
import "./styles/severity.css";
import "./styles/findings.css";
import { ApiError, getJson } from "./api";
import { make, need, setText } from "./dom";
import { contactOf, type Machine } from "./fleet";
import { ago, fullTime } from "./format";
import type { Finding } from "./findings/finding";
import { FindingsPanel } from "./findings/panel";
import { HistoryPanel } from "./history/panel";
import type { MachineUpdate, ServerMessage } from "./live/socket";
import { Catalogue, type Signal } from "./machine/catalogue";
import { PositionCard } from "./machine/position";
import { Readings, type SnapshotValue } from "./machine/readings";
import { Records } from "./machine/records";
import { type Only, SignalTable } from "./machine/signal-table";
import { showProblem } from "./shell/problem";
import { startShell } from "./shell/shell";
import { startTabs } from "./shell/tabs";

const REFRESH_SECONDS = 20;
const RETRY_SECONDS = 5;

const machine = Number(need("#machine").textContent);
const silenceSeconds = Number(need("#silence-seconds").textContent);
const problem = need<HTMLElement>("[data-problem]");

/** Everything of the page that needs the catalogue of signals first. */
class MachinePage {
  private readonly catalogue = new Catalogue();
  private readonly readings = new Readings(this.catalogue);
  private readonly history = new HistoryPanel(machine, (colours) => this.table.plotted(colours));
  private readonly table = new SignalTable(machine, need("[data-signal-table]"), (reading) => this.history.toggle(reading));
  private readonly position = new PositionCard(machine);
  private readonly findings = new FindingsPanel(machine, (spans) => this.history.takeFindings(spans), (name) => this.catalogue.named(name));
  private readonly records = new Records(machine);
  private snapshot: SnapshotValue[] = [];
  private catalogueReadAt = 0;

  constructor() {
    const filter = need<HTMLInputElement>("[data-signal-filter]");
    filter.addEventListener("input", () => this.table.search(filter.value));
    for (const chip of document.querySelectorAll<HTMLButtonElement>("[data-only]")) {
      chip.addEventListener("click", () => {
        chip.setAttribute("aria-pressed", String(this.table.toggle(chip.dataset["only"] as Only)));
      });
    }
    startTabs(need(".tabs"), (tab) => this.records.choose(tab));
    setInterval(() => this.tick(Date.now()), 1000);
    this.refresh();
    setInterval(() => document.visibilityState === "visible" && this.refresh(), REFRESH_SECONDS * 1000);
  }

  private tick(now: number): void {
    this.table.tick(now);
    this.findings.tick(now);
  }

  private refresh(): void {
    void this.position.load();
    void this.findings.load();
    this.records.refresh();
  }

  /** Throws ApiError. */
  async readCatalogue(): Promise<void> {
    this.catalogueReadAt = Date.now();
    this.table.add(this.catalogue.add(await getJson<Signal[]>(`/machines/${machine}/signals/`)));
    this.table.update(this.readings.takeSnapshot(this.snapshot));
    this.findings.linkCaptured();
  }

  /** The machine sends a message that it never sent before: the catalogue has it once it is stored. */
  private meetUnknown(): void {
    if (Date.now() - this.catalogueReadAt < RETRY_SECONDS * 1000) return;
    this.readCatalogue().then(
      () => showProblem(problem, null),
      (error: unknown) => showProblem(problem, error),
    );
  }

  take(message: ServerMessage): void {
    if (message.type === "snapshot") {
      const { values, findings } = message.snapshot as { values: SnapshotValue[]; findings: Finding[] };
      this.snapshot = values;
      this.findings.takeSnapshot(findings);
      showRelease(Math.max(0, ...this.snapshot.map(({ release }) => release)));
      this.table.update(this.readings.takeSnapshot(this.snapshot));
    } else if (message.type === "values") {
      for (const update of message.machines) this.takeUpdate(update);
    }
  }

  private takeUpdate(update: MachineUpdate): void {
    heard(update.received / 1000);
    for (const row of update.rows) {
      if (!this.catalogue.knows(row[0])) this.meetUnknown();
      this.table.update(this.readings.takeRow(row));
      this.history.takeRow(row);
    }
    if (update.position) this.position.takeLive(update.position);
    this.records.takeLive(update.events);
    this.findings.takeLive(update.findings);
  }
}

let facts: Machine | null = null;
let lastHeard = 0;

function heard(time: number): void {
  lastHeard = Math.max(lastHeard, time);
}

function showRelease(release: number): void {
  if (release > 0) setText(need("[data-release]"), `, decoded by release ${release}`);
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
  contact.append(state === "never" ? "never" : `${ago(now - lastHeard)}${state === "silent" ? ", silent" : ""}`);
  need("[data-facts]").replaceChildren(
    fact("Device", make("span", { class: "mono" }, facts.device)),
    fact("Model", facts.model),
    fact("Organisation", facts.organisation),
    fact("Last contact", contact),
  );
}

async function readFacts(): Promise<void> {
  try {
    facts = await getJson<Machine>(`/machines/${machine}/`);
    if (facts.last_contact) heard(Date.parse(facts.last_contact));
    showFacts();
  } catch (error) {
    // The page's problem line is the catalogue's; the name alone may wait for the next turn.
    if (!(error instanceof ApiError)) throw error;
  }
}

async function start(): Promise<void> {
  const page = new MachinePage();
  startShell((message) => page.take(message)).subscribe(machine);
  void readFacts();
  setInterval(() => document.visibilityState === "visible" && void readFacts(), REFRESH_SECONDS * 1000);
  setInterval(showFacts, 1000);
  for (;;) {
    try {
      await page.readCatalogue();
      break;
    } catch (error) {
      showProblem(problem, error);
      if (error instanceof ApiError && (error.status === 404 || error.status === 401)) return;
      await new Promise((resolve) => setTimeout(resolve, RETRY_SECONDS * 1000));
    }
  }
  showProblem(problem, null);
}

void start();
