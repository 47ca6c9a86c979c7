import { make, setText } from "../dom";
import { explainAddress } from "../explain/address";
import { age, decimalsOf, fixedNumber, fullTime } from "../format";
import { QUALITY_MEANS, qualityWord } from "../quality";
import { enumLabel, originOf, type Signal } from "./catalogue";
import type { Reading } from "./readings";

const OLD_MILLISECONDS = 60_000;
const NO_VALUE = "–";

function plotButton(signal: Signal): HTMLButtonElement {
  const button = make("button", { type: "button", class: "plot", "aria-pressed": "false", "aria-label": `Plot ${signal.name}`, title: "Plot" });
  button.append(make("i", { "aria-hidden": "true" }));
  return button;
}

function nameCell(signal: Signal): HTMLTableCellElement {
  const cell = make("th", { scope: "row", class: "name", title: signal.comment || signal.name }, signal.signal);
  if (signal.spn) cell.append(make("small", {}, `SPN ${signal.spn}`));
  return cell;
}

function limits(signal: Signal): string {
  if (signal.minimum == null && signal.maximum == null) return "";
  return ` (${signal.minimum ?? "−∞"} to ${signal.maximum ?? "∞"}${signal.unit ? ` ${signal.unit}` : ""})`;
}

/** A table row of one signal from one source; of a signal never heard, with source null. */
export class SignalRow {
  readonly element: HTMLTableRowElement;
  readonly button: HTMLButtonElement;
  readonly searchText: string;
  reading: Reading | null = null;
  private decimals = 0;
  private readonly value = make("td", { class: "value end" }, NO_VALUE);
  private readonly meaning = make("td", { class: "meaning" });
  private readonly quality = make("span", { class: "quality" });
  private readonly age = make("td", { class: "age end" });
  private readonly origin = make("span", { class: "origin" });
  private readonly sourceCell = make("td", { class: "source wide" });
  private readonly name: HTMLTableCellElement;

  constructor(
    private readonly machine: number,
    readonly signal: Signal,
  ) {
    this.name = nameCell(signal);
    this.button = plotButton(signal);
    this.showMeaning(signal.unit);
    this.searchText = `${signal.message} ${signal.signal} ${signal.name} ${signal.unit} ${signal.set} ${signal.kind} spn${signal.spn ?? ""} ${signal.spn ?? ""}`.toLowerCase();
    this.element = make(
      "tr",
      { class: "signal never" },
      make("td", { class: "pick" }, this.button),
      this.name,
      this.value,
      this.meaning,
      make("td", { class: "quality-cell" }, this.quality),
      this.age,
      make("td", { class: "wide" }, this.origin),
      this.sourceCell,
    );
  }

  /** The row's first reading: from now on the row is of its source. */
  bind(reading: Reading): void {
    this.reading = reading;
    this.element.classList.remove("never");
    const [short, words] = originOf(this.signal, reading.source);
    setText(this.sourceCell, short);
    this.sourceCell.title = words;
    this.button.setAttribute("aria-label", `Plot ${this.signal.name}, ${words}`);
    this.name.append(this.explainLink(reading.source));
  }

  /** To where the latest stored value comes from; what is live is kept nowhere. */
  private explainLink(source: number): HTMLAnchorElement {
    const { group, slot, name } = this.signal;
    const href = explainAddress(this.machine, { group, slot, source });
    return make("a", { class: "explain-link", href, title: "Explain the latest stored value", "aria-label": `Explain ${name}` }, "?");
  }

  show(): void {
    const reading = this.reading;
    if (!reading) return;
    this.showValue(reading.value);
    if (this.quality.dataset["quality"] !== reading.quality) {
      this.quality.dataset["quality"] = reading.quality;
      this.quality.title = QUALITY_MEANS[reading.quality] + (reading.quality === "out_of_range" ? limits(this.signal) : "");
      setText(this.quality, qualityWord(reading.quality));
      this.element.classList.toggle("bad", reading.quality !== "ok");
    }
    if (this.origin.dataset["origin"] !== reading.origin) {
      this.origin.dataset["origin"] = reading.origin;
      setText(this.origin, reading.origin);
    }
  }

  private showValue(value: number | null): void {
    if (value === null) {
      setText(this.value, NO_VALUE);
      return;
    }
    this.decimals = Math.max(this.decimals, decimalsOf(value));
    setText(this.value, fixedNumber(value, this.decimals));
    if (this.signal.enum) this.showMeaning(enumLabel(this.signal, value) || this.signal.unit);
  }

  /** The column's text; narrow screens show it under the value instead. */
  private showMeaning(text: string): void {
    if (this.value.dataset["meaning"] === text) return;
    this.value.dataset["meaning"] = text;
    setText(this.meaning, text);
    this.meaning.title = text;
  }

  showAge(now: number): void {
    if (!this.reading) return;
    const passed = now - this.reading.ts;
    setText(this.age, age(passed));
    this.age.classList.toggle("old", passed > OLD_MILLISECONDS);
    const full = fullTime(this.reading.ts);
    if (this.age.title !== full) this.age.title = full;
  }

  plotted(colour: number | null): void {
    this.button.setAttribute("aria-pressed", String(colour !== null));
    if (colour === null) delete this.button.dataset["series"];
    else this.button.dataset["series"] = String(colour);
  }
}
