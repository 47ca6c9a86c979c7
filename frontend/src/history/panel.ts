import "uplot/dist/uPlot.min.css";
import { ApiError } from "../api";
import { make, need } from "../dom";
import { fullTime } from "../format";
import type { Span } from "../findings/spans";
import type { RowMessage } from "../live/socket";
import { type Reading, readingKey } from "../machine/readings";
import { showProblem } from "../shell/problem";
import { themeChanged } from "../shell/theme";
import { Chart, chartHeight } from "./chart";
import { RangeFindings } from "./findings";
import { PickedTime } from "./picked";
import { presetRange, type Range, rangeAround } from "./range";
import { RangeControls } from "./range-controls";
import { Readout } from "./readouts";
import { Series } from "./series";
import { readHistory } from "./store";

const MOST = 8;
const REDRAW_MILLISECONDS = 250;
const REFRESH_MILLISECONDS = 15_000;

/** The history card: which signals are plotted, over which time, from the store and live. */
export class HistoryPanel {
  private readonly series = new Map<string, Series>();
  private charts: Chart[] = [];
  private readouts: Readout[] = [];
  private range: Range = presetRange(900, Date.now());
  private reading = new AbortController();
  private cursor: number | null = null;
  private readonly place = need<HTMLElement>("[data-charts]");
  private readonly empty = need<HTMLElement>("[data-history-empty]");
  private readonly problem = need<HTMLElement>("[data-history-problem]");
  private readonly controls: RangeControls;
  private readonly findings: RangeFindings;
  private readonly picked: PickedTime;

  constructor(
    private readonly machine: number,
    private readonly onSelection: (colours: ReadonlyMap<string, number>) => void,
  ) {
    this.findings = new RangeFindings(machine);
    this.picked = new PickedTime(machine);
    this.controls = new RangeControls((range) => this.show(range));
    new ResizeObserver(() => this.charts.forEach((chart) => chart.fit())).observe(this.place);
    themeChanged.addEventListener("change", () => this.build());
    setInterval(() => this.redraw(), REDRAW_MILLISECONDS);
    setInterval(() => this.range.following && document.visibilityState === "visible" && void this.load(), REFRESH_MILLISECONDS);
  }

  toggle(reading: Reading): void {
    const key = readingKey(reading.signal, reading.source);
    if (this.series.delete(key)) {
      this.selectionChanged();
      return;
    }
    const colour = this.freeColour();
    if (colour === null) {
      showProblem(this.problem, new ApiError(0, "too_many_signals", `At most ${MOST} signals at a time. Take one off first.`));
      return;
    }
    this.series.set(key, new Series(key, reading, colour));
    this.selectionChanged();
    void this.load();
  }

  takeRow([group, source, ts, , values, qualities]: RowMessage): void {
    for (const series of this.series.values()) {
      const { signal } = series.reading;
      if (signal.group !== group || series.reading.source !== source) continue;
      series.takeLive(ts / 1000, values[signal.slot] ?? null, qualities[signal.slot] ?? 6);
    }
  }

  takeFindings(spans: readonly Span[]): void {
    this.findings.take(spans);
  }

  private freeColour(): number | null {
    const taken = new Set([...this.series.values()].map(({ colour }) => colour));
    for (let colour = 0; colour < MOST; colour++) if (!taken.has(colour)) return colour;
    return null;
  }

  private selectionChanged(): void {
    showProblem(this.problem, null);
    this.onSelection(new Map([...this.series].map(([key, { colour }]) => [key, colour])));
    this.build();
  }

  private show(range: Range): void {
    this.range = range;
    this.redraw();
    void this.load();
  }

  private async load(): Promise<void> {
    if (this.series.size === 0) return;
    this.reading.abort();
    this.reading = new AbortController();
    const { signal } = this.reading;
    const range = this.range.following ? { ...this.range, to: Date.now() } : this.range;
    const points = Math.min(2_000, Math.max(300, this.place.clientWidth * 2));
    const series = [...this.series.values()].map((each) => this.loadOne(each, range, points, signal));
    const outcomes = await Promise.allSettled([...series, this.findings.load(range, signal)]);
    if (signal.aborted) return;
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    showProblem(this.problem, failed ? failed.reason : null);
    this.redraw();
    this.showHint();
  }

  private async loadOne(series: Series, range: Range, points: number, signal: AbortSignal): Promise<void> {
    try {
      const found = await readHistory(this.machine, series.reading.signal.name, series.reading.source, range, points, signal);
      if (!signal.aborted) series.takeStored(found.points, found.bad, found.before, range.from);
    } catch (error) {
      if (signal.aborted) return;
      series.loading = false;
      series.error = "no stored values";
      throw error;
    }
  }

  /** Charts by unit, in the order in which units were chosen. */
  private build(): void {
    for (const chart of this.charts) chart.destroy();
    const units = Map.groupBy(this.series.values(), ({ unit }) => unit);
    this.readouts = [];
    this.charts = [...units].map(([unit, series]) => this.addChart(unit, series, chartHeight(units.size)));
    this.place.replaceChildren(...this.charts.map((chart) => this.frame(chart)), ...(this.charts.length > 0 ? [this.findings.line, this.picked.line] : []));
    this.charts.forEach((chart) => chart.fit());
    this.empty.hidden = this.series.size > 0;
    this.picked.show(this.series.values());
    this.redraw();
    this.showHint();
  }

  private addChart(unit: string, series: Series[], height: number): Chart {
    return new Chart(unit, series, this.range, height, (time) => this.pointed(time), (from, to) => this.controls.zoom(from, to), (at) => this.picked.pick(at, this.series.values()));
  }

  private frame(chart: Chart): HTMLElement {
    const list = make("ul", { class: "readouts" });
    for (const series of chart.series) {
      const readout = new Readout(series, () => this.toggle(series.reading));
      this.readouts.push(readout);
      list.append(readout.element);
    }
    const names = chart.series.map(({ reading }) => reading.signal.name).join(", ");
    chart.element.setAttribute("role", "img");
    chart.element.setAttribute("aria-label", `Plot of ${names}${chart.unit ? ` in ${chart.unit}` : ""}`);
    return make("div", { class: "chart-frame" }, list, make("p", { class: "chart-unit" }, chart.unit), chart.element);
  }

  private pointed(time: number | null): void {
    if (time === this.cursor) return;
    this.cursor = time;
    for (const readout of this.readouts) readout.show(time);
    this.findings.show(time);
  }

  private redraw(): void {
    if (this.series.size === 0 || document.visibilityState === "hidden") return;
    if (this.range.following) {
      const now = Date.now();
      this.range = { from: now - (this.range.to - this.range.from), to: now, following: true };
    }
    const range = this.shownRange();
    const findings = this.findings.within(range);
    for (const chart of this.charts) chart.redraw(range, findings);
    for (const readout of this.readouts) readout.show(this.cursor);
    this.findings.show(this.cursor);
  }

  /** "All" is as wide as what there is. */
  private shownRange(): Range {
    if (this.range.from > 0) return this.range;
    const first = Math.min(...[...this.series.values()].map(({ stored }) => stored.ts[0] ?? Infinity));
    const last = Math.max(...[...this.series.values()].map(({ storedUntil }) => storedUntil));
    return Number.isFinite(first) ? { from: first, to: Math.max(last, first + 1000), following: false } : this.range;
  }

  /** Where the range holds nothing, says so, and how to get to what there is. */
  private showHint(): void {
    this.place.querySelector(".hint")?.remove();
    const all = [...this.series.values()];
    const nothing = all.every((series) => !series.loading && series.stored.ts.length === 0 && series.livePoints().ts.length === 0 && series.bad.length === 0);
    if (all.length === 0 || !nothing) return;
    const latest = Math.max(...all.map(({ reading }) => reading.ts));
    const go = make("button", { type: "button", class: "link-button" }, `Show around ${fullTime(latest)}`);
    go.addEventListener("click", () => {
      const around = rangeAround(latest, this.range.from > 0 ? this.range.to - this.range.from : 3_600_000);
      this.controls.zoom(around.from, around.to);
    });
    this.place.prepend(make("p", { class: "hint" }, "No stored values in this range. The latest value is elsewhere. ", go));
  }
}
