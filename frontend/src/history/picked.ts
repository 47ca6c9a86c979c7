import { make } from "../dom";
import { endOfMillisecond, explainAddress } from "../explain/address";
import { clock } from "../format";
import type { Series } from "./series";

/** The time that was clicked on in a plot, and the way to the explanation of each value that was stored by then. */
export class PickedTime {
  readonly line = make("p", { class: "picked-line", hidden: true });
  private time: number | null = null;

  constructor(private readonly machine: number) {}

  /** The same time again takes it away. */
  pick(time: number, series: Iterable<Series>): void {
    this.time = this.time === time ? null : time;
    this.show(series);
  }

  show(series: Iterable<Series>): void {
    const { time } = this;
    const links = time === null ? [] : [...series].filter((each) => isStored(each, time)).map((each) => this.link(each, time));
    this.line.hidden = time === null || links.length === 0;
    if (time !== null) this.line.replaceChildren(`Explain, as of ${clock(time)}: `, ...links);
  }

  private link({ reading, colour }: Series, time: number): HTMLElement {
    const { group, slot, name } = reading.signal;
    const href = explainAddress(this.machine, { group, slot, source: reading.source, ts: endOfMillisecond(time), latest: true });
    return make("a", { href, "data-series": String(colour) }, name);
  }
}

function isStored(series: Series, time: number): boolean {
  const first = Math.min(series.stored.ts[0] ?? Infinity, series.bad[0]?.from ?? Infinity);
  return first <= time;
}
