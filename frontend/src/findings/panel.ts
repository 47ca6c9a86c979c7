import { make, need, setText } from "../dom";
import { endOfMillisecond, explainAddress } from "../explain/address";
import { age, fullTime, number } from "../format";
import type { Signal } from "../machine/catalogue";
import { liveTag, severityChip, timeOf } from "../machine/cells";
import { showProblem } from "../shell/problem";
import type { Captured, Finding, LiveFinding } from "./finding";
import { byRank, type Span, Spans } from "./spans";
import { readFindings } from "./store";

const HEADS = ["Severity", "Finding", "Since", "Until", "Lasted"];

function lasted(milliseconds: number): string {
  return milliseconds < 1000 ? "< 1 s" : age(milliseconds);
}

function captured({ name, value, quality, unit }: Captured, ts: number): HTMLElement {
  const text = value === null ? "–" : `${number(value)}${unit ? ` ${unit}` : ""}`;
  const shown = make("span", { class: "captured", "data-name": name, "data-ts": String(ts) }, name, " ", make("b", {}, text));
  if (quality !== "ok") shown.append(" ", make("span", { class: "quality", "data-quality": quality }, quality.replaceAll("_", " ")));
  return shown;
}

function whatCell(span: Span): HTMLElement {
  const cell = make("div", { class: "finding" }, make("strong", {}, span.title || span.name));
  cell.append(make("small", {}, span.title ? `${span.name} · ${span.kind}` : span.kind));
  if (span.text) cell.append(make("span", { class: "detail" }, span.text));
  if (span.capture.length > 0) cell.append(make("div", { class: "captures" }, ...span.capture.map((each) => captured(each, span.from))));
  return cell;
}

function sinceCell(span: Span): HTMLElement {
  const time = timeOf(span.since);
  time.title = `Condition holds since ${fullTime(span.since)}, raised ${fullTime(span.from)}`;
  return make("div", { class: "when" }, time, ...(span.origin === "live" && span.to === null ? [liveTag()] : []));
}

function untilCell(span: Span): Node | string {
  if (span.to === null) return make("span", { class: "still" }, "still open");
  return make("div", { class: "when" }, timeOf(span.to), ...(span.origin === "live" ? [liveTag()] : []));
}

function lastedCell(span: Span, now: number): HTMLElement {
  const shown = make("span", { class: "lasted" }, lasted((span.to ?? now) - span.since));
  if (span.to === null) shown.dataset["since"] = String(span.since);
  return shown;
}

function row(span: Span, now: number): HTMLTableRowElement {
  const cells = [severityChip(span.severity), whatCell(span), sinceCell(span), untilCell(span), lastedCell(span, now)];
  return make("tr", {}, ...cells.map((cell, column) => make("td", { "data-head": HEADS[column] ?? "" }, cell)));
}

function section(title: string, spans: readonly Span[], now: number): HTMLTableSectionElement {
  const heading = make("th", { colspan: String(HEADS.length), scope: "rowgroup" }, title, make("small", {}, String(spans.length)));
  return make("tbody", {}, make("tr", { class: "group" }, heading), ...spans.map((span) => row(span, now)));
}

function empty(): HTMLElement {
  const text = "No check or event of the published rules has found anything on this machine.";
  return make("div", { class: "empty" }, make("p", {}, make("strong", {}, "No findings")), make("p", {}, text));
}

/** The tab of what rules found: what is open first, the worst of it at the top, and below what was. */
export class FindingsPanel {
  private readonly spans = new Spans();
  private readonly panel = need<HTMLElement>("#panel-findings");
  private readonly badge = need<HTMLElement>("[data-findings-open]");
  private readonly problem = make("div", { class: "problem", role: "alert", hidden: true });
  private loaded = false;

  constructor(
    private readonly machine: number,
    private readonly onChange: (spans: readonly Span[]) => void,
    private readonly signalOf: (name: string) => Signal | undefined,
  ) {}

  async load(): Promise<void> {
    try {
      const findings = await readFindings(this.machine);
      this.loaded = true;
      showProblem(this.problem, null);
      this.takeStored(findings);
    } catch (error) {
      showProblem(this.problem, error);
      this.show();
    }
  }

  /** What was open when the page was opened; the list has it too, and what was before. */
  takeSnapshot(findings: readonly Finding[]): void {
    if (!this.loaded) this.takeStored(findings);
  }

  private takeStored(findings: readonly Finding[]): void {
    this.spans.takeStored(findings, Date.now());
    this.show();
  }

  takeLive(findings: readonly LiveFinding[]): void {
    if (findings.length === 0) return;
    this.spans.takeLive(findings, Date.now());
    this.show();
  }

  /** Once a second: what is open gets older. */
  tick(now: number): void {
    for (const shown of this.panel.querySelectorAll<HTMLElement>("[data-since]")) {
      setText(shown, lasted(now - Number(shown.dataset["since"])));
    }
  }

  private show(): void {
    const all = this.spans.all();
    const open = this.spans.open().toSorted(byRank);
    this.showBadge(open);
    this.onChange(all);
    this.panel.replaceChildren(this.problem);
    if (all.length > 0) this.panel.append(this.table(all, open));
    else if (this.problem.hidden) this.panel.append(empty());
    this.linkCaptured();
  }

  private table(all: readonly Span[], open: readonly Span[]): HTMLTableElement {
    const now = Date.now();
    const head = make("thead", {}, make("tr", {}, ...HEADS.map((name) => make("th", { scope: "col" }, name))));
    const past = all.filter(({ to }) => to !== null);
    const sections = [section("Open", open, now), ...(past.length > 0 ? [section("Earlier", past, now)] : [])];
    if (open.length === 0) sections[0]?.append(make("tr", { class: "nothing" }, make("td", { colspan: String(HEADS.length) }, "Nothing is open.")));
    return make("table", { class: "record-table stacked findings" }, head, ...sections);
  }

  /** Captured values lead to where they come from, as far as their signals are known by now. */
  linkCaptured(): void {
    for (const shown of this.panel.querySelectorAll<HTMLElement>(".captured:not(:has(a))")) this.link(shown);
  }

  /** To the last one stored when the rule raised its finding. */
  private link(shown: HTMLElement): void {
    const { name = "", ts } = shown.dataset;
    const signal = this.signalOf(name);
    if (!signal || shown.querySelector("b")?.textContent === "–") return;
    const href = explainAddress(this.machine, { group: signal.group, slot: signal.slot, ts: endOfMillisecond(Number(ts)), latest: true });
    shown.append(" ", make("a", { class: "explain-link", href, title: "Explain this value", "aria-label": `Explain ${name}` }, "?"));
  }

  private showBadge(open: readonly Span[]): void {
    const worst = open[0]?.severity;
    this.badge.hidden = worst === undefined;
    if (worst === undefined) return;
    this.badge.dataset["severity"] = worst;
    this.badge.title = `${open.length} open, the worst of severity ${worst}`;
    setText(this.badge, String(open.length));
  }
}
