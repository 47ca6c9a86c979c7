import uPlot from "uplot";
import { axisTimes } from "./axis-times";
import type { Span } from "../findings/spans";
import { colourOf } from "./colours";
import { drawFindings } from "./findings";
import type { Range } from "./range";
import type { Series } from "./series";
import { heldUntil } from "./steps";

// More charts, each lower: two fit above the position without scrolling.
const HEIGHTS = [220, 156];
const HEIGHT_LEAST = 132;
const NARROW = 520;
const LANE = 5;
// uPlot's join: a null cuts the line over all times that only other series have.
const NULL_EXPAND = 2;

const LINE = (uPlot.paths.linear as uPlot.Series.LinearPathBuilderFactory)();
const STEPS = (uPlot.paths.stepped as uPlot.Series.SteppedPathBuilderFactory)({ align: 1 });

export function chartHeight(charts: number): number {
  return HEIGHTS[charts - 1] ?? HEIGHT_LEAST;
}

const QUALITY_COLOUR: Record<string, string> = {
  suspect: "--warn", out_of_range: "--series-1", stale: "--off", not_available: "--off", error: "--bad", absent: "--off",
};

/** Diagonal lines, so that a bad time is told without colour too. */
function hatching(context: CanvasRenderingContext2D, colour: string): CanvasPattern | string {
  const tile = document.createElement("canvas");
  const size = 6 * devicePixelRatio;
  tile.width = tile.height = size;
  const pen = tile.getContext("2d");
  if (!pen) return colour;
  pen.strokeStyle = colour;
  pen.lineWidth = 1.25 * devicePixelRatio;
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat") ?? colour;
}

/** The plot of all chosen signals that share a unit. */
export class Chart {
  readonly element = document.createElement("div");
  private plot: uPlot;
  private findings: readonly Span[] = [];

  constructor(
    readonly unit: string,
    readonly series: readonly Series[],
    private range: Range,
    private readonly height: number,
    private readonly onCursor: (time: number | null) => void,
    private readonly onZoom: (from: number, to: number) => void,
    private readonly onPick: (time: number) => void,
  ) {
    this.element.className = "chart";
    this.plot = new uPlot(this.options(), this.data(), this.element);
  }

  /** To be called once the element is in the page, and when its width changes. */
  fit(): void {
    const width = this.element.clientWidth;
    if (width > 0 && width !== this.plot.width) this.plot.setSize({ width, height: this.height });
  }

  redraw(range: Range, findings: readonly Span[]): void {
    this.range = range;
    this.findings = findings;
    this.plot.batch(() => {
      this.plot.setData(this.data(), false);
      this.plot.setScale("x", { min: range.from, max: range.to });
      this.plot.redraw(false, true);
    });
  }

  destroy(): void {
    this.plot.destroy();
    this.element.remove();
  }

  /** Series 2i+1 is the stored line of signal i, 2i+2 its live one. */
  private data(): uPlot.AlignedData {
    const now = Math.min(this.range.to, Date.now());
    const tables = this.series.flatMap((series): uPlot.AlignedData[] => {
      let [stored, live] = [series.stored, series.livePoints()];
      if (series.stepped && live.ts.length > 0) live = heldUntil(live, now);
      else if (series.stepped) stored = heldUntil(stored, now);
      return [[stored.ts, stored.values], [live.ts, live.values]];
    });
    return uPlot.join(tables, tables.map(() => [0, NULL_EXPAND]));
  }

  private lines(): uPlot.Series[] {
    return this.series.flatMap(({ colour, stepped }) => {
      const paths = stepped ? STEPS : LINE;
      const stroke = colourOf(`--series-${colour}`);
      const lonely = { show: true, size: 4, stroke, fill: stroke, filter: loneliest };
      return [
        { stroke, width: 1.5, paths, points: lonely },
        { stroke, width: 1.5, paths, dash: [3, 3], points: { ...lonely, filter: () => null } },
      ] satisfies uPlot.Series[];
    });
  }

  private axes(): uPlot.Axis[] {
    const stroke = colourOf("--text-3");
    const grid = { stroke: colourOf("--line"), width: 1 };
    const font = "11px system-ui, sans-serif";
    const common = { stroke, grid, ticks: { show: false }, font };
    const times: uPlot.Axis.DynamicValues = (_plot, splits, _axis, _space, step) => axisTimes(splits, step);
    return [{ ...common, space: 76, size: 34, values: times }, { ...common, size: 56, space: 28, values: (_: uPlot, splits: number[]) => splits.map(shortNumber) }];
  }

  private options(): uPlot.Options {
    return {
      width: NARROW,
      height: this.height,
      ms: 1,
      padding: [LANE * this.series.length + 6, 10, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: "history" },
        drag: { x: true, y: false, setScale: false },
        points: { size: 7 },
        focus: { prox: 24 },
      },
      scales: { x: { time: true, range: () => [this.range.from, this.range.to] } },
      series: [{}, ...this.lines()],
      axes: this.axes(),
      hooks: {
        ready: [(plot) => plot.over.addEventListener("click", () => this.picked(plot))],
        drawAxes: [(plot) => drawFindings(plot, this.findings, this.range), (plot) => this.drawBad(plot)],
        setCursor: [(plot) => this.onCursor(plot.cursor.idx == null || (plot.cursor.left ?? -1) < 0 ? null : plot.posToVal(plot.cursor.left ?? 0, "x"))],
        setSelect: [(plot) => this.selected(plot)],
      },
    };
  }

  /** uPlot keeps the click that ends a drag to itself. */
  private picked(plot: uPlot): void {
    const { left } = plot.cursor;
    if (left !== undefined && left >= 0) this.onPick(plot.posToVal(left, "x"));
  }

  private selected(plot: uPlot): void {
    const { left, width } = plot.select;
    if (width < 6) return;
    const [from, to] = [plot.posToVal(left, "x"), plot.posToVal(left + width, "x")];
    plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    this.onZoom(from, to);
  }

  /** Times that are not good: a hatched band, and above it a bar in the lane of the signal. */
  private drawBad(plot: uPlot): void {
    const { ctx, bbox } = plot;
    ctx.save();
    this.series.forEach((series, index) => {
      for (const span of series.allBad()) {
        const from = Math.max(bbox.left, plot.valToPos(span.from, "x", true));
        const to = Math.min(bbox.left + bbox.width, plot.valToPos(span.to, "x", true));
        if (to < bbox.left || from > bbox.left + bbox.width) continue;
        const width = Math.max(2 * devicePixelRatio, to - from);
        const colour = colourOf(QUALITY_COLOUR[span.quality] ?? "--off");
        ctx.globalAlpha = 0.22;
        ctx.fillStyle = hatching(ctx, colour);
        ctx.fillRect(from, bbox.top, width, bbox.height);
        ctx.globalAlpha = 1;
        ctx.fillStyle = colourOf(`--series-${series.colour}`);
        const lane = LANE * devicePixelRatio;
        ctx.fillRect(from, bbox.top - lane * (this.series.length - index) - 2, width, lane - 2 * devicePixelRatio);
      }
    });
    ctx.restore();
  }
}

/** Points between two gaps would be no line: those get a dot. */
function loneliest(plot: uPlot, index: number): number[] | null {
  const values = plot.data[index] ?? [];
  const found: number[] = [];
  let run: number[] = [];
  const end = (): void => {
    if (run.length === 1) found.push(run[0] as number);
    run = [];
  };
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (value === null) end();
    else if (value !== undefined) run.push(at);
  }
  end();
  return found;
}

const COMPACT = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 });
const PLAIN = new Intl.NumberFormat("en", { maximumFractionDigits: 6, maximumSignificantDigits: 6 });

function shortNumber(value: number): string {
  const text = Math.abs(value) >= 100_000 ? COMPACT.format(value) : PLAIN.format(value);
  return text.replace("-", "−");
}
