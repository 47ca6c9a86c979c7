import type uPlot from "uplot";
import type { Severity } from "../findings/finding";
import { byRank, type Span, spanOf, union } from "../findings/spans";
import { readRaisedBefore } from "../findings/store";
import { make } from "../dom";
import { clock } from "../format";
import { colourOf } from "./colours";
import type { Range } from "./range";

const COLOUR: Record<Severity, string> = { info: "--accent", warning: "--warn", error: "--bad", critical: "--bad" };
const LEDGE = 4;

/** Shades the times in which something was raised, and marks them along the time axis. */
export function drawFindings({ ctx, bbox, valToPos }: uPlot, spans: readonly Span[], range: Range): void {
  const colours = new Map(spans.map(({ severity }) => [severity, colourOf(COLOUR[severity])]));
  const ledge = LEDGE * devicePixelRatio;
  ctx.save();
  for (const span of spans) {
    const from = Math.max(bbox.left, valToPos(Math.max(span.from, range.from), "x", true));
    const to = Math.min(bbox.left + bbox.width, valToPos(Math.min(span.to ?? range.to, range.to), "x", true));
    if (to < from) continue;
    const width = Math.max(2 * devicePixelRatio, to - from);
    ctx.fillStyle = colours.get(span.severity) ?? "";
    ctx.globalAlpha = 0.08;
    ctx.fillRect(from, bbox.top, width, bbox.height);
    ctx.globalAlpha = 1;
    ctx.fillRect(from, bbox.top + bbox.height - ledge, width, ledge);
  }
  ctx.restore();
}

/** What was raised on a machine over the plotted range: of the page's own list, and of the store where that is older. */
export class RangeFindings {
  readonly line = make("p", { class: "raised-line", hidden: true });
  private listed: readonly Span[] = [];
  private older: readonly Span[] = [];
  private shown: readonly Span[] = [];

  constructor(private readonly machine: number) {}

  take(spans: readonly Span[]): void {
    this.listed = spans;
  }

  /** Throws ApiError, or the abort of `signal`. */
  async load(range: Range, signal: AbortSignal): Promise<void> {
    const findings = await readRaisedBefore(this.machine, range.to, signal);
    this.older = findings.map(spanOf);
  }

  within(range: Range): readonly Span[] {
    this.shown = union(this.older, this.listed, range.from).filter(({ from }) => from <= range.to);
    return this.shown;
  }

  /** Says what was raised at a time; null = now. */
  show(time: number | null): void {
    const at = time ?? Date.now();
    const raised = this.shown.filter(({ from, to }) => from <= at && (to === null || to >= at)).toSorted(byRank);
    this.line.hidden = raised.length === 0;
    const names = raised.map((span) => make("span", { class: "raised", "data-severity": span.severity }, span.title || span.name));
    this.line.replaceChildren(time === null ? "Open now: " : `Raised at ${clock(time)}: `, ...names);
  }
}
