/** The plot of a signal by both contents, and its values with the way to the frames they came in. */

import uPlot from "uplot";
import { make, need } from "../dom";
import { number, source as sourceText } from "../format";
import { axisTimes, UTC } from "../history/axis-times";
import { colourOf } from "../history/colours";
import { qualityWord, type Quality } from "../quality";
import { readPoints, type Point, type SourceOfPoints } from "./points";

const HEIGHT = 240;
const ROWS = 40;

interface Chosen {
  group: string;
  slot: string;
  name: string;
}

export class Plot {
  private readonly section = need<HTMLElement>("#job-plot");
  private readonly machine = need<HTMLSelectElement>("select", this.section);
  private readonly charts = need<HTMLElement>("[data-charts]", this.section);
  private readonly status = need<HTMLElement>("[data-status]", this.section);
  private readonly table = need<HTMLTableElement>("[data-table]", this.section);
  private plots: uPlot[] = [];
  private chosen: Chosen | null = null;

  constructor(private readonly job: HTMLElement) {
    this.machine.addEventListener("change", () => void this.draw());
    addEventListener("resize", () => this.fit());
  }

  choose(chosen: Chosen): void {
    this.chosen = chosen;
    this.section.hidden = false;
    need<HTMLElement>("[data-name]", this.section).textContent = chosen.name;
    // Before it is drawn it has no height to be scrolled to.
    void this.draw().then(() => this.section.scrollIntoView({ block: "start", behavior: "smooth" }));
  }

  private async draw(): Promise<void> {
    const [asked, machine] = [this.chosen, this.machine.value];
    if (!asked) return;
    const isWanted = (): boolean => asked === this.chosen && machine === this.machine.value;
    this.clear("Reading …");
    try {
      const found = await readPoints(this.job.dataset.points ?? "", machine, asked.group, asked.slot);
      if (isWanted()) this.show(asked, found);
    } catch (error) {
      if (isWanted()) this.clear(error instanceof Error ? error.message : "The server does not answer.");
    }
  }

  private clear(text: string): void {
    for (const plot of this.plots) plot.destroy();
    this.plots = [];
    this.charts.replaceChildren();
    this.table.hidden = true;
    this.status.textContent = text;
  }

  private show(asked: Chosen, found: readonly SourceOfPoints[]): void {
    const count = found.reduce((sum, { points }) => sum + points.length, 0);
    this.clear(count ? `${count} of the values that differ, spread over the span` : "On this machine it is not among those that differ most.");
    for (const { source, points } of found) this.addChart(source, points);
    const body = need("tbody", this.table);
    body.replaceChildren(...found.flatMap(({ source, points }) => this.rows(asked, source, points)));
    this.table.hidden = !count;
    this.fit();
  }

  private addChart(source: number, points: readonly Point[]): void {
    const holder = make("div", { class: "job-chart" });
    this.charts.append(make("p", { class: "job-source" }, sourceText(source)), holder);
    this.plots.push(new uPlot(options(holder), data(points), holder));
  }

  private fit(): void {
    const width = this.charts.clientWidth;
    for (const plot of this.plots) if (width > 0) plot.setSize({ width, height: HEIGHT });
  }

  private rows(asked: Chosen, source: number, points: readonly Point[]): HTMLTableRowElement[] {
    const step = Math.max(1, Math.ceil(points.length / ROWS));
    const shown = points.filter((_, index) => index % step === 0);
    return shown.map((point) =>
      make(
        "tr", {},
        make("td", {}, utc(point.ts / 1000)),
        make("td", { class: "job-number" }, told(point.before, point.beforeQuality)),
        make("td", { class: "job-number" }, told(point.after, point.afterQuality)),
        make("td", {}, ...this.link(asked, source, point)),
      ),
    );
  }

  /** To the page that explains the stored value, down to the frame; where the same process serves it. */
  private link(asked: Chosen, source: number, point: Point): Node[] {
    const route = this.job.dataset.explain?.replace("/0/", `/${this.machine.value}/`);
    if (!route) return [];
    const query = new URLSearchParams({
      group: asked.group, slot: asked.slot, source: String(source), ts: String(point.ts), ordinal: String(point.ordinal),
    });
    return [make("a", { href: `${route}?${query}`, class: "text-link" }, "Explain the stored value")];
  }
}

/** As all times of the CMS: UTC, to the millisecond. */
function utc(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace("T", " ").replace("Z", "");
}

function told(value: number | null, quality: Quality): string {
  if (quality === "absent") return "none";
  const text = value === null ? "no number" : number(value);
  return quality === "ok" ? text : `${text} (${qualityWord(quality)})`;
}

function data(points: readonly Point[]): uPlot.AlignedData {
  return [points.map(({ ts }) => ts / 1000), points.map(({ before }) => before), points.map(({ after }) => after)];
}

function options(within: HTMLElement): uPlot.Options {
  const [text, line] = [colourOf("--job-quiet"), colourOf("--job-line")];
  const axis = { stroke: text, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
  const series = (label: string, property: string, dash?: number[]): uPlot.Series => {
    const stroke = colourOf(property);
    return { label, stroke, width: 1.5, ...(dash ? { dash } : {}), points: { show: true, size: 5, stroke, fill: stroke } };
  };
  return {
    width: within.clientWidth || 600,
    height: HEIGHT,
    ms: 1,
    tzDate: (time) => uPlot.tzDate(new Date(time), "UTC"),
    series: [{ label: "Time (UTC)", value: (_plot, time) => (time === null ? "–" : utc(time)) }, series("Before", "--job-before", [5, 4]), series("After", "--job-after")],
    axes: [{ ...axis, values: (_plot, splits, _axis, _space, step) => axisTimes(splits, step, UTC) }, { ...axis, size: 64 }],
    legend: { live: true },
  };
}
