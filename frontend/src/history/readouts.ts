import { make, setText } from "../dom";
import { clock, number } from "../format";
import { enumLabel, originOf } from "../machine/catalogue";
import { qualityWord } from "../quality";
import type { Series } from "./series";

/** The value at a time: of the line's last point before it. */
function valueAt(series: Series, time: number): { value: number | null; origin: "live" | "stored" } | null {
  const live = series.livePoints();
  const origin = time > series.storedUntil && live.ts.length > 0 ? "live" : "stored";
  const { ts, values } = origin === "live" ? live : series.stored;
  const index = ts.findLastIndex((each) => each <= time);
  return index < 0 ? null : { value: values[index] ?? null, origin };
}

/** A line of text for each plotted signal: its colour, its value at the cursor or now, and the way to take it off. */
export class Readout {
  readonly element: HTMLElement;
  private readonly value = make("b");
  private readonly detail = make("span", { class: "readout-detail" });

  constructor(
    private readonly series: Series,
    onRemove: () => void,
  ) {
    const { signal } = series.reading;
    const remove = make("button", { type: "button", "aria-label": `Take ${signal.name} off the plot` }, "×");
    remove.addEventListener("click", onRemove);
    this.element = make(
      "li",
      { "data-series": String(series.colour) },
      make("i", { "aria-hidden": "true" }),
      make("span", { class: "readout-name", title: signal.name }, signal.signal, make("small", {}, `${signal.message} · ${originOf(signal, series.reading.source)[0]}`)),
      this.detail,
      this.value,
      remove,
    );
  }

  /** time null = now: the latest reading. */
  show(time: number | null): void {
    const { series } = this;
    const { signal } = series.reading;
    const at = time === null ? series.reading : valueAt(series, time);
    const value = at?.value ?? null;
    const quality = time === null ? series.reading.quality : series.qualityAt(time);
    const text = value === null ? "–" : enumLabel(signal, value) || `${number(value)}${signal.unit ? ` ${signal.unit}` : ""}`;
    setText(this.value, text);
    const when = time === null ? "latest" : clock(time);
    const state = series.error || (series.loading ? "loading…" : "");
    setText(this.detail, state || [when, at?.origin ?? "", quality === "ok" ? "" : qualityWord(quality)].filter(Boolean).join(" · "));
  }
}
